package difftest_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// dialect is the style of one subgraph's SDL. It changes no answer.
type dialect struct {
	// one is true if the subgraph is of Federation 1.
	one bool
	// minor is the minor version of Federation 2.
	minor int
	// as is the name of the linked specification, which is the prefix of directives that are not
	// imported.
	as string
	// imports says which directives are imported: all, only those that go into the supergraph, or
	// all under other names.
	imports importing
	// custom is true if the subgraph composes a directive of its own.
	custom bool
}

type importing int

const (
	byName importing = iota
	byPrefix
	renaming
)

// The two ways to say that another subgraph defines a type.
const extendKeyword, extendsDirective = "extend ", " @extends"

// speak chooses the style of each subgraph after its content is known. Some readers do not know
// the specifications for security and execution.
func speak(t *rapid.T, w *world, all bool) {
	g := &generator{T: t, world: w}
	w.probe = g.oneIn(4)
	w.written = map[string]string{}
	if g.oneIn(4) { // a directive that goes into the supergraph has one name everywhere
		w.written = map[string]string{"tag": "label", "inaccessible": "federation__inaccessible", "cost": "price"}
	}
	for s := range w.subgraphs {
		w.dialects = append(w.dialects, g.dialect(s, all))
	}
	for _, d := range w.types {
		for s, l := range d.in {
			if l != nil {
				g.speakOf(d, s)
			}
		}
		for _, f := range d.fields {
			g.speakOfField(d, f, all)
		}
	}
}

func (g *generator) dialect(s int, all bool) *dialect {
	if g.oneIn(3) && isFederation1(g.subgraph(s, true)) {
		return &dialect{one: true}
	}
	d := &dialect{minor: pick(g, []int{9, 10}), as: "federation", imports: importing(g.upTo(2)), custom: g.oneIn(4)}
	if all && g.oneIn(2) {
		d.minor = 12
	}
	if g.oneIn(3) {
		d.as = "fed"
	}
	return d
}

// isFederation1 reports whether the SDL is valid in Federation 1, with the same meaning.
func isFederation1(sdl string) bool {
	return !federation2.MatchString(sdl)
}

var federation2 = regexp.MustCompile(`@(override|interfaceObject|context|fromContext|inaccessible)\b|resolvable|interface \w+ @key`)

// speakOf lets a subgraph extend a type that another one defines, and adds directives.
func (g *generator) speakOf(d *definition, s int) {
	l, own := d.in[s], g.dialects[s]
	base := d.hub
	if d.kind == root {
		base = 0
	}
	if (d.kind == entity || d.kind == root) && s != base && d.in[base] != nil && g.oneIn(4) {
		l.extends = pick(g, []string{extendKeyword, extendsDirective})
	}
	if g.oneIn(8) {
		l.more += g.tag(own)
	}
	if own.one || d.kind == union || d.kind == interfaceType {
		return
	}
	if own.custom && g.oneIn(3) {
		l.more += fmt.Sprintf(" @custom(n: %d)", g.upTo(2))
	}
	if g.oneIn(8) {
		l.more += g.cost()
	}
	if own.minor >= 12 && d.kind == entity && g.oneIn(4) {
		l.more += ` @cacheTag(format: "entity")`
	}
}

func (g *generator) tag(own *dialect) string {
	if own.one && g.written["tag"] != "" { // Federation 1 cannot rename it
		return ""
	}
	return fmt.Sprintf(" @tag(name: %q)", pick(g, []string{"public", "internal"}))
}

func (g *generator) cost() string { return fmt.Sprintf(" @cost(weight: %d)", g.upTo(9)) }

// speakOfField adds directives, and arguments that only some subgraphs have, or that differ.
func (g *generator) speakOfField(d *definition, f *field, all bool) {
	g.vary(d, f)
	for s, l := range f.in {
		if l == nil || l.external {
			continue
		}
		own := g.dialects[s]
		if g.oneIn(10) {
			l.more += g.tag(own)
		}
		if own.one || d.kind == interfaceType {
			continue
		}
		if own.custom && g.oneIn(4) {
			l.more += fmt.Sprintf(" @custom(n: %d)", g.upTo(2))
		}
		if g.oneIn(12) {
			l.more += g.cost()
		}
		if f.typ.Elem != nil && g.oneIn(6) {
			l.more += fmt.Sprintf(" @listSize(assumedSize: %d)", g.upTo(9))
		}
		if all && d.kind == root && f.name != contextField {
			l.more += g.rights(own)
		}
	}
}

// rights returns the access directives of a root field, which no other field reads, and its cache
// directives.
func (g *generator) rights(own *dialect) string {
	text := ""
	if g.oneIn(10) {
		text = pick(g, []string{" @authenticated", ` @requiresScopes(scopes: [["a", "b"], ["c"]])`, ` @policy(policies: [["p"]])`})
	}
	if own.minor >= 12 && g.oneIn(4) {
		text += ` @cacheTag(format: "root")`
	}
	return text
}

// vary lets a subgraph that shares a field accept fewer arguments, or more, than the others:
// clients may pass what all accept.
func (g *generator) vary(d *definition, f *field) {
	owners := f.owners()
	inInterface := slices.ContainsFunc(g.implements(d, -1), func(i *definition) bool { return i.field(f.name) != nil })
	if len(owners) < 2 || f.args == "" || d.kind == interfaceType || inInterface || f.holder != "" || f.moves() || f.contextual || !g.oneIn(3) {
		return
	}
	for _, s := range owners[1:] {
		switch g.upTo(2) {
		case 1:
			f.in[s].args = strings.Replace(f.args, "!", "", 1)
		case 2:
			f.in[s].args = strings.TrimSuffix(f.args, ")") + extraArgument + ")"
		}
	}
}

