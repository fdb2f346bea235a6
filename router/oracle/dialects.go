//go:build oracle

package oracle

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Dialect makes a set of two or three subgraphs as libraries and people write them: with or without a link, which may be wrong or
// rename things; with the definitions that a library prints; with @oneOf, and with composed directives that fit or do not.
func Dialect(random *rand.Rand) []Subgraph {
	all := make([]Subgraph, 2+random.IntN(2))
	mistakes := 1 // With more, each side may stop at another one.
	for i := range all {
		name := string(rune('a' + i))
		d := &dialect{Rand: random, mistakes: &mistakes}
		all[i] = Subgraph{Name: name, URL: "http://" + name, SDL: d.sdl(i)}
	}
	return all
}

type dialect struct {
	*rand.Rand
	mistakes *int
	// linked is true for Federation 2; prefix is what stands before directives that are not imported.
	linked bool
	prefix string
	// imports are the directives that stand without prefix, by their names there.
	imports map[string]string
	low     bool // has the composed directive
}

func (d *dialect) oneIn(n int) bool { return d.IntN(n) == 0 }

// mistake is true in one of n cases, until the set has all the mistakes that it may have.
func (d *dialect) mistake(n int) bool {
	if *d.mistakes == 0 || !d.oneIn(n) {
		return false
	}
	*d.mistakes--
	return true
}

func (d *dialect) pick(texts ...string) string { return texts[d.IntN(len(texts))] }

// at is a directive as it is called here.
func (d *dialect) at(name, arguments string) string {
	as, imported := d.imports[name]
	switch {
	case !d.linked:
		as = name
	case !imported:
		as = d.prefix + "__" + name
	}
	return " @" + as + arguments
}

func (d *dialect) sdl(number int) string {
	d.linked, d.prefix, d.imports = !d.oneIn(3), "federation", map[string]string{}
	var out strings.Builder
	schema := ""
	if d.linked {
		schema = d.link()
	}
	if d.linked && d.oneIn(2) { // Theirs reads no links of a subgraph that links no federation specification.
		d.low = true
		schema += d.lowLink()
	}
	named := d.oneIn(4)
	switch {
	case named:
		fmt.Fprintf(&out, "schema%s {\n  query: Query\n}\n\n", schema)
	case schema != "":
		fmt.Fprintf(&out, "extend schema%s\n\n", schema)
	}
	out.WriteString(d.definitions())
	out.WriteString(d.types(number))
	return out.String()
}

// link is one to the federation specification: mostly right.
func (d *dialect) link() string {
	version := d.pick("v2.0", "v2.1", "v2.2", "v2.3", "v2.3", "v2.5", "v2.7", "v2.9", "v2.12", "v2.13", "v2.14")
	if d.mistake(12) {
		version = d.pick("v2", "2.3", "v3.0", "v2.99", "v2.3.1", "", "v2.3?x=1", "V2.3")
	}
	as := ""
	if d.oneIn(5) {
		d.prefix = d.pick("fed", "f", "apollo", "fed_2")
		as = fmt.Sprintf(", as: %q", d.prefix)
	}
	var imports []string
	for _, name := range []string{"key", "shareable", "external", "requires", "override", "inaccessible", "tag", "provides"} {
		switch d.IntN(4) {
		case 0:
		case 1:
			d.imports[name] = d.pick(name, "my"+name)
			imports = append(imports, fmt.Sprintf(`{name: "@%s", as: "@%s"}`, name, d.imports[name]))
		default:
			d.imports[name] = name
			imports = append(imports, fmt.Sprintf("%q", "@"+name))
		}
	}
	if d.mistake(20) {
		imports = append(imports, d.pick(`"@nothing"`, `"key"`, `{name: "@key", as: "key"}`, `"FieldSet"`))
	}
	return fmt.Sprintf("\n  @link(url: %q%s, import: [%s])", "https://specs.apollo.dev/federation/"+version, as, strings.Join(imports, ", "))
}

// lowLink links the specification of @low; it is composed in half of the sets.
func (d *dialect) lowLink() string {
	url := d.pick("https://my.dev/low/v1.0", "https://my.dev/low/v1.0", "https://my.dev/low/v1.1", "https://my.dev/low/v2.0", "https://other.dev/low/v1.0")
	if d.mistake(8) {
		url = d.pick("https://my.dev/low", "https://my.dev/low/1.0", "https://my.dev", "https://my.dev/v1.0", "https://my.dev/1low/v1.0", "https://my.dev/lo__w/v1.0")
	}
	imports, composed := `"@low"`, "@low"
	if d.mistake(8) {
		imports = d.pick(`"@low", "@key"`, `{name: "@other", as: "@low"}`, `"@low", {name: "@high", as: "@link"}`)
	}
	if d.mistake(8) {
		composed = d.pick("low", "@high", "@key")
	}
	text := fmt.Sprintf("\n  @link(url: %q, import: [%s])", url, imports)
	if d.oneIn(2) {
		text += fmt.Sprintf("\n  @%s__composeDirective(name: %q)", d.prefix, composed)
	}
	return text
}

