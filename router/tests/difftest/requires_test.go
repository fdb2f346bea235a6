package difftest_test

import (
	"fmt"
	"strings"
)

// require lets fields need others that their subgraph does not resolve. It chooses these fields
// first, so that no field inside another one's value has requirements.
func (g *generator) require() {
	for _, d := range g.of(entity) {
		for _, f := range d.fields {
			owners := f.owners()
			plain := !f.key && !f.anchor && f.name != "year" && f.holder == ""
			f.requiring = plain && len(owners) == 1 && !f.moves() && g.oneIn(3)
		}
	}
	for _, d := range g.of(entity) {
		for n, f := range d.fields {
			if f.requiring {
				g.requireFor(d.fields[:n], f, f.owners()[0])
			}
		}
	}
	if g.io != nil && required(anchorOf(g.io)) {
		g.requireForInterface()
	}
}

// requireForInterface makes fields of the interface object need the interface's first field.
func (g *generator) requireForInterface() {
	s, anchor := g.subgraphs-1, anchorOf(g.io)
	for _, f := range g.io.fields {
		if f.holder == "" || !g.oneIn(3) {
			continue
		}
		external(anchor, s)
		f.in[s].requires = anchor.name
		for _, d := range append(g.io.members, g.io) {
			d.field(f.name).requires = mustSelections(anchor.name)
		}
	}
}

func (g *generator) requireFor(before []*field, f *field, s int) {
	var parts []string
	for _, x := range before {
		if g.oneIn(2) {
			parts = append(parts, g.requirement(s, x)...)
		}
	}
	if len(parts) > 0 {
		f.in[s].requires = strings.Join(parts, " ")
		f.requires = mustSelections(f.in[s].requires)
	}
}

// requirement returns the text with which the subgraph can require a field, or nothing if it
// cannot. The subgraph then declares the fields that it does not resolve as external.
func (g *generator) requirement(s int, x *field) []string {
	if x.in[s] != nil && !x.in[s].external || x.raises() || x.holder != "" {
		return nil
	}
	text := x.name + g.literals(x.args)
	if x.target != nil {
		below := g.requirementBelow(s, x.target)
		if below == "" {
			return nil
		}
		text += " { " + below + " }"
	}
	external(x, s)
	return []string{text}
}

// raises reports whether an error of the field makes its object null. Then a requirement may
// remove more of the client's data than the requiring field, because it is in the same request. No
// router can avoid that.
func (f *field) raises() bool { return f.fails && f.typ.NonNull }

// requirementBelow returns the required part of a value: for an abstract type its first field, or
// a selection for each type if the subgraph knows all types.
func (g *generator) requirementBelow(s int, d *definition) string {
	if d.in[s] == nil {
		return ""
	}
	if !d.abstract() {
		var parts []string
		for _, leaf := range some(g, g.leaves(s, d)) {
			parts = append(parts, leaf.name)
			external(leaf, s)
		}
		return strings.Join(parts, " ")
	}
	if d.kind == interfaceType && !d.in[s].interfaceObject && required(anchorOf(d)) && g.oneIn(2) {
		return anchorOf(d).name
	}
	if len(d.in[s].members) < len(d.members) {
		return ""
	}
	var parts []string
	for _, m := range d.members {
		if text := g.requirementBelow(s, m); text != "" {
			parts = append(parts, "... on "+m.name+" { "+text+" }")
		}
	}
	return strings.Join(parts, " ")
}

// required reports whether a field can be required inside another one's value.
func required(f *field) bool {
	return f.target == nil && !f.raises() && !f.requiring && f.holder == "" && !strings.Contains(f.args, "!")
}

func external(f *field, s int) {
	if f.in[s] == nil {
		f.in[s] = &localField{external: true}
	}
}

// literals returns arguments as they are written in a requirement.
func (g *generator) literals(args string) string {
	switch {
	case strings.HasPrefix(args, "(n: Int!"):
		return fmt.Sprintf("(n: %d)", g.upTo(3))
	case strings.HasPrefix(args, "(n: Int"):
		return pick(g, []string{"", "(n: 1)", "(n: 2)", "(n: null)"})
	case strings.HasPrefix(args, "(tone"):
		return pick(g, []string{"", "(tone: BLUE)"})
	default:
		return ""
	}
}

// leaves returns fields of a type, without selections, that the subgraph can read in its
// requirements.
func (g *generator) leaves(s int, d *definition) []*field {
	if d.in[s] == nil || d.kind == split || d.abstract() {
		return nil
	}
	var list []*field
	for _, f := range d.fields {
		if required(f) && (d.kind == entity && (f.in[s] == nil || f.in[s].external) || f.in[s].resolves()) {
			list = append(list, f)
		}
	}
	return list
}

// provide lets fields provide fields of their entities that their subgraph does not resolve
// elsewhere.
func (g *generator) provide() {
	for _, d := range g.of(entity, whole, root) {
		for _, f := range d.fields {
			for _, s := range f.owners() {
				if f.target == nil || f.moves() && f.in[s].overridesIt == "" || !g.oneIn(3) {
					continue
				}
				if text := g.provision(s, f.target); text != "" {
					f.in[s].provides = text
					f.in[s].provided = mustSelections(text)
				}
			}
		}
	}
}

func (g *generator) provision(s int, d *definition) string {
	var parts []string
	switch {
	case d.kind == entity:
		for _, x := range d.fields {
			if x.args != "" || x.holder != "" || x.fails || x.key || x.in[s] != nil && !x.in[s].external || !g.oneIn(2) {
				continue
			}
			if text := g.provisionOf(s, x); text != "" {
				x.in[s] = &localField{external: true, given: true}
				parts = append(parts, text)
			}
		}
	case d.abstract() && d.in[s] != nil:
		for _, m := range d.in[s].members {
			if m.kind != entity {
				continue
			}
			if text := g.provision(s, m); text != "" {
				parts = append(parts, "... on "+m.name+" { "+text+" }")
			}
		}
	}
	return strings.Join(parts, " ")
}

// provisionOf returns the text with which a field can be provided, or "" if it cannot.
func (g *generator) provisionOf(s int, x *field) string {
	if x.target == nil {
		return x.name
	}
	if x.target.kind != whole {
		return ""
	}
	var parts []string
	for _, leaf := range g.leaves(s, x.target) {
		if leaf.args == "" && g.oneIn(2) {
			parts = append(parts, leaf.name)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return x.name + " { " + strings.Join(parts, " ") + " }"
}
