package difftest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/router/query/access"
)

// rights is what an element asks of a client. Names are bits; a client needs all bits of one of
// the sets. Without sets it needs none.
type rights struct {
	authenticated    bool
	scopes, policies []uint8
}

// rightNames are the scopes and policies of the bits.
func rightNames() []string { return []string{"a", "b", "c"} }

// and returns the rights that both ask for.
func (r rights) and(other rights) rights {
	return rights{
		authenticated: r.authenticated || other.authenticated,
		scopes:        bothSets(r.scopes, other.scopes), policies: bothSets(r.policies, other.policies),
	}
}

func bothSets(x, y []uint8) []uint8 {
	if len(x) == 0 || len(y) == 0 {
		return slices.Concat(x, y)
	}
	var sets []uint8
	for _, a := range x {
		for _, b := range y {
			sets = append(sets, a|b)
		}
	}
	slices.Sort(sets)
	return slices.Compact(sets)
}

// String returns the rights as directives.
func (r rights) String() string {
	text := ""
	if r.authenticated {
		text += " @authenticated"
	}
	if len(r.scopes) > 0 {
		text += " @requiresScopes(scopes: " + setsText(r.scopes) + ")"
	}
	if len(r.policies) > 0 {
		text += " @policy(policies: " + setsText(r.policies) + ")"
	}
	return text
}

func setsText(sets []uint8) string {
	var parts []string
	for _, set := range sets {
		parts = append(parts, encode(namesOf(set)))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func namesOf(set uint8) []string {
	names := []string{}
	for i, name := range rightNames() {
		if set&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// client is what a client may do.
type client struct {
	authenticated    bool
	scopes, policies uint8
}

func (c *client) has(r rights) bool {
	within := func(sets []uint8, own uint8) bool {
		return len(sets) == 0 || slices.ContainsFunc(sets, func(set uint8) bool { return set&^own == 0 })
	}
	return (c.authenticated || !r.authenticated) && within(r.scopes, c.scopes) && within(r.policies, c.policies)
}

func (c *client) claims() access.Claims {
	return access.Claims{
		Authenticated: c.authenticated,
		HasScope:      func(scope string) bool { return slices.Contains(namesOf(c.scopes), scope) },
		Policies: func(_ context.Context, names []string) []string {
			granted := namesOf(c.policies)
			return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !slices.Contains(granted, name) })
		},
	}
}

// restricted is a pair with access directives, and a client.
type restricted struct{ *pair }

// GoString formats the pair for rapid.
func (r *restricted) GoString() string {
	return fmt.Sprintf("%s-- client --\n%+v\n", r.pair.GoString(), *r.client)
}

func generateRestricted(t *rapid.T) *restricted {
	w := generateWorld(t)
	addContexts(t, w)
	speak(t, w, false)
	(&generator{T: t, world: w}).restrict()
	w.load()
	text, variables := generateOperation(t, w.api)
	g := &generator{T: t}
	c := &client{authenticated: g.oneIn(2), scopes: uint8(g.upTo(7)), policies: uint8(g.upTo(7))}
	return &restricted{&pair{world: w, text: text, variables: variables, client: c}}
}

// restrict adds access directives to types and fields. A field that reads others asks for their
// rights, too, as composition demands.
func (g *generator) restrict() {
	for s, d := range g.dialects {
		if d.one {
			g.dialects[s] = &dialect{minor: 9, as: "federation"}
		}
	}
	if g.oneIn(3) {
		g.written["authenticated"], g.written["policy"] = "signedIn", "federation__policy"
		g.written["requiresScopes"] = "needs"
	}
	for _, d := range g.types {
		if d.kind == interfaceType || d.kind == union || d.kind == root && !g.oneIn(6) {
			continue
		}
		for _, l := range d.in {
			if l != nil && g.oneIn(8) {
				r := g.right()
				d.rights, l.more = d.rights.and(r), l.more+r.String()
			}
		}
	}
	for _, d := range g.types {
		for _, f := range d.fields {
			if d.kind == interfaceType && f.holder == "" || d.kind != interfaceType && f.holder != "" {
				continue
			}
			f.local = make([]rights, g.subgraphs)
			for s, l := range f.in {
				if l.resolves() && g.oneIn(5) {
					f.local[s] = g.right()
					f.rights = f.rights.and(f.local[s])
				}
			}
		}
	}
	g.restrictReaders()
	for _, d := range g.types {
		for _, f := range d.fields {
			for s, r := range f.local {
				if f.in[s] != nil {
					f.in[s].more += r.String()
				}
			}
		}
	}
	g.restrictCopies()
}

// restrictReaders gives fields the rights of what they read.
func (g *generator) restrictReaders() {
	for _, d := range g.types {
		for _, f := range d.fields {
			if f.local == nil {
				continue
			}
			var read rights
			if f.requires != nil {
				read = g.fieldSetRights(d, f.requires)
			}
			if f.contextual {
				for _, setter := range g.types {
					if w0 := setter.field(contextField); w0 != nil {
						read = read.and(setter.rights).and(w0.rights)
					}
				}
			}
			for s, l := range f.in {
				if l != nil && (l.requires != "" || f.contextual) {
					f.local[s] = f.local[s].and(read)
					f.rights = f.rights.and(read)
				}
			}
		}
	}
}

// restrictCopies gives the objects of an interface object the rights of its fields.
func (g *generator) restrictCopies() {
	for _, i := range g.of(interfaceType) {
		for _, f := range i.fields {
			if f.holder == "" {
				continue
			}
			for _, m := range i.members {
				m.field(f.name).rights = f.rights
			}
		}
	}
}

// fieldSetRights returns the rights of a field set on a type.
func (w *world) fieldSetRights(d *definition, set ast.SelectionSet) rights {
	var all rights
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.InlineFragment:
			on := w.definition(s.TypeCondition)
			all = all.and(w.typeRights(on)).and(w.fieldSetRights(on, s.SelectionSet))
		case *ast.Field:
			f := d.field(s.Name)
			all = all.and(f.rights)
			if d.kind == interfaceType {
				for _, m := range w.implementations(d) {
					all = all.and(m.field(s.Name).rights)
				}
			}
			if f.target != nil {
				all = all.and(w.typeRights(f.target)).and(w.fieldSetRights(f.target, s.SelectionSet))
			}
		}
	}
	return all
}

