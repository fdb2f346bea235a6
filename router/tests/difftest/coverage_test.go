package difftest_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
)

// coverage counts constructs: in how many pairs they occur, and how many answers of subgraphs they
// affect.
type coverage struct {
	mu     sync.Mutex
	counts map[string]int
}

func newCoverage() *coverage { return &coverage{counts: map[string]int{}} }

func (c *coverage) add(name string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[name] += n
}

func (c *coverage) answered(construct string) { c.add("answered: "+construct, 1) }

// construct is something that some pairs must contain.
type construct struct {
	name string
	has  func(p *pair) bool
}

// pair counts the constructs of a pair.
func (c *coverage) pair(p *pair) {
	for _, each := range constructs() {
		if each.has(p) {
			c.add(each.name, 1)
		}
	}
}

// missing returns the constructs that never occurred.
func (c *coverage) missing() []string {
	var names []string
	for _, each := range constructs() {
		names = append(names, each.name)
	}
	for _, name := range []string{"entities", "@provides", "@requires", "override by a label", "interface object", "interface object, by type", "context", "context, from an entity", "error", "null by an error", "literals of another document"} {
		names = append(names, "answered: "+name)
	}
	return slices.DeleteFunc(names, func(name string) bool { return c.counts[name] > 0 })
}

func (c *coverage) String() string {
	names := make([]string, 0, len(c.counts))
	for name := range c.counts {
		names = append(names, name)
	}
	slices.Sort(names)
	var out strings.Builder
	for _, name := range names {
		fmt.Fprintf(&out, "%7d  %s\n", c.counts[name], name)
	}
	return out.String()
}

func constructs() []construct {
	return slices.Concat(typeConstructs(), fieldConstructs(), dialectConstructs(), operationConstructs())
}

func typeConstructs() []construct {
	anyType := func(has func(d *definition) bool) func(p *pair) bool {
		return func(p *pair) bool {
			return slices.ContainsFunc(p.world.types, func(d *definition) bool { return d.known() && has(d) })
		}
	}
	anyLocal := func(kinds []kind, has func(l *local) bool) func(p *pair) bool {
		return anyType(func(d *definition) bool {
			return slices.Contains(kinds, d.kind) && slices.ContainsFunc(d.in, func(l *local) bool { return l != nil && has(l) })
		})
	}
	entities, all := []kind{entity}, []kind{entity, whole, split, interfaceType, union, root}
	hasKey := func(part string) func(l *local) bool {
		return func(l *local) bool {
			return slices.ContainsFunc(l.keys, func(k localKey) bool { return strings.Contains(k.text, part) })
		}
	}
	return []construct{
		{"type: several keys", anyLocal(entities, func(l *local) bool { return len(l.keys) > 1 })},
		{"type: composite key", anyLocal(entities, hasKey("code year"))},
		{"type: nested key", anyLocal(entities, hasKey("tag { k }"))},
		{"type: nested composite key", anyLocal(entities, hasKey("year tag { k }"))},
		{"type: key inside another entity", anyLocal(entities, hasKey("owner { id }"))},
		{"type: key by way of a third subgraph", anyType(apartByKeys)},
		{"type: resolvable: false", anyLocal(entities, func(l *local) bool {
			return slices.ContainsFunc(l.keys, func(k localKey) bool { return !k.resolvable })
		})},
		{"type: value type shared", anyType(func(d *definition) bool { return d.kind == whole && len(d.places()) > 1 })},
		{"type: value type split", anyType(func(d *definition) bool { return d.kind == split })},
		{"type: interface", anyType(func(d *definition) bool { return d.kind == interfaceType })},
		{"type: interface, other fields in other subgraphs", anyType(func(d *definition) bool {
			return d.kind == interfaceType && len(d.places()) > 1 && slices.ContainsFunc(d.fields, func(f *field) bool {
				return len(f.owners()) > 0 && len(f.owners()) < len(d.places())
			})
		})},
		{"type: interface, other implementations in other subgraphs", anyType(func(d *definition) bool { return d.kind == interfaceType && membersDiffer(d) })},
		{"type: union", anyType(func(d *definition) bool { return d.kind == union })},
		{"type: union, other members in other subgraphs", anyType(func(d *definition) bool { return d.kind == union && membersDiffer(d) })},
		{"type: interface object", anyLocal(all, func(l *local) bool { return l.interfaceObject })},
		{"type: interface object, several implementations", anyLocal(all, func(l *local) bool { return l.keyed && len(l.members) > 1 })},
		{"type: mutation", func(p *pair) bool { return p.world.mutation != nil }},
	}
}

