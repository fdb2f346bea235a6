package compose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// lacking returns a context that the field needs and no object above sets, or "". The fields that
// are read from objects that set a context can be resolved, because the walk checks each of them.
func (w *satisfier) lacking(s state, f *supergraph.Field) string {
	lacking := ""
	for i := range f.Joins {
		if !f.Joins[i].Resolves(w.active) {
			continue
		}
		missing := ""
		for _, a := range f.Joins[i].ContextArguments {
			if !slices.Contains(s.contexts, a.Context) {
				missing = a.Context
			}
		}
		if missing == "" {
			return ""
		}
		lacking = missing
	}
	return lacking
}

// contextsBelow returns the contexts that are set for the objects below an object.
func (w *satisfier) contextsBelow(s state) []string {
	contexts := slices.Clone(s.contexts)
	for name := range w.reacher.Contexts(s.object) {
		contexts = append(contexts, name)
	}
	slices.Sort(contexts)
	return slices.Compact(contexts)
}

func (s state) id(places string) string { return places + " " + strings.Join(s.contexts, " ") }

func lackingText(context string) string {
	return fmt.Sprintf("No object on this way sets the context %q, "+
		"from which an argument is read; put @context on a type on the way", context)
}
