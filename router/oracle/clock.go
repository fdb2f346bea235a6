//go:build oracle

package oracle

import (
	"errors"
	"time"
)

// TimeCompose lets @apollo/composition compose some times to warm up, and then so often as runs says; how long each of these took.
func (n *Node) TimeCompose(subgraphs []Subgraph, warm, runs int) ([]time.Duration, error) {
	var taken []time.Duration
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

// TimePlans does so with the planner of @apollo/gateway, from the texts of operations to their plans, all of them in a run. The
// supergraph is read before.
func (n *Node) TimePlans(supergraph string, queries []string, warm, runs int) ([]time.Duration, error) {
	return n.time(map[string]any{"ask": "time", "what": "plan", "supergraph": supergraph, "queries": queries, "warm": warm, "runs": runs})
}

func (n *Node) time(question map[string]any) ([]time.Duration, error) {
	var answer struct {
		Milliseconds []float64
		Crash        string
	}
	if err := n.ask(question, &answer); err != nil {
		return nil, err
	}
	if answer.Crash != "" {
		return nil, errors.New(answer.Crash)
	}
	taken := make([]time.Duration, len(answer.Milliseconds))
	for i, ms := range answer.Milliseconds {
		taken[i] = time.Duration(ms * float64(time.Millisecond))
	}
	return taken, nil
}