// definitions are those of directives, as libraries print them and as people write them themselves.
func (d *dialect) definitions() string {
	var out strings.Builder
	add := func(texts ...string) { out.WriteString(d.pick(texts...) + "\n\n") }
	if !d.linked && d.oneIn(2) { // graphql-java, HotChocolate, NestJS, Strawberry and gqlgen, of Federation 1
		add("directive @key(fields: _FieldSet!) repeatable on OBJECT | INTERFACE\n\nscalar _FieldSet",
			"directive @key(fields: String!) repeatable on OBJECT | INTERFACE",
			"directive @key(fields: _FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE\n\nscalar _FieldSet",
			"directive @key(fields: [String!]!) repeatable on OBJECT")
		if d.oneIn(2) {
			add("directive @external on FIELD_DEFINITION\n\ndirective @extends on OBJECT | INTERFACE",
				"directive @external on OBJECT | FIELD_DEFINITION",
				"directive @requires(fields: String!) on FIELD_DEFINITION\n\ndirective @provides(fields: String!) on FIELD_DEFINITION")
		}
	}
	if !d.linked && d.oneIn(4) { // one's own, or that of Federation 2
		add("directive @inaccessible on FIELD_DEFINITION", "directive @override(from: String!) on FIELD_DEFINITION",
			"directive @shareable on OBJECT | FIELD_DEFINITION", "directive @authenticated on FIELD_DEFINITION",
			"directive @tag(name: String!) repeatable on FIELD_DEFINITION")
	}
	if !d.linked && d.mistake(8) {
		add("directive @inaccessible(reason: String) on FIELD_DEFINITION", "directive @override(by: String) on FIELD_DEFINITION")
	}
	if d.low {
		add("directive @low(n: Int) on FIELD_DEFINITION | OBJECT")
	}
	if d.low && d.mistake(4) {
		out.Reset()
		add("directive @low(n: Int!) on FIELD_DEFINITION | OBJECT", "directive @low(n: String) on FIELD_DEFINITION | OBJECT",
			"directive @low(n: Int) on OBJECT", "directive @low(n: Int) repeatable on FIELD_DEFINITION | OBJECT",
			"directive @low(n: Int, m: Mode) on FIELD_DEFINITION | OBJECT\n\nenum Mode { X Y }")
	}
	if d.mistake(12) {
		add("directive @oneOf on INPUT_OBJECT\n\ninput Choice @oneOf { a: Int b: String }", "directive @oneOf on INPUT_OBJECT\n\ninput Choice @oneOf { a: Int! b: String }")
	}
	if d.mistake(8) {
		add("enum join__Thing { A }", "scalar join__FieldSet", "scalar link__Import", "enum link__Purpose { SECURITY EXECUTION }", "scalar federation__FieldSet", "scalar "+d.prefix+"__Other")
	}
	return out.String()
}

// types: an entity that all know, a value type, and a Query that may have only what libraries add.
func (d *dialect) types(number int) string {
	keyword := "type"
	if !d.linked && number > 0 && d.oneIn(3) {
		keyword = "extend type"
	}
	field := func(text string) string {
		if d.low && d.oneIn(2) {
			text += d.pick(" @low(n: 1)", " @low(n: 2)", " @low")
		}
		if d.low && d.mistake(10) {
			text += d.pick(` @low(n: "x")`, " @low(n: 1) @low(n: 2)", " @low(m: 1)")
		}
		if d.oneIn(6) {
			text += d.at(d.pick("tag", "inaccessible"), "")
			text = strings.Replace(text, "tag", `tag(name: "x")`, strings.Count(text, "@tag")+strings.Count(text, "@mytag")+strings.Count(text, "__tag"))
		}
		return "  " + text + "\n"
	}
	shareable := ""
	if d.linked && !d.oneIn(6) {
		shareable = d.at("shareable", "")
	}
	var out strings.Builder
	key := d.pick(`(fields: "id")`, `(fields: "id")`, `(fields: "__typename id")`)
	if d.mistake(8) {
		key = d.pick(`(fields: ["id"])`, `(fields: id)`, `(fields: "id", resolvable: true)`, `(fields: "no")`, `(field: "id")`)
	}
	fmt.Fprintf(&out, "%s P%s {\n  id: ID!\n%s", keyword, d.at("key", key), field(fmt.Sprintf("own%d: Int", number)))
	out.WriteString(field("same: Int" + shareable))
	if number > 0 && d.oneIn(4) {
		out.WriteString(field("own0: Int" + d.at("override", `(from: "a")`)))
	} else if number > 0 && d.mistake(8) {
		out.WriteString(field("own0: Int" + d.at("override", `(from: "a", label: "percent(5)")`)))
	}
	out.WriteString("}\n\n")
	fmt.Fprintf(&out, "type V%s {\n%s}\n\n", shareable, field("v: Int"))
	switch d.IntN(5) {
	case 0:
		out.WriteString("type Query\n")
	case 1:
		out.WriteString("type Query {\n  _service: _Service!\n  _entities(representations: [_Any!]!): [_Entity]!\n}\n\ntype _Service {\n  sdl: String\n}\n\nscalar _Any\n\nunion _Entity = P\n")
	default:
		fmt.Fprintf(&out, "type Query {\n%s  v%d: V\n}\n", field(fmt.Sprintf("p%d: P", number)), number)
	}
	return out.String()
}
