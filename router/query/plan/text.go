package plan

import (
	"fmt"
	"strings"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// String writes the plan as a tree for people: a Parallel holds fetches that can run at the same
// time, and a Sequence lists in order what must run in order. The executor is not bound to these
// levels: it starts each fetch as soon as those on which it depends have ended.
func (p *Plan) String() string {
	w := &printer{}
	w.line("QueryPlan {")
	w.indent++
	levels := Levels(p)
	if len(levels) > 1 {
		w.block("Sequence", func() { w.levels(levels) })
	} else {
		w.levels(levels)
	}
	w.indent--
	w.line("}")
	return w.text.String()
}

// Levels groups the fetches by the length of the longest chain of fetches that must end before
// them.
func Levels(p *Plan) [][]*Fetch {
	depth := make([]int, len(p.Fetches))
	var levels [][]*Fetch
	for _, f := range p.Fetches {
		for _, id := range f.DependsOn {
			depth[f.ID] = max(depth[f.ID], depth[id]+1)
		}
		for len(levels) <= depth[f.ID] {
			levels = append(levels, nil)
		}
		levels[depth[f.ID]] = append(levels[depth[f.ID]], f)
	}
	return levels
}

type printer struct {
	text   strings.Builder
	indent int
}

func (w *printer) line(format string, args ...any) {
	w.text.WriteString(strings.Repeat("  ", w.indent))
	fmt.Fprintf(&w.text, format, args...)
	w.text.WriteByte('\n')
}

func (w *printer) block(head string, body func()) {
	w.line("%s {", head)
	w.indent++
	body()
	w.indent--
	w.line("}")
}

func (w *printer) levels(levels [][]*Fetch) {
	for _, level := range levels {
		if len(level) == 1 {
			w.fetch(level[0])
			continue
		}
		w.block("Parallel", func() {
			for _, f := range level {
				w.fetch(f)
			}
		})
	}
}

func (w *printer) fetch(f *Fetch) {
	head := fmt.Sprintf("Fetch %d (%s)", f.ID, f.Subgraph)
	for i, id := range f.DependsOn {
		head += separator(i, fmt.Sprintf(" after %d", id), fmt.Sprintf(", %d", id))
	}
	w.block(head+conditionText(f.Conditions), func() {
		if len(f.Lookups) == 0 {
			w.selections(f.Selections)
		}
		for _, l := range f.Lookups {
			w.lookup(l)
		}
		w.renames(f.Renames)
	})
}

func (w *printer) lookup(l Lookup) {
	for _, t := range l.Targets {
		if l.Root {
			w.line("Flatten %s", PathText(t.Path))
			continue
		}
		w.line("Flatten %s%s {%s}", PathText(t.Path), typesText(t.Types), representationText(t))
		for _, c := range t.Contexts {
			w.line("  %s", contextText(t, c))
		}
	}
	w.block("  =>"+conditionText(l.Conditions), func() {
		w.selections(l.Selections)
		w.renames(l.Renames)
	})
}

func (w *printer) selections(selections []Selection) {
	for _, s := range selections {
		var head strings.Builder
		writeHead(&head, s, " ")
		text := head.String()
		if len(s.Selections) == 0 {
			w.line("%s", text)
			continue
		}
		w.block(text, func() { w.selections(s.Selections) })
	}
}

func (w *printer) renames(renames []Rename) {
	for _, r := range renames {
		w.line("rename %s to %s", strings.Join(append(append([]string{}, r.Path...), r.From), "."), r.To)
	}
}

// PathText writes a path as response keys; @ represents the items of a list, |A| a step from
// objects of type A only.
func PathText(path []PathElement) string {
	var w strings.Builder
	for i, element := range path {
		w.WriteString(typesText(element.Types))
		w.WriteString(separator(i, "", "."))
		w.WriteString(element.Key)
		if element.List {
			w.WriteString(".@")
		}
	}
	return w.String()
}

func typesText(types *operation.TypeSet) string {
	if types == nil {
		return ""
	}
	return "|" + strings.Join(types.Names, ",") + "|"
}

func representationText(t Target) string {
	name := t.TypeName
	if name == "" {
		name = "__typename"
	}
	return " " + name + membersText(t.Representation) + " "
}

func membersText(members []Member) string {
	var w strings.Builder
	for _, m := range members {
		w.WriteByte(' ')
		if m.Types != nil {
			w.WriteString(typesText(m.Types))
		}
		w.WriteString(m.Name)
		if m.Key != m.Name {
			w.WriteString("<-" + m.Key)
		}
		if len(m.Members) > 0 {
			w.WriteString(" {" + membersText(m.Members) + " }")
		}
	}
	return w.String()
}

func conditionText(groups [][]operation.Condition) string {
	var w strings.Builder
	for i, group := range groups {
		w.WriteString(separator(i, " if ", " or "))
		for n, c := range group {
			w.WriteString(separator(n, "", " and "))
			if c.Skip {
				w.WriteString("not ")
			}
			w.WriteString("$" + c.Variable)
		}
	}
	return w.String()
}
