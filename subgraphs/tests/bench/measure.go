package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"text/tabwriter"
	"time"
)

// measureAll measures one operation after the other.
func (l *load) measureAll(ctx context.Context, during time.Duration, stdout io.Writer) error {
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "operation\trequests\ta second\tp50 ms\tp99 ms\tfailed\t")
	for _, o := range l.operations() {
		m := l.measure(ctx, o, during)
		if err := ctx.Err(); err != nil {
			return err
		}
		perSecond := float64(len(m.took)) / m.wall.Seconds()
		_, _ = fmt.Fprintf(table, "%s\t%d\t%.0f\t%.1f\t%.1f\t%d\t\n",
			o.name, len(m.took), perSecond,
			milliseconds(m.quantile(0.5)), milliseconds(m.quantile(0.99)), m.failed)
		if m.failure != nil {
			_, _ = fmt.Fprintf(table, "  e.g. %v\n", m.failure)
		}
	}
	return table.Flush()
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// measured holds the times of successful operations, and counts the failed ones.
type measured struct {
	took    []time.Duration
	wall    time.Duration
	failed  int
	failure error
}

// measure makes each client repeat the operation for a time.
func (l *load) measure(ctx context.Context, o operation, during time.Duration) (m measured) {
	var mu sync.Mutex
	var all sync.WaitGroup
	began := time.Now()
	for client := range l.tokens {
		all.Go(func() {
			for time.Since(began) < during && ctx.Err() == nil {
				took, err := o.do(ctx, client)
				mu.Lock()
				m.add(took, err)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	m.wall = time.Since(began)
	slices.Sort(m.took)
	return m
}

func (m *measured) add(took time.Duration, err error) {
	if err != nil {
		m.failed++
		m.failure = err
		return
	}
	m.took = append(m.took, took)
}

func (m *measured) quantile(q float64) time.Duration {
	if len(m.took) == 0 {
		return 0
	}
	return m.took[min(int(q*float64(len(m.took))), len(m.took)-1)]
}
