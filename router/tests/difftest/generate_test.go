package difftest_test

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"
)

// generator makes a world from rapid's draws. A draw of zero always makes the simplest choice,
// because rapid shrinks draws towards zero.
type generator struct {
	*rapid.T
	*world
	// banned holds the types that the subgraph with the interface object cannot know.
	banned map[*definition]bool
	fields int
}

func (g *generator) upTo(n int) int { return rapid.IntRange(0, n).Draw(g.T, "n") }

// oneIn returns true once in n draws.
func (g *generator) oneIn(n int) bool { return g.upTo(n-1) == n-1 }

func pick[T any](g *generator, list []T) T { return list[g.upTo(len(list)-1)] }

// some returns a part of the list in order, perhaps an empty one.
func some[T any](g *generator, list []T) []T {
	var part []T
	for _, item := range list {
		if g.oneIn(2) {
			part = append(part, item)
		}
	}
	return part
}

// someOf returns a part of the list in order, which is never empty.
func someOf[T any](g *generator, list []T) []T {
	if part := some(g, list); len(part) > 0 {
		return part
	}
	return []T{pick(g, list)}
}

func generateWorld(t *rapid.T) *world {
	g := &generator{T: t, world: &world{oneOf: "@oneOf"}, banned: map[*definition]bool{}}
	g.subgraphs = 2 + g.upTo(3)
	g.drawEnums()
	g.active = append(some(g, []string{"beta", "gamma/2"}), "percent(100)")
	g.makeTypes()
	g.makeInterfaceFields()
	g.makeValueFields()
	g.ban()
	g.place()
	g.makeEntityFields()
	g.makeRoots()
	g.override()
	g.require()
	g.provide()
	g.finish()
	g.hide()
	return g.world
}

// makeTypes makes the types, which have only keys so far.
func (g *generator) makeTypes() {
	for i := range 1 + g.upTo(3) {
		g.add(&definition{name: fmt.Sprintf("E%d", i), kind: entity})
	}
	for i := range g.upTo(3) {
		g.add(&definition{name: fmt.Sprintf("V%d", i), kind: whole})
	}
	for i := range g.upTo(2) {
		g.add(&definition{name: fmt.Sprintf("I%d", i), kind: interfaceType, members: g.members(i == 0 && g.oneIn(2))})
	}
	if g.oneIn(2) {
		g.add(&definition{name: "U0", kind: union, members: g.members(false)})
	}
	if interfaces := g.of(interfaceType); len(interfaces) > 0 && g.oneIn(2) {
		if !slices.ContainsFunc(interfaces[0].members, func(d *definition) bool { return d.kind != entity }) {
			g.io = interfaces[0]
		}
	}
	for _, v := range g.of(whole) {
		inUse := slices.ContainsFunc(g.types, func(d *definition) bool { return slices.Contains(d.members, v) })
		if set := g.splitSet(); !inUse && len(set) > 1 && g.oneIn(3) {
			v.kind, v.set = split, set
		}
	}
	for _, e := range g.of(entity) {
		g.makeKeys(e)
	}
}

func (g *generator) members(entitiesOnly bool) []*definition {
	if entitiesOnly {
		return someOf(g, g.of(entity))
	}
	return someOf(g, g.of(entity, whole))
}

func (g *generator) splitSet() []int {
	var set []int
	for s := range g.subgraphs {
		if !g.hasInterfaceObject(s) && (s == 0 || g.oneIn(2)) {
			set = append(set, s)
		}
	}
	return set
}

func (g *generator) hasInterfaceObject(s int) bool { return g.io != nil && s == g.subgraphs-1 }

// makeKeys makes an entity's keys: id, and perhaps another field, one of two fields, one inside a
// value, or one inside another entity.
func (g *generator) makeKeys(e *definition) {
	id := g.addField(e, &field{name: "id", typ: ast.NonNullNamedType("ID", nil), key: true})
	g.addKey(e, "id", id)
	if g.oneIn(2) {
		sku := g.addField(e, &field{name: "sku", typ: ast.NonNullNamedType("String", nil), key: true})
		g.addKey(e, "sku", sku)
	}
	switch g.upTo(4) {
	case 4:
		if owner := g.of(entity)[0]; owner != e && g.io == nil { // its subgraph may not know the owner
			f := g.addField(e, &field{name: "owner", typ: ast.NonNullNamedType(owner.name, nil), target: owner, key: true})
			g.addKey(e, "owner { id }", f)
		}
	case 2:
		code := g.addField(e, &field{name: "code", typ: ast.NonNullNamedType("String", nil), key: true})
		year := g.addField(e, &field{name: "year", typ: ast.NonNullNamedType("Int", nil)})
		g.addKey(e, "code year", code, year)
	case 3:
		v := g.add(&definition{name: "K" + e.name, kind: whole})
		g.addField(v, &field{name: "k", typ: ast.NonNullNamedType("String", nil), key: true})
		g.addField(v, &field{name: "m", typ: ast.NamedType("Int", nil)})
		tag := g.addField(e, &field{name: "tag", typ: ast.NonNullNamedType(v.name, nil), target: v, key: true})
		year := g.addField(e, &field{name: "year", typ: ast.NonNullNamedType("Int", nil)})
		text := "tag { k }"
		if g.oneIn(2) {
			text = "year tag { k }"
		}
		g.addKey(e, text, tag, year)
	}
}

func (g *generator) addKey(e *definition, text string, fields ...*field) {
	e.keys = append(e.keys, &key{text: text, set: mustSelections(text), fields: fields})
}

