package compose

import (
	"fmt"
	"slices"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
)

const (
	// allStates is the greatest number of labels of which every combination is checked.
	allStates = 6
	// singleStates is the greatest number of labels of which each is checked alone, and all others
	// without it.
	singleStates = 24
)

// overrideStates returns the sets of active labels for which every field must be resolvable: all
// combinations if there are few labels. If there are more, the sets are none, all, each label
// alone, and all but each label. If there are many, there are 2 log n + 2 sets, in which any two
// labels are both inactive, both active, and each active without the other. Each set costs a walk
// through the whole schema.
func overrideStates(labels []string) [][]string {
	switch {
	case len(labels) > singleStates:
		return pairStates(labels)
	case len(labels) > allStates:
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

// pairStates returns, for each bit of a label's number, the labels with this bit and those
// without.
func pairStates(labels []string) [][]string {
	states := [][]string{nil, labels}
	for bit := 1; bit < len(labels); bit *= 2 {
		var with, without []string
		for i, label := range labels {
			if i&bit != 0 {
				with = append(with, label)
			} else {
				without = append(without, label)
			}
		}
		states = append(states, with, without)
	}
	return states
}

// while says in messages which labels are active.
func (w *satisfier) while() string {
	if len(w.active) == 0 {
		return ""
	}
	return fmt.Sprintf(" while @override(label: %s) is active", firstOf(quoted(w.active), ", "))
}

func quoted(texts []string) []string {
	var list []string
	for _, text := range texts {
		list = append(list, fmt.Sprintf("%q", text))
	}
	return list
}

// givenUp reports whether an @override is the reason why the node does not resolve the field.
func (w *satisfier) givenUp(node *querygraph.Node, field string) bool {
	join := w.schema.Type(node.Type).Field(field).Join(node.Subgraph)
	return !join.External && !join.Resolves(w.active)
}
