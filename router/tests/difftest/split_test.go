package difftest_test

import (
	"fmt"
	"slices"
)

// ban finds the types that the subgraph with the interface object cannot know: the
// implementations, and the types that contain them wherever they are known.
func (g *generator) ban() {
	if g.io == nil {
		return
	}
	for _, m := range g.io.members {
		g.banned[m] = true
	}
	for more := true; more; {
		more = false
		for _, d := range g.types {
			if g.banned[d] || d == g.io {
				continue
			}
			for _, f := range d.fields {
				if d.kind == whole && f.target != nil && g.banned[f.target] {
					g.banned[d], more = true, true
				}
			}
			if d.abstract() && g.banned[d.members[0]] && !g.banned[d] {
				g.banned[d], more = true, true
			}
		}
	}
}

// can reports whether a subgraph can know a type.
func (g *generator) can(s int, d *definition) bool {
	if d.kind == split {
		return slices.Contains(d.set, s)
	}
	return !g.hasInterfaceObject(s) || !g.banned[d]
}

func (g *generator) able(s int, list []*definition) []*definition {
	return slices.DeleteFunc(list, func(d *definition) bool { return !g.can(s, d) })
}

// place assigns each entity to its hub, and other types to the subgraphs where they must be.
func (g *generator) place() {
	for _, e := range g.of(entity) {
		last := g.subgraphs - 1
		if g.banned[e] {
			last--
		}
		e.hub = g.upTo(last)
		e.in[e.hub] = &local{}
		for _, k := range e.keys {
			g.putKey(e, e.hub, k, true)
		}
	}
	for _, v := range g.of(split) {
		for n, f := range v.fields {
			for i, s := range v.set {
				if g.can2(s, f.target) && (n%len(v.set) == i || g.oneIn(3)) {
					g.put(v, f, s)
				}
			}
			if len(f.owners()) == 0 {
				g.put(v, f, pick(g, v.set))
			}
		}
		for _, s := range v.set {
			if v.in[s] == nil {
				g.put(v, g.addField(v, g.newField(fmt.Sprintf("g%d", s), nil)), s)
			}
		}
	}
	if g.io != nil {
		g.placeInterfaceObject()
	}
	for _, i := range g.of(interfaceType) {
		for _, t := range i.fields {
			for _, m := range i.members {
				if m.kind == entity && t.name != "id" {
					if t.anchor {
						g.put(m, m.field(t.name), m.hub)
					} else {
						g.own(m, m.field(t.name))
					}
				}
			}
		}
	}
}

func (g *generator) can2(s int, d *definition) bool { return d == nil || g.can(s, d) }

// placeInterfaceObject assigns the interface object to the last subgraph, and the interface with
// its key and all implementations to another.
func (g *generator) placeInterfaceObject() {
	id := &key{text: "id", set: mustSelections("id"), fields: []*field{g.io.field("id")}}
	last := g.subgraphs - 1
	g.io.in[last] = &local{interfaceObject: true, keys: []localKey{{id, true}}}
	g.io.field("id").in[last] = &localField{}
	home := g.upTo(last - 1)
	g.io.in[home] = &local{keyed: true, keys: []localKey{{id, true}}, members: g.io.members}
	for _, m := range g.io.members {
		if m.in[home] == nil {
			m.in[home] = &local{}
		}
		g.putKey(m, home, m.keys[0], true)
		g.put(m, m.field(anchorOf(g.io).name), home)
	}
}

func anchorOf(d *definition) *field {
	at := slices.IndexFunc(d.fields, func(f *field) bool { return f.anchor })
	return d.fields[at]
}

// own chooses the subgraph of an entity's field, or several that share it.
func (g *generator) own(d *definition, f *field) {
	var able []int
	for s := range g.subgraphs {
		if g.can(s, d) && g.can2(s, f.target) {
			able = append(able, s)
		}
	}
	g.ownIn(d, f, pick(g, able))
}

// ownIn chooses subgraphs for a field, one of which is given.
func (g *generator) ownIn(d *definition, f *field, first int) {
	if f.target != nil && f.target.kind == split {
		for _, s := range f.target.set {
			g.put(d, f, s)
		}
		return
	}
	g.put(d, f, first)
	if !g.oneIn(4) {
		return
	}
	for s := range g.subgraphs {
		if g.can(s, d) && g.can2(s, f.target) && g.oneIn(2) {
			g.put(d, f, s)
		}
	}
	if f.target == nil && !f.typ.NonNull && !f.fails && !f.key && len(f.owners()) > 1 && g.oneIn(3) {
		f.full = true
		f.in[f.owners()[g.upTo(1)]].strict = true
	}
}

// put makes the subgraph resolve the field.
func (g *generator) put(d *definition, f *field, s int) {
	if f.in[s] == nil {
		f.in[s] = &localField{}
	}
	g.enter(s, d)
	if f.target != nil {
		g.ensure(s, f.target)
	}
}

