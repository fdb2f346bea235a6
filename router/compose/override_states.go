package compose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trefoil-graph/trefoil/router/querygraph"
)

// allStates is up to how many labels every combination of them is looked at.
const allStates = 6

// overrideStates are the sets of active labels in which every field has to be had: all that there can be, if the labels are
// few. Of many labels, they are none, all, each one alone, and all but each one.
func overrideStates(labels []string) [][]string {
	if len(labels) > allStates {
		return fewStates(labels)
	}
	states := [][]string{nil}
	for _, label := range labels {
		for _, state := range states {
			states = append(states, append(slices.Clone(state), label))
		}
	}
	return states
}

func fewStates(labels []string) [][]string {
	states := [][]string{nil, labels}
	for i, label := range labels {
		states = append(states, []string{label}, slices.Delete(slices.Clone(labels), i, i+1))
	}
	return states
}

// while says for messages which labels are active, if any are.
func (w *satisfier) while() string {
	if len(w.active) == 0 {
		return ""
	}
	return fmt.Sprintf(" while @override(label: %s) is active", strings.Join(quoted(w.active), ", "))
}

func quoted(texts []string) []string {
	var list []string
	for _, text := range texts {
		list = append(list, fmt.Sprintf("%q", text))
	}
	return list
}

// givenUp reports whether it is for an @override that the node does not resolve the field.
func (w *satisfier) givenUp(node *querygraph.Node, field string) bool {
	join := w.schema.Type(node.Type).Field(field).Join(node.Subgraph)
	return !join.External && !join.Resolves(w.active)
}