// places returns the subgraphs that know the type.
func (d *definition) places() []int {
	var list []int
	for s, l := range d.in {
		if l != nil {
			list = append(list, s)
		}
	}
	return list
}

// apartByKeys reports whether two subgraphs know the entity by keys that the other does not
// resolve.
func apartByKeys(d *definition) bool {
	for _, s := range d.places() {
		for _, t := range d.places() {
			if d.kind != entity || s == t || s == d.hub || t == d.hub {
				continue
			}
			common := slices.ContainsFunc(d.in[s].keys, func(k localKey) bool {
				return slices.ContainsFunc(d.in[t].keys, func(other localKey) bool { return k.key == other.key })
			})
			if !common {
				return true
			}
		}
	}
	return false
}

func membersDiffer(d *definition) bool {
	for _, s := range d.places() {
		for _, t := range d.places() {
			if !d.in[s].interfaceObject && !d.in[t].interfaceObject && !slices.Equal(d.in[s].members, d.in[t].members) {
				return true
			}
		}
	}
	return false
}

func fieldConstructs() []construct {
	anyField := func(has func(d *definition, f *field) bool) func(p *pair) bool {
		return func(p *pair) bool {
			for _, d := range p.world.types {
				for _, f := range d.fields {
					if d.known() && has(d, f) {
						return true
					}
				}
			}
			return false
		}
	}
	anyLocal := func(has func(d *definition, f *field, l *localField) bool) func(p *pair) bool {
		return anyField(func(d *definition, f *field) bool {
			return slices.ContainsFunc(f.in, func(l *localField) bool { return l != nil && has(d, f, l) })
		})
	}
	requires := func(part string) func(p *pair) bool {
		return anyLocal(func(_ *definition, _ *field, l *localField) bool {
			return strings.Contains(l.requires, part) && l.requires != ""
		})
	}
	labelled := func(active bool) func(p *pair) bool {
		return anyLocal(func(_ *definition, _ *field, l *localField) bool { return l.label != "" && l.overridden != active })
	}
	shaped := func(shape string) func(p *pair) bool {
		return anyField(func(_ *definition, f *field) bool {
			return strings.Replace(f.typ.String(), f.typ.Name(), "T", 1) == shape
		})
	}
	return []construct{
		{"field: shareable", anyField(func(d *definition, f *field) bool { return d.kind == entity && !f.key && len(f.owners()) > 1 })},
		{"field: shareable at the root", anyField(func(d *definition, f *field) bool { return d.kind == root && len(f.owners()) > 1 })},
		{"field: shareable, narrower in one subgraph", anyLocal(func(_ *definition, _ *field, l *localField) bool { return l.strict })},
		{"field: @requires", requires("")},
		{"field: @requires, nested", requires("{")},
		{"field: @requires, with arguments", requires("(")},
		{"field: @requires, by type", requires("... on")},
		{"field: @requires, in turn", anyField(func(d *definition, f *field) bool {
			return slices.ContainsFunc(f.requires, func(s ast.Selection) bool {
				required, ok := s.(*ast.Field)
				return ok && d.field(required.Name).requires != nil
			})
		})},
		{"field: @requires, of what fails", anyField(func(d *definition, f *field) bool {
			return slices.ContainsFunc(f.requires, func(s ast.Selection) bool {
				required, ok := s.(*ast.Field)
				return ok && d.field(required.Name).fails
			})
		})},
		{"field: @requires, of an interface object", anyLocal(func(d *definition, _ *field, l *localField) bool {
			return d.kind == interfaceType && l.requires != ""
		})},
		{"field: @provides", anyLocal(func(_ *definition, _ *field, l *localField) bool { return l.provides != "" })},
		{"field: @provides, in a list", anyLocal(func(_ *definition, f *field, l *localField) bool { return l.provides != "" && f.typ.Elem != nil })},
		{"field: @provides, by type", anyLocal(func(_ *definition, _ *field, l *localField) bool { return strings.Contains(l.provides, "... on") })},
		{"field: @provides, nested", anyLocal(func(_ *definition, _ *field, l *localField) bool {
			return slices.ContainsFunc(l.provided, func(s ast.Selection) bool {
				provided, ok := s.(*ast.Field)
				return ok && len(provided.SelectionSet) > 0
			})
		})},
		{"field: @override", anyLocal(func(d *definition, _ *field, l *localField) bool { return d.kind == entity && l.overridesIt != "" })},
		{"field: @override at the root", anyLocal(func(d *definition, _ *field, l *localField) bool { return d.kind == root && l.overridesIt != "" })},
		{"field: @override by a label that is active", labelled(true)},
		{"field: @override by a label that is not", labelled(false)},
		{"field: an argument from a context", anyField(func(_ *definition, f *field) bool { return f.contextual })},
		{"field: a context's value in another subgraph", anyLocal(func(_ *definition, f *field, l *localField) bool {
			return f.name == contextField && l.external
		})},
		{"field: a context's value that fails", anyField(func(_ *definition, f *field) bool { return f.name == contextField && f.fails })},
		{"field: @inaccessible", anyField(func(_ *definition, f *field) bool { return f.hidden })},
		{"field: @inaccessible, in a key", anyField(func(d *definition, f *field) bool {
			return f.hidden && slices.ContainsFunc(d.keys, func(k *key) bool { return slices.Contains(k.fields, f) })
		})},
		{"field: @inaccessible, required", anyField(func(d *definition, f *field) bool {
			return slices.ContainsFunc(f.requires, func(s ast.Selection) bool {
				required, ok := s.(*ast.Field)
				return ok && d.field(required.Name).hidden
			})
		})},
		{"field: @inaccessible, from a context", anyField(func(_ *definition, f *field) bool { return f.name == contextField && f.hidden })},
		{"field: enum, other values in other subgraphs", func(p *pair) bool {
			having := p.world.having(returnedEnum)
			return slices.ContainsFunc(having, func(s int) bool { return !slices.Equal(p.world.enums[0][s], p.world.enums[0][having[0]]) })
		}},
		{"field: enum of an argument, other values in other subgraphs", func(p *pair) bool {
			having := p.world.having(takenEnum)
			return slices.ContainsFunc(having, func(s int) bool { return !slices.Equal(p.world.enums[1][s], p.world.enums[1][having[0]]) })
		}},
		{"field: @oneOf", anyField(func(_ *definition, f *field) bool { return strings.Contains(f.args, "Pick") })},
		{"field: enum", anyField(func(_ *definition, f *field) bool { return f.typ.Name() == "Tone" })},
		{"field: arguments", anyField(func(_ *definition, f *field) bool { return f.args != "" })},
		{"field: input object", anyField(func(_ *definition, f *field) bool { return strings.Contains(f.args, "Range") })},
		{"field: input object in another", anyField(func(_ *definition, f *field) bool { return strings.Contains(f.args, "Span") })},
		{"field: T", shaped("T")}, {"field: T!", shaped("T!")}, {"field: [T]", shaped("[T]")}, {"field: [T!]", shaped("[T!]")},
		{"field: [T]!", shaped("[T]!")}, {"field: [T!]!", shaped("[T!]!")}, {"field: [[T]]", shaped("[[T]]")},
	}
}

