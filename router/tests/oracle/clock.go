//go:build oracle

package oracle

import (
	"errors"
	"time"
)

// Took is a duration on the clock and on the processor. On a shared machine the latter is more
// meaningful.
type Took struct{ Clock, Processor time.Duration }

// TimeCompose lets @apollo/composition compose several times to warm up, and then returns the
// durations of that many runs.
func (n *Node) TimeCompose(subgraphs []Subgraph, warm, runs int) ([]Took, error) {
	var taken []Took
	// One at a time, because together they take longer than Patience.
	for range warm + runs {
		one, err := n.time(map[string]any{
			"ask": "time", "what": "compose", "subgraphs": subgraphs, "warm": 0, "runs": 1,
		})
		if err != nil {
			return nil, err
		}
		taken = append(taken, one...)
	}
	return taken[warm:], nil
}

// TimePlans lets the planner of @apollo/gateway plan all operations once, including validation, as
// ours does. Before that, it reads the supergraph and is warmed up with another query.
func (n *Node) TimePlans(supergraph, before string, queries []string) (Took, error) {
	taken, err := n.time(map[string]any{
		"ask": "time", "what": "plan", "supergraph": supergraph,
		"before": before, "queries": queries, "warm": 0, "runs": 1,
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
		taken = append(taken, Took{milliseconds(t.Clock), milliseconds(t.Processor)})
	}
	return taken, nil
}

func milliseconds(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }
