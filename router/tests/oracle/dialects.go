//go:build oracle

package oracle

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// Kinds of sets that Dialect makes, beside the libraries' names. A set may be of several kinds.
const (
	kindAlias      = "link with an alias"
	kindRenames    = "link that imports directives by other names"
	kindBadURL     = "link with a bad URL"
	kindBadImport  = "link with a bad import"
	kindOwn        = "own definition of a directive of the specification"
	kindOneOf      = "@oneOf"
	kindComposed   = "composed directive"
	kindConflict   = "composed directives that conflict"
	kindReserved   = "name that the supergraph keeps for itself"
	kindEmptyQuery = "query root without fields of its own"
)

// Dialect makes a set of two or three subgraphs in the styles of libraries and people: with or
// without a link, which may be wrong or rename things; with the definitions that a library prints;
// with @oneOf, and with composed directives that may be wrong. It also returns the kinds of the
// set.
func Dialect(random *rand.Rand) (all []Subgraph, kinds []string) {
	all = make([]Subgraph, 2+random.IntN(2))
	shared := &shared{
		mistakes: min(random.IntN(3), 1),
		kinds:    map[string]bool{}, definitions: map[string]bool{}, composed: map[string]bool{},
	}
	for i := range all {
		name := string(rune('a' + i))
		d := &dialect{Rand: random, shared: shared}
		all[i] = Subgraph{Name: name, URL: "http://" + name, SDL: d.sdl(i)}
	}
	if len(shared.composed) > 1 || len(shared.composed) == 1 && len(shared.definitions) > 1 {
		shared.kinds[kindConflict] = true
	}
	return all, slices.Sorted(maps.Keys(shared.kinds))
}

// shared is the state that the subgraphs of a set share.
type shared struct {
	mistakes int // the number still allowed: with more, each side may stop at a different one
	kinds    map[string]bool
	// definitions are those of @low, composed the URLs of those that are composed.
	definitions, composed map[string]bool
}

// is notes that the set is of a kind.
func (s *shared) is(kind string) { s.kinds[kind] = true }

type dialect struct {
	*rand.Rand
	*shared
	// by is the library that printed it; nil if it is written by hand.
	by *library
	// linked is true for Federation 2; prefix is the prefix of directives that are not imported.
	linked bool
	prefix string
	// imports maps imported directives to their names in the subgraph.
	imports map[string]string
	low     bool // has the composed directive
}

func (d *dialect) oneIn(n int) bool { return d.IntN(n) == 0 }

// mistake returns true in one of n cases, until the set has all the mistakes that it may have.
func (d *dialect) mistake(n int) bool {
	if d.mistakes == 0 || !d.oneIn(n) {
		return false
	}
	d.mistakes--
	return true
}

func (d *dialect) pick(texts ...string) string { return texts[d.IntN(len(texts))] }

// at returns a directive under its name in the subgraph.
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
	if !d.linked && !d.oneIn(3) {
		all := libraries()
		d.by = &all[d.IntN(len(all))]
		d.is("Federation 1 as " + d.by.name + " prints it")
	}
	var out strings.Builder
	schema := ""
	if d.linked {
		schema = d.link()
	}
	// Their side ignores links in a subgraph without a link to the federation specification.
	if d.linked && d.oneIn(2) {
		d.low = true
		schema += d.lowLink()
	}
	named := d.oneIn(4)
	if d.by != nil {
		named = d.by.schema
	}
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

// link returns a link to the federation specification, which is usually correct.
func (d *dialect) link() string {
	version := d.pick("v2.0", "v2.1", "v2.2", "v2.3", "v2.3", "v2.5",
		"v2.7", "v2.9", "v2.12", "v2.13", "v2.14")
	if d.mistake(12) {
		version = d.pick("v2", "2.3", "v3.0", "v2.99", "v2.3.1", "", "v2.3?x=1", "V2.3")
		d.is(kindBadURL)
	}
	as := ""
	if d.oneIn(5) {
		d.prefix = d.pick("fed", "f", "apollo", "fed_2")
		as = fmt.Sprintf(", as: %q", d.prefix)
		d.is(kindAlias)
	}
	var imports []string
	for _, name := range []string{
		"key", "shareable", "external", "requires", "override", "inaccessible", "tag", "provides",
	} {
		switch d.IntN(4) {
		case 0:
		case 1:
			d.imports[name] = d.pick(name, "my"+name)
			imports = append(imports, fmt.Sprintf(`{name: "@%s", as: "@%s"}`, name, d.imports[name]))
			d.is(kindRenames)
		default:
			d.imports[name] = name
			imports = append(imports, fmt.Sprintf("%q", "@"+name))
		}
	}
	if d.mistake(20) {
		imports = append(imports,
			d.pick(`"@nothing"`, `"key"`, `{name: "@key", as: "key"}`, `"FieldSet"`))
		d.is(kindBadImport)
	}
	return fmt.Sprintf("\n  @link(url: %q%s, import: [%s])",
		"https://specs.apollo.dev/federation/"+version, as, strings.Join(imports, ", "))
}

