//go:build oracle

package oracle

import (
	"errors"
	"time"
)

// Took is how long something took: by the clock, and of the processor. On a machine that others use too, the latter says more.
type Took struct{ Clock, Processor time.Duration }

// TimeCompose lets @apollo/composition compose some times to warm up, and then so often as runs says; what each of these took.
func (n *Node) TimeCompose(subgraphs []Subgraph, warm, runs int) ([]Took, error) {
	var taken []Took
	// One at a time: together they take longer than patience.
	for range warm + runs {
		one, err := n.time(map[string]any{"ask": "time", "what": "compose", "subgraphs": subgraphs, "warm": 0, "runs": 1})
		if err != nil {
			return nil, err
		}
		taken = append(taken, one...)
	}
	return taken[warm:], nil
}

// TimePlans lets the planner of @apollo/gateway plan operations, from their texts, which it checks, as ours does: all of them once.
// Before, it reads the supergraph and is warmed up with another query.
func (n *Node) TimePlans(supergraph, before string, queries []string) (Took, error) {
	taken, err := n.time(map[string]any{
		"ask": "time", "what": "plan", "supergraph": supergraph, "before": before, "queries": queries, "warm": 0, "runs": 1,
	})
	if err != nil {
		return Took{}, err
	}
	return taken[0], nil
}

func (n *Node) time(question map[string]any) ([]Took, error) {
	var answer struct {
		Taken []struct{ Clock, Processor float64 } // in milliseconds
		Crash string
	}
	if err := n.ask(question, &answer); err != nil {
		return nil, err
	}
	if answer.Crash != "" {
		return nil, errors.New(answer.Crash)
	}
	var taken []Took
	for _, t := range answer.Taken {
		taken = append(taken, Took{time.Duration(t.Clock * float64(time.Millisecond)), time.Duration(t.Processor * float64(time.Millisecond))})
	}
	return taken, nil
}