// enter adds the type to the subgraph, which can then look up an entity.
func (g *generator) enter(s int, d *definition) {
	if d.in[s] == nil {
		d.in[s] = &local{}
		if d.kind == entity {
			g.placeKeys(d, s)
		}
	}
	if d.kind != entity || slices.ContainsFunc(d.in[s].keys, func(k localKey) bool { return k.resolvable }) {
		return
	}
	if len(d.in[s].keys) == 0 {
		g.placeKeys(d, s)
	}
	d.in[s].keys[0].resolvable = true
}

func (g *generator) placeKeys(e *definition, s int) {
	for _, k := range someOf(g, e.keys) {
		g.putKey(e, s, k, !g.oneIn(3))
	}
}

func (g *generator) putKey(e *definition, s int, k *key, resolvable bool) {
	for i := range e.in[s].keys {
		if known := &e.in[s].keys[i]; known.key == k {
			known.resolvable = known.resolvable || resolvable
			return
		}
	}
	e.in[s].keys = append(e.in[s].keys, localKey{k, resolvable})
	for _, f := range k.fields {
		if f.in[s] == nil {
			f.in[s] = &localField{}
		}
		if f.target != nil {
			g.ensure(s, f.target)
		}
		if f.target != nil && f.target.kind == entity && f.target.field("id").in[s] == nil {
			f.target.field("id").in[s] = &localField{}
		}
	}
}

// ensure adds the type to the subgraph, so that a field there can return it.
func (g *generator) ensure(s int, d *definition) {
	if d.in[s] != nil {
		return
	}
	d.in[s] = &local{}
	switch d.kind {
	case entity:
		g.placeKeys(d, s)
	case whole:
		for _, f := range d.fields {
			g.put(d, f, s)
		}
	case interfaceType, union:
		for n, m := range d.members {
			if n == 0 || g.can(s, m) && g.oneIn(2) {
				g.join(s, d, m)
			}
		}
	}
}

// join makes the type a member of the abstract type in the subgraph.
func (g *generator) join(s int, d, m *definition) {
	d.in[s].members = append(d.in[s].members, m)
	g.ensure(s, m)
	if d.kind == interfaceType && m.kind == entity {
		g.put(m, m.field(anchorOf(d).name), s)
	}
}

// finish computes what follows from the resolved fields: the interfaces' fields in each subgraph,
// and the types that fields can return.
func (g *generator) finish() {
	for _, i := range g.of(interfaceType) {
		for _, t := range i.fields {
			for s, l := range i.in {
				if l == nil || l.interfaceObject {
					continue
				}
				all := !slices.ContainsFunc(l.members, func(m *definition) bool { return !m.field(t.name).in[s].resolves() })
				if all && (t.anchor || l.keyed && t.name == "id" || !g.oneIn(3)) {
					t.in[s] = &localField{}
				}
			}
		}
	}
	for _, d := range g.types {
		for _, f := range d.fields {
			g.chooseMoods(f)
			if f.target != nil {
				f.candidates = g.candidates(d, f)
			}
		}
	}
	g.loosen()
}

// loosen lets a field of an interface object's member be null as the interface's own field may, if
// an error below it could make the member null: nobody could decide whether null is valid, because
// the error also hides the type of the object.
func (g *generator) loosen() {
	if g.io == nil {
		return
	}
	for _, f := range g.io.fields {
		for _, m := range g.io.members {
			own := m.field(f.name)
			if own.typ.NonNull && !f.typ.NonNull && own.target != nil && own.target.nullable(map[*definition]bool{}) {
				own.typ = f.typ
			}
		}
	}
}

func (g *generator) candidates(d *definition, f *field) []*definition {
	if !f.target.abstract() {
		return []*definition{f.target}
	}
	owners := f.owners()
	if f.holder != "" {
		owners = []int{g.subgraphs - 1}
	}
	candidates := slices.Clone(f.target.members)
	for _, s := range owners {
		if l := f.target.in[s]; !l.interfaceObject {
			candidates = slices.DeleteFunc(candidates, func(m *definition) bool { return !slices.Contains(l.members, m) })
		}
	}
	return candidates
}

// override lets another subgraph take a field over.
func (g *generator) override() {
	for _, d := range g.of(entity, root) {
		for _, f := range d.fields {
			owners := f.owners()
			if f.key || f.anchor || f.holder != "" || f.name == "year" || len(owners) != 1 || !g.oneIn(8) {
				continue
			}
			s := g.upTo(g.subgraphs - 1)
			if s == owners[0] || !g.can(s, d) || !g.can2(s, f.target) || f.target != nil && f.target.kind == split {
				continue
			}
			g.put(d, f, s)
			g.move(f, owners[0], s)
		}
	}
}

// move lets one subgraph take a field over from another, perhaps by a label. If the label is not
// active, the first one keeps it.
func (g *generator) move(f *field, from, to int) {
	taken := f.in[to]
	taken.overridesIt = subgraphName(from)
	if g.oneIn(2) {
		taken.label = pick(g, []string{"percent(100)", "percent(0)", "beta", "gamma/2"})
	}
	if taken.label == "" || slices.Contains(g.active, taken.label) {
		f.in[from].overridden = true
	} else {
		taken.overridden = true
	}
}

func subgraphName(s int) string { return string(rune('a' + s)) }
