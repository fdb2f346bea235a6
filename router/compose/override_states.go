package compose

import (
	"fmt"
	"slices"

	"github.com/trefoil-graph/trefoil/router/querygraph"
)

const (
	// allStates is the number of labels up to which every combination of them is looked at.
	allStates = 6
	// singleStates is the number of labels up to which each is looked at alone, and all the others without it.
	singleStates = 24
)

// overrideStates are the sets of active labels in which every field has to be had: all that there can be, if the labels are
// few. Of more labels, they are none, all, each one alone, and all but each one. Of many, they are 2 log n + 2 sets, among which
// any two labels are both inactive, both active, and each active without the other: each set is a walk through the whole schema.
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

// pairStates has for each bit of a label's number the labels that have it set, and those that do not.
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

// while says for messages which labels are active, if any are.
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

// givenUp reports whether it is for an @override that the node does not resolve the field.
func (w *satisfier) givenUp(node *querygraph.Node, field string) bool {
	join := w.schema.Type(node.Type).Field(field).Join(node.Subgraph)
	return !join.External && !join.Resolves(w.active)
}