// lowLink returns a link to the specification of @low, which half of the sets compose.
func (d *dialect) lowLink() string {
	url := d.pick("https://my.dev/low/v1.0", "https://my.dev/low/v1.0", "https://my.dev/low/v1.1",
		"https://my.dev/low/v2.0", "https://other.dev/low/v1.0")
	if d.mistake(8) {
		url = d.pick("https://my.dev/low", "https://my.dev/low/1.0", "https://my.dev",
			"https://my.dev/v1.0", "https://my.dev/1low/v1.0", "https://my.dev/lo__w/v1.0")
		d.is(kindBadURL)
	}
	imports, composed := `"@low"`, "@low"
	if d.mistake(8) {
		imports = d.pick(`"@low", "@key"`, `{name: "@other", as: "@low"}`,
			`"@low", {name: "@high", as: "@link"}`)
		d.is(kindBadImport)
	}
	if d.mistake(8) {
		composed = d.pick("low", "@high", "@key")
	}
	text := fmt.Sprintf("\n  @link(url: %q, import: [%s])", url, imports)
	if d.oneIn(2) {
		text += fmt.Sprintf("\n  @%s__composeDirective(name: %q)", d.prefix, composed)
		d.is(kindComposed)
		d.composed[url] = true
	}
	return text
}

// definitions returns definitions of directives as libraries print them and as people write them.
func (d *dialect) definitions() string {
	var out strings.Builder
	add := func(texts ...string) { out.WriteString(d.pick(texts...) + "\n\n") }
	if d.by != nil {
		out.WriteString(d.by.definitions + "\n")
	}
	if !d.linked && d.by == nil && d.oneIn(2) { // as people write them by hand
		d.is(kindOwn)
		add("directive @key(fields: _FieldSet!) repeatable on OBJECT | INTERFACE\n\nscalar _FieldSet",
			"directive @key(fields: String!) repeatable on OBJECT | INTERFACE",
			"directive @key(fields: _FieldSet!, resolvable: Boolean = true) "+
				"repeatable on OBJECT | INTERFACE\n\nscalar _FieldSet",
			"directive @key(fields: [String!]!) repeatable on OBJECT")
		if d.oneIn(2) {
			add("directive @external on FIELD_DEFINITION\n\ndirective @extends on OBJECT | INTERFACE",
				"directive @external on OBJECT | FIELD_DEFINITION",
				"directive @requires(fields: String!) on FIELD_DEFINITION\n\n"+
					"directive @provides(fields: String!) on FIELD_DEFINITION")
		}
	}
	if !d.linked && d.oneIn(4) { // a directive of the subgraph's own, or of Federation 2
		d.is(kindOwn)
		add("directive @inaccessible on FIELD_DEFINITION",
			"directive @override(from: String!) on FIELD_DEFINITION",
			"directive @shareable on OBJECT | FIELD_DEFINITION",
			"directive @authenticated on FIELD_DEFINITION",
			"directive @tag(name: String!) repeatable on FIELD_DEFINITION")
	}
	if !d.linked && d.mistake(8) {
		d.is(kindOwn)
		add("directive @inaccessible(reason: String) on FIELD_DEFINITION",
			"directive @override(by: String) on FIELD_DEFINITION")
	}
	low := "directive @low(n: Int) on FIELD_DEFINITION | OBJECT"
	if d.low && d.mistake(4) {
		low = d.pick("directive @low(n: Int!) on FIELD_DEFINITION | OBJECT",
			"directive @low(n: String) on FIELD_DEFINITION | OBJECT",
			"directive @low(n: Int) on OBJECT",
			"directive @low(n: Int) repeatable on FIELD_DEFINITION | OBJECT",
			"directive @low(n: Int, m: Mode) on FIELD_DEFINITION | OBJECT\n\nenum Mode { X Y }")
	}
	if d.low {
		add(low)
		d.shared.definitions[low] = true
	}
	if d.mistake(12) {
		d.is(kindOneOf)
		add("directive @oneOf on INPUT_OBJECT\n\ninput Choice @oneOf { a: Int b: String }",
			"directive @oneOf on INPUT_OBJECT\n\ninput Choice @oneOf { a: Int! b: String }")
	}
	if d.mistake(8) {
		d.is(kindReserved)
		add("enum join__Thing { A }", "scalar join__FieldSet", "scalar link__Import",
			"enum link__Purpose { SECURITY EXECUTION }", "scalar federation__FieldSet",
			"scalar "+d.prefix+"__Other")
	}
	return out.String()
}