// typeRights returns the rights of a type; of an interface, those of all its objects.
func (w *world) typeRights(d *definition) rights {
	all := d.rights
	if d.kind == interfaceType {
		for _, m := range w.implementations(d) {
			all = all.and(m.rights)
		}
	}
	return all
}

func (w *world) implementations(i *definition) []*definition {
	var list []*definition
	for _, d := range w.of(entity, whole, split) {
		if slices.Contains(w.implements(d, -1), i) {
			list = append(list, d)
		}
	}
	return list
}

// right returns new rights, with one or two directives.
func (g *generator) right() rights {
	var r rights
	for range 1 + g.upTo(1) {
		switch g.upTo(2) {
		case 0:
			r.authenticated = true
		case 1:
			r.scopes = g.sets()
		case 2:
			r.policies = g.sets()
		}
	}
	return r
}

func (g *generator) sets() []uint8 {
	var sets []uint8
	for range 1 + g.upTo(1) {
		sets = append(sets, uint8(1+g.upTo(6)))
	}
	slices.Sort(sets)
	return slices.Compact(sets)
}

// hidesType reports whether a client may not see the objects of a type.
func (p *pair) hidesType(name string) bool {
	return p.client != nil && !p.client.has(p.world.definition(name).rights)
}

// hides reports whether a client may not see a field of an object type: the field, the root type,
// or everything that the field can return.
func (p *pair) hides(object, name string) bool {
	if p.client == nil {
		return false
	}
	d := p.world.definition(object)
	f := d.field(name)
	if !p.client.has(f.rights) || d.kind == root && !p.client.has(d.rights) {
		return true
	}
	if f.target == nil {
		return false
	}
	possible := p.world.api.GetPossibleTypes(p.world.api.Types[f.target.name])
	return !slices.ContainsFunc(possible, func(t *ast.Definition) bool { return !p.hidesType(t.Name) })
}

// codeHidden is the code of the errors for what a client may not see.
const codeHidden = "UNAUTHORIZED_FIELD_OR_TYPE"

