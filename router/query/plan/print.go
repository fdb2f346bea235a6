package plan

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// PrintDocument writes a subgraph's operation as short as possible.
func PrintDocument(
	kind ast.Operation, variables ast.VariableDefinitionList, selections []Selection,
) string {
	var w strings.Builder
	w.Grow(64 + 24*len(variables) + roughly(selections))
	if kind != ast.Query || len(variables) > 0 {
		w.WriteString(string(kind))
	}
	if len(variables) > 0 {
		w.WriteByte('(')
		for i, v := range variables {
			if i > 0 {
				w.WriteByte(',')
			}
			w.WriteString("$" + v.Variable + ":" + v.Type.String())
			if v.DefaultValue != nil {
				w.WriteString("=" + v.DefaultValue.String())
			}
		}
		w.WriteByte(')')
	}
	writeSelections(&w, selections)
	return w.String()
}

// PrintSelections writes a selection set as short as possible.
func PrintSelections(selections []Selection) string {
	var w strings.Builder
	w.Grow(roughly(selections))
	writeSelections(&w, selections)
	return w.String()
}

// roughly estimates the length of selections, without their arguments and conditions.
func roughly(selections []Selection) int {
	size := len("{}")
	for _, s := range selections {
		size += len(s.Alias) + len(s.Name) + len(":{")
		if s.Name == "" {
			size += len("...on ") + len(s.On)
		}
		if len(s.Selections) > 0 {
			size += roughly(s.Selections)
		}
	}
	return size
}

func writeSelections(w *strings.Builder, selections []Selection) {
	w.WriteByte('{')
	for i, s := range selections {
		if i > 0 {
			w.WriteByte(' ')
		}
		writeSelection(w, s)
	}
	w.WriteByte('}')
}

// writeSelection nests a selection under two conditions of one kind in a fragment, because a
// directive may occur only once at a location (GraphQL, section 5.7.3).
func writeSelection(w *strings.Builder, s Selection) {
	for i, c := range s.Conditions {
		again := func(other operation.Condition) bool { return other.Skip == c.Skip }
		if !slices.ContainsFunc(s.Conditions[i+1:], again) {
			continue
		}
		w.WriteString("...")
		writeCondition(w, c)
		s.Conditions = slices.Delete(slices.Clone(s.Conditions), i, i+1)
		writeSelections(w, []Selection{s})
		return
	}
	writeHead(w, s, "")
	if len(s.Selections) > 0 {
		writeSelections(w, s.Selections)
	}
}

func writeCondition(w *strings.Builder, c operation.Condition) {
	directive := "@include"
	if c.Skip {
		directive = "@skip"
	}
	w.WriteString(directive + "(if:$" + c.Variable + ")")
}

// writeHead writes a selection up to its own selection set, with gaps for readability.
func writeHead(w *strings.Builder, s Selection, gap string) {
	if s.Name == "" {
		w.WriteString("..." + gap + "on ")
		w.WriteString(s.On)
	} else {
		if s.Alias != "" {
			w.WriteString(s.Alias)
			w.WriteByte(':')
		}
		w.WriteString(s.Name)
	}
	for i, arg := range s.Arguments {
		w.WriteString(separator(i, "(", ","))
		w.WriteString(arg.Name)
		w.WriteByte(':')
		w.WriteString(arg.Value.String())
	}
	if len(s.Arguments) > 0 {
		w.WriteByte(')')
	}
	for i := range s.Directives {
		w.WriteString(gap + operation.PrintDirectives(s.Directives[i:i+1]))
	}
	for _, c := range s.Conditions {
		w.WriteString(gap)
		writeCondition(w, c)
	}
}

func separator(i int, first, others string) string {
	if i == 0 {
		return first
	}
	return others
}

// VariablesIn lists the variables that selections use, sorted.
func VariablesIn(selections []Selection) []string {
	var names []string
	for _, s := range selections {
		for _, arg := range s.Arguments {
			names = appendVariables(names, arg.Value)
		}
		for _, d := range s.Directives {
			for _, arg := range d.Arguments {
				names = appendVariables(names, arg.Value)
			}
		}
		for _, c := range s.Conditions {
			names = append(names, c.Variable)
		}
		names = append(names, VariablesIn(s.Selections)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func appendVariables(names []string, value *ast.Value) []string {
	if value.Kind == ast.Variable {
		return append(names, value.Raw)
	}
	for _, child := range value.Children {
		names = appendVariables(names, child.Value)
	}
	return names
}