// types returns an entity that all subgraphs know, a value type, and a Query that may have only
// what libraries add.
func (d *dialect) types(number int) string {
	keyword, extends, id := "type", "", "id: ID!"
	switch extension := !d.linked && number > 0 && d.oneIn(3); {
	case extension && d.by != nil:
		keyword, extends = d.by.extension, d.by.extends
		id += d.pick(" @external", " @external", "")
	case extension:
		keyword = "extend type"
	}
	shareable := ""
	if d.linked && !d.mistake(8) {
		shareable = d.at("shareable", "")
	}
	var out strings.Builder
	key := d.pick(`(fields: "id")`, `(fields: "id")`, `(fields: "__typename id")`)
	if d.mistake(8) {
		key = d.pick(`(fields: ["id"])`, `(fields: id)`, `(fields: "id", resolvable: true)`,
			`(fields: "no")`, `(field: "id")`)
	}
	fmt.Fprintf(&out, "%s P%s%s {\n  %s\n", keyword, extends, d.at("key", key), id)
	out.WriteString(d.field(fmt.Sprintf("own%d: Int", number)))
	out.WriteString(d.field("same: Int" + shareable))
	if number == 1 && d.oneIn(4) {
		out.WriteString(d.field("own0: Int" + d.at("override", `(from: "a")`)))
	} else if number > 0 && d.mistake(8) {
		out.WriteString(d.field("own0: Int" + d.at("override", `(from: "a", label: "percent(5)")`)))
	}
	fmt.Fprintf(&out, "}\n\ntype V%s {\n%s}\n\n", shareable, d.field("v: Int"))
	return out.String() + d.query(number)
}

// field is a field's line with directives that it may have.
func (d *dialect) field(text string) string {
	if d.low && d.oneIn(2) {
		text += d.pick(" @low(n: 1)", " @low(n: 2)", " @low")
	}
	if d.low && d.mistake(10) {
		text += d.pick(` @low(n: "x")`, " @low(n: 1) @low(n: 2)", " @low(m: 1)")
	}
	if d.oneIn(6) {
		text += d.at(d.pick("tag", "inaccessible"), "")
		tags := 0
		for _, tag := range []string{"@tag", "@mytag", "__tag"} {
			tags += strings.Count(text, tag)
		}
		text = strings.Replace(text, "tag", `tag(name: "x")`, tags)
	}
	return "  " + text + "\n"
}

// query is the query root, with what a library adds to it.
func (d *dialect) query(number int) string {
	query, machinery := "type", d.oneIn(5)
	if d.by != nil {
		query, machinery = d.by.query, d.by.machinery
	}
	fields := ""
	if d.oneIn(5) {
		d.is(kindEmptyQuery)
	} else {
		fields = fmt.Sprintf("%s  v%d: V\n", d.field(fmt.Sprintf("p%d: P", number)), number)
	}
	switch {
	case machinery:
		return query + " Query {\n" + fields +
			"  _service: _Service!\n  _entities(representations: [_Any!]!): [_Entity]!\n}\n\n" +
			"type _Service {\n  sdl: String\n}\n\nscalar _Any\n\nunion _Entity = P\n"
	case fields != "":
		return query + " Query {\n" + fields + "}\n"
	case query == "type":
		return "type Query\n"
	default: // What the library prints has no Query then.
		return ""
	}
}