// compareHidden requires an error at the path of each hidden field or object that the response
// shows as null, and no other such errors.
func (a *answer) compareHidden(got *answer) error {
	count := map[string]int{}
	for _, e := range got.errors {
		if e.code == codeHidden {
			count[fmt.Sprint(e.path)]++
		}
	}
	for _, e := range a.errors {
		path := fmt.Sprint(e.path)
		if e.code == codeHidden && len(e.rest) == len(e.path) && count[path] != 1 {
			return fmt.Errorf("%d errors %s at %s", count[path], codeHidden, path)
		}
	}
	for _, g := range got.errors {
		caused := func(e *executionError) bool { return e.code == codeHidden && within(g.path, e.rest) }
		if g.code == codeHidden && !slices.ContainsFunc(a.errors, caused) {
			return fmt.Errorf("an error %s too many at %v", codeHidden, g.path)
		}
	}
	return nil
}

// isKey reports whether a field is a part of a key, which a subgraph may be asked for although the
// client does not see it.
func (w *world) isKey(d *definition, f *field) bool {
	if f.key || f.name == "id" || f.name == "k" {
		return true
	}
	return slices.ContainsFunc(d.keys, func(k *key) bool { return slices.Contains(k.fields, f) })
}

// TestAccess checks that the router shows a client what a single server would show that checks the
// rights of each field and object, and that it does not ask subgraphs for the rest.
func TestAccess(t *testing.T) {
	t.Parallel()
	c, a := newCoverage(), newCoverage()
	pairs := rapid.Custom(generateRestricted)
	rapid.Check(t, func(t *rapid.T) {
		p := pairs.Draw(t, "pair")
		want, err := p.monolith()
		if err != nil {
			t.Fatalf("the monolith: %s", err)
		}
		f, err := newFleet(p.world, c)
		if err != nil {
			t.Fatal(err)
		}
		f.hides = p.hides
		got, err := p.router(t, f, rapid.Bool().Draw(t, "plain"))
		if err != nil {
			t.Fatalf("the router: %s\n%s", err, f.log())
		}
		a.access(want, f)
		if err := errors.Join(f.complained(), p.compare(want, got, c), want.compareHidden(got)); err != nil {
			t.Fatalf("%s\n%s\n%s", err, got.plan, f.log())
		}
	})
	t.Logf("\n%s", a)
	for _, name := range accessConstructs() {
		if checks() >= enough && a.counts[name] == 0 {
			t.Errorf("never generated: %s", name)
		}
	}
}

func accessConstructs() []string {
	return []string{
		"hidden: nothing", "hidden: a field", "hidden: in a list", "hidden: null of a parent", "hidden: all", "hidden: of a mutation",
		"hidden: an object of an abstract type", "restricted: @requires", "restricted: @fromContext",
		"restricted: interface object", "restricted: key", "restricted: root type", "written: renamed",
	}
}

// access counts the constructs that a pair has, and what its client did not see.
func (c *coverage) access(want *answer, f *fleet) {
	note := func(name string, has bool) {
		if has {
			c.add(name, 1)
		}
	}
	hidden := slices.DeleteFunc(slices.Clone(want.errors), func(e *executionError) bool { return e.code != codeHidden })
	some := func(has func(e *executionError) bool) bool { return slices.ContainsFunc(hidden, has) }
	note("hidden: nothing", len(hidden) == 0)
	note("hidden: a field", len(hidden) > 0)
	note("hidden: in a list", some(func(e *executionError) bool {
		return slices.ContainsFunc(e.path, func(step any) bool { _, index := step.(int); return index })
	}))
	note("hidden: null of a parent", some(func(e *executionError) bool { return len(e.rest) < len(e.path) }))
	note("hidden: all", len(hidden) > 0 && len(f.requests) == 0)
	note("hidden: of a mutation", len(hidden) > 0 && len(want.journal) > 0)
	note("hidden: an object of an abstract type", some(func(e *executionError) bool { return e.message == errHiddenObject }))
	for _, d := range f.types {
		note("restricted: root type", d.kind == root && d.rights.String() != "")
		for _, field := range d.fields {
			if field.rights.String() == "" {
				continue
			}
			note("restricted: @requires", field.requires != nil)
			note("restricted: @fromContext", field.contextual)
			note("restricted: interface object", d.kind == interfaceType)
			note("restricted: key", f.isKey(d, field))
		}
	}
	note("written: renamed", f.written["authenticated"] != "")
}

const errHiddenObject = "the client may not see this object"

var errHidden = errors.New("the client may not see this field")
