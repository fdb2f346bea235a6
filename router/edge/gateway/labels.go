package gateway

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/query/planner"
)

// labels decides for each request which labels of @override are active: the configured labels, and
// each label percent(x) in x percent of the requests.
type labels struct {
	names  []string // all labels of the schema, sorted
	shares []float64
	random func() float64
}

func newLabels(
	schema *supergraph.Schema, configured []string, random func() float64, log *slog.Logger,
) *labels {
	l := &labels{names: schema.OverrideLabels(), random: random}
	if random == nil {
		l.random = rand.Float64
	}
	for _, name := range l.names {
		share, ok := federation.Percent(name)
		if !ok && slices.Contains(configured, name) {
			share = 100
		}
		l.shares = append(l.shares, share/100)
	}
	for _, name := range configured {
		if !slices.Contains(l.names, name) {
			log.Warn("overrideLabels: no @override has this label", "label", name)
		}
	}
	return l
}

// draw returns, for each label in order, whether it is active for one request: 1 or 0. Requests
// with the same state share plans.
func (l *labels) draw() string {
	if len(l.names) == 0 {
		return ""
	}
	state := make([]byte, len(l.names))
	for i, share := range l.shares {
		state[i] = '0'
		if share > 0 && l.random() < share {
			state[i] = '1'
		}
	}
	return string(state)
}

// active returns the active labels of a state.
func (l *labels) active(state string) []string {
	var active []string
	for i, name := range l.names {
		if state[i] == '1' {
			active = append(active, name)
		}
	}
	return active
}

// keptPlanners bounds the number of label states whose planners are cached. A planner for another
// state is made again when a request needs it.
const keptPlanners = 16

// planners caches a planner for each label state in use.
type planners struct {
	schema *supergraph.Schema
	labels *labels
	kept   *lru.Cache[string, *planner.Planner]
}

func newPlanners(schema *supergraph.Schema, l *labels) (*planners, error) {
	kept, err := lru.New[string, *planner.Planner](keptPlanners)
	if err != nil {
		return nil, fmt.Errorf("planners: %w", err)
	}
	return &planners{schema: schema, labels: l, kept: kept}, nil
}

func (p *planners) in(state string) *planner.Planner {
	if found, ok := p.kept.Get(state); ok {
		return found
	}
	made := planner.New(querygraph.New(p.schema, p.labels.active(state)...), p.schema.API())
	p.kept.Add(state, made)
	return made
}