// makeInterfaceFields gives each interface fields, and its members the same ones.
func (g *generator) makeInterfaceFields() {
	for n, i := range g.of(interfaceType) {
		if i == g.io || !slices.ContainsFunc(i.members, func(d *definition) bool { return d.kind != entity }) && g.oneIn(2) {
			g.addField(i, &field{name: "id", typ: ast.NonNullNamedType("ID", nil)})
		}
		for c := range 1 + g.upTo(2) {
			f := g.newField(fmt.Sprintf("%c%d", 'a'+n, c), nil)
			if c > 0 {
				f = g.newField(f.name, g.of(entity, interfaceType, union))
			}
			f.anchor = c == 0
			g.addField(i, f)
			for _, m := range i.members {
				same := *f
				if !f.typ.NonNull && g.oneIn(4) {
					nonNull := *f.typ
					nonNull.NonNull = true
					same.typ = &nonNull
					// If this very error hides the type of an object, nobody can decide whether
					// null is valid.
					same.fails = false
				}
				g.addField(m, &same)
			}
		}
	}
}

// makeValueFields gives the value types fields. A whole type has no field of a split one, which
// would have to be in other subgraphs.
func (g *generator) makeValueFields() {
	for _, v := range g.of(whole, split) {
		if len(v.keys) > 0 || v.field("k") != nil {
			continue
		}
		targets := g.of(entity, interfaceType, union)
		for _, other := range g.of(whole) {
			if other.name <= v.name {
				targets = append(targets, other)
			}
		}
		for i := range 1 + g.upTo(2) {
			g.addField(v, g.newField(fmt.Sprintf("f%d", i), targets))
		}
	}
}

func (g *generator) makeEntityFields() {
	for _, e := range g.of(entity) {
		for i := range 1 + g.upTo(3) {
			f := g.addField(e, g.newField(fmt.Sprintf("f%d", i), g.of(entity, whole, split, interfaceType, union)))
			g.own(e, f)
		}
	}
	if g.io == nil {
		return
	}
	s := g.subgraphs - 1
	for i := range 1 + g.upTo(1) {
		f := g.newField(fmt.Sprintf("x%d", i), g.able(s, g.of(entity, whole, interfaceType, union)))
		f.holder = g.io.name
		f.fails = f.target == nil && g.oneIn(2)
		g.addField(g.io, f).in[s] = &localField{}
		if f.target != nil {
			g.ensure(s, f.target)
		}
		for _, m := range g.io.members {
			same := *f
			g.addField(m, &same)
		}
	}
}

// newField makes a field of a scalar type or of one of the targets.
func (g *generator) newField(name string, targets []*definition) *field {
	g.fields++
	f := &field{name: name, args: g.arguments()}
	named := ""
	if len(targets) > 0 && g.oneIn(2) {
		f.target = pick(g, targets)
		named = f.target.name
	} else {
		named = pick(g, []string{"String", "Int", "Boolean", "Float", "ID", "Tone", returnedEnum})
		f.fails = g.oneIn(12)
	}
	f.typ = g.wrap(named)
	return f
}

func (g *generator) arguments() string {
	if !g.oneIn(4) {
		return ""
	}
	return pick(g, []string{
		"(n: Int)", "(n: Int = 2, s: String)", "(n: Int!)", "(tone: Tone = RED)", "(in: Range)", "(list: [Int!])",
		"(span: Span)", "(span: Span! = { more: [{ high: 1 }, null] })",
		`(s: String! = "s", in: Range = { low: 3 })`,
		"(side: " + takenEnum + ")", "(pick: Pick, side: " + takenEnum + " = S0)", "(pick: Pick! = { n: 1 })",
	})
}

func (g *generator) wrap(named string) *ast.Type {
	t := func() *ast.Type { return ast.NamedType(named, nil) }
	n := func() *ast.Type { return ast.NonNullNamedType(named, nil) }
	switch g.upTo(11) {
	case 4, 5, 6:
		return n()
	case 7:
		return ast.ListType(t(), nil)
	case 8:
		return ast.ListType(n(), nil)
	case 9:
		return ast.NonNullListType(t(), nil)
	case 10:
		return ast.NonNullListType(n(), nil)
	case 11:
		return pick(g, []*ast.Type{
			ast.ListType(ast.ListType(t(), nil), nil),
			ast.NonNullListType(ast.NonNullListType(n(), nil), nil),
			ast.NonNullListType(ast.ListType(n(), nil), nil),
		})
	default:
		return t()
	}
}

// makeRoots gives each subgraph fields of Query, and perhaps of Mutation.
func (g *generator) makeRoots() {
	g.query = g.add(&definition{name: "Query", kind: root})
	for s := range g.subgraphs {
		for i := range 1 + g.upTo(2) {
			f := g.newField(fmt.Sprintf("q%d%d", s, i), g.able(s, g.of(entity, whole, split, interfaceType, union)))
			g.addField(g.query, f)
			g.ownIn(g.query, f, s)
		}
	}
	if g.io != nil && g.oneIn(2) {
		last := g.subgraphs - 1
		f := g.addField(g.query, &field{name: "found", typ: g.wrap(g.io.name), target: g.io})
		g.put(g.query, f, last)
	}
	if !g.oneIn(3) {
		return
	}
	g.mutation = g.add(&definition{name: "Mutation", kind: root})
	for s := range g.subgraphs {
		for i := range g.upTo(2) {
			f := g.newField(fmt.Sprintf("m%d%d", s, i), g.able(s, g.of(entity, whole, interfaceType, union)))
			g.addField(g.mutation, f)
			g.put(g.mutation, f, s)
		}
	}
	if len(g.mutation.fields) == 0 {
		g.types = g.types[:len(g.types)-1]
		g.mutation = nil
	}
}