const extraArgument = ", extra: Int"

// source returns a subgraph's SDL in its dialect.
func (w *world) source(s int) string {
	d, text := w.dialects[s], w.subgraph(s, true)
	if d.one {
		return strings.ReplaceAll(text, " @shareable", "")
	}
	imports, own := d.names(w.written)
	text = directiveName.ReplaceAllStringFunc(text, func(name string) string {
		if written, ok := own[name[1:]]; ok {
			return "@" + written
		}
		return name
	})
	head := fmt.Sprintf("extend schema @link(url: \"https://specs.apollo.dev/federation/v2.%d\", as: %q, import: [%s])", d.minor, d.as, strings.Join(imports, ", "))
	if d.custom {
		head += ` @link(url: "https://example.com/custom/v1.0", import: ["@custom"]) @` + own["composeDirective"] + `(name: "@custom")` + "\n" +
			"directive @custom(n: Int) repeatable on OBJECT | FIELD_DEFINITION"
	}
	return head + "\n" + text
}

var directiveName = regexp.MustCompile(`@\w+`)

// names returns the subgraph's imports, and its name for each directive of the specification.
func (d *dialect) names(everywhere map[string]string) (imports []string, own map[string]string) {
	own = map[string]string{}
	for _, name := range []string{"key", "requires", "provides", "external", "shareable", "override", "interfaceObject", "extends", "composeDirective"} {
		switch d.imports {
		case byPrefix:
			own[name] = d.as + "__" + name
			continue
		case renaming:
			own[name] = "our" + strings.ToUpper(name[:1]) + name[1:]
		default:
			own[name] = name
		}
		imports = append(imports, importOf(name, own[name]))
	}
	composed := []string{"tag", "inaccessible", "cost", "listSize", "context", "fromContext", "authenticated", "requiresScopes", "policy"}
	if d.minor >= 12 {
		composed = append(composed, "cacheTag")
	}
	for _, name := range composed {
		own[name] = name
		if written, ok := everywhere[name]; ok {
			own[name] = written
		}
		imports = append(imports, importOf(name, own[name]))
	}
	return imports, own
}

func importOf(name, as string) string {
	if name == as {
		return fmt.Sprintf("%q", "@"+name)
	}
	return fmt.Sprintf("{ name: %q, as: %q }", "@"+name, "@"+as)
}

// dialectConstructs returns the constructs that concern the style of subgraphs.
func dialectConstructs() []construct {
	anyDialect := func(has func(w *world, s int, d *dialect) bool) func(p *pair) bool {
		return func(p *pair) bool {
			for s, d := range p.world.dialects {
				if has(p.world, s, d) {
					return true
				}
			}
			return false
		}
	}
	text := func(part string) func(p *pair) bool {
		return anyDialect(func(w *world, s int, _ *dialect) bool { return strings.Contains(w.subgraph(s, true), part) })
	}
	imported := func(how importing, as string) func(p *pair) bool {
		return anyDialect(func(_ *world, _ int, d *dialect) bool {
			return !d.one && d.imports == how && strings.Contains(d.as, as)
		})
	}
	args := func(has func(f *field, l *localField) bool) func(p *pair) bool {
		return func(p *pair) bool {
			return slices.ContainsFunc(p.world.types, func(d *definition) bool {
				return slices.ContainsFunc(d.fields, func(f *field) bool {
					return slices.ContainsFunc(f.in, func(l *localField) bool { return l != nil && l.args != "" && has(f, l) })
				})
			})
		}
	}
	return []construct{
		{"written: as Federation 1", anyDialect(func(_ *world, _ int, d *dialect) bool { return d.one })},
		{"written: as Federation 1, with @key", anyDialect(func(w *world, s int, d *dialect) bool { return d.one && strings.Contains(w.source(s), "@key") })},
		{"written: as Federation 1, with @requires", anyDialect(func(w *world, s int, d *dialect) bool { return d.one && strings.Contains(w.source(s), "@requires") })},
		{"written: as Federation 1, with @provides", anyDialect(func(w *world, s int, d *dialect) bool { return d.one && strings.Contains(w.source(s), "@provides") })},
		{"written: with a prefix", imported(byPrefix, "federation")}, {"written: with another prefix", imported(byPrefix, "fed")},
		{"written: with other names", imported(renaming, "")},
		{"written: with other names in the supergraph", func(p *pair) bool { return len(p.world.written) > 0 }},
		{"written: extend", text("\n" + extendKeyword)}, {"written: @extends", text(extendsDirective)}, {"written: @tag", text("@tag(")},
		{"written: @cost", text("@cost(")}, {"written: @listSize", text("@listSize(")}, {"written: @cacheTag", text("@cacheTag(")},
		{"written: @authenticated", text("@authenticated")}, {"written: @requiresScopes", text("@requiresScopes(")},
		{"written: @policy", text("@policy(")}, {"written: @composeDirective", text("@custom(")},
		{"written: argument required by some subgraphs", args(func(f *field, l *localField) bool {
			return l.args == strings.Replace(f.args, "!", "", 1) && l.args != f.args
		})},
		{"written: argument taken by some subgraphs", args(func(_ *field, l *localField) bool { return strings.Contains(l.args, extraArgument) })},
	}
}