func operationConstructs() []construct {
	has := func(text string) func(p *pair) bool {
		return func(p *pair) bool { return strings.Contains(p.text, text) }
	}
	return []construct{
		{"operation: alias", has("k1: ")},
		{"operation: inline fragment", has("... on ")},
		{"operation: inline fragment without a type", has("... {")},
		{"operation: named fragment", has("fragment F0 ")},
		{"operation: named fragment in another", has("fragment F1 ")},
		{"operation: __typename", has("__typename")},
		{"operation: @skip with a variable", has("@skip(if: $")},
		{"operation: @include with a variable", has("@include(if: $")},
		{"operation: @skip with a literal", has("@skip(if: t")},
		{"operation: @include with a literal", has("@include(if: f")},
		{"operation: variable", has("($v0: ")},
		{"operation: variable left out", func(p *pair) bool { return strings.Count(p.text, "$v") > 0 && len(p.variables) == 0 }},
		{"operation: variable with a default", func(p *pair) bool {
			head, _, _ := strings.Cut(p.text, "{ ")
			return strings.Contains(head, " = ")
		}},
		{"operation: variable in a list", has("[$v")},
		{"operation: variable in an object", has("{low: $v")},
		{"operation: variable in an object in another", has("{at: $v")},
		{"operation: @oneOf", has("pick: {")},
		{"operation: variable in @oneOf", has("pick: {n: $v")},
		{"operation: executable directive", has("@probe(")},
		{"operation: argument", func(p *pair) bool { return strings.Contains(p.text, "(n: ") || strings.Contains(p.text, "(s: ") }},
		{"operation: mutation", func(p *pair) bool { return strings.HasPrefix(p.text, "mutation") }},
	}
}
