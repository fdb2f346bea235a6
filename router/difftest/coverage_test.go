package difftest_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// coverage counts constructs: in how many pairs they were generated, or how often answers passed through them.
type coverage struct {
	mu     sync.Mutex
	counts map[string]int
}

func newCoverage() *coverage { return &coverage{counts: map[string]int{}} }

func (c *coverage) count(construct string, present bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if present {
		c.counts[construct]++
	} else {
		c.counts[construct] += 0
	}
}

func (c *coverage) answered(construct string) { c.count("answered: "+construct, true) }

func (c *coverage) String() string {
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(c.counts)) {
		fmt.Fprintf(&out, "%7d  %s\n", c.counts[name], name)
	}
	return out.String()
}
