package gateway_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
	"github.com/trefoil-graph/trefoil/router/shared/source"
)

// valueTypes are the types of Query.t's arguments, and of the fields of In.
const valueTypes = `i: Int, f: Float, s: String, b: Boolean, id: ID, e: E, any: Any, l: [Int], ll: [[String]], ids: [ID!], in: In`

// value is one value as a GraphQL literal and as JSON. got is the JSON that the subgraph must
// receive, which differs from the client's for an ID that is written as an integer.
type value struct{ literal, json, got string }

// TestValuesReachTheSubgraphAsWritten checks that a subgraph receives a value digit by digit and
// character by character, whether the client writes it as a literal, passes it in a variable, or
// relies on a default of the variable or of the schema.
func TestValuesReachTheSubgraphAsWritten(t *testing.T) {
	t.Parallel()
	e := newEcho(t)
	e.serve(t, "In = {}", false)
	types := strings.Split(valueTypes, ", ")
	rapid.Check(t, func(t *rapid.T) {
		name, typ, _ := strings.Cut(rapid.SampledFrom(types).Draw(t, "argument"), ": ")
		v := draw(t, typ, 2)
		e.requireGot(t, v.got, name, "{t("+name+":"+v.literal+")}", "")
		e.requireGot(t, v.got, name, "query($v:"+typ+"){t("+name+":$v)}", `{"v":`+v.json+`}`)
		e.requireGot(t, v.got, name, "query($v:"+typ+"="+v.literal+"){t("+name+":$v)}", `{}`)
		e.requireGot(t, `{"`+name+`":`+v.got+`}`, "in", "query($v:"+typ+"){t(in:{"+name+":$v})}", `{"v":`+v.json+`}`)
	})
}

func TestDefaultsOfTheSchemaReachTheSubgraphAsWritten(t *testing.T) {
	t.Parallel()
	types := strings.Split(valueTypes, ", ")
	e := newEcho(t)
	rapid.Check(t, func(t *rapid.T) {
		_, typ, _ := strings.Cut(rapid.SampledFrom(types).Draw(t, "type"), ": ")
		v := draw(t, typ, 2)
		e.serve(t, typ+" = "+v.literal, rapid.Bool().Draw(t, "from a file"))
		got := e.ask(t, "query($d:D){t(d:$d)}", `{"d":{}}`, "d")
		require.Contains(t, []string{`{"v":` + v.got + `}`, `{}`}, got, "the default itself, or an empty object, for which the subgraph uses it")
	})
}

// echo is a router over a subgraph that records its requests.
type echo struct {
	gateway *gateway.Gateway
	url     string
	asked   chan string
}

func newEcho(t *testing.T) *echo {
	t.Helper()
	e := &echo{asked: make(chan string, 1)}
	log := slog.New(slog.DiscardHandler)
	e.gateway = gateway.New(gateway.Options{BodyBytes: 1 << 20, Log: log})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		e.asked <- string(body)
		_, _ = io.WriteString(w, `{"data":{"t":"ok"}}`)
	}))
	t.Cleanup(server.Close)
	e.url = server.URL
	return e
}

// serve lets the router serve a schema in which the field D.v has a type and a default. The router
// composes the schema, or reads a composed one from a file.
func (e *echo) serve(t require.TestingT, v string, fromFile bool) {
	sdl := `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
		scalar Any
		enum E { A B truth }
		input In { ` + valueTypes + ` }
		input D { v: ` + v + ` }
		type Query { t(` + valueTypes + `, d: D): String }`
	schema, _, err := compose.Compose([]subgraph.Source{{Name: "a", URL: e.url, SDL: sdl}})
	require.NoError(t, err)
	if fromFile {
		schema, err = supergraph.Parse(supergraph.Print(schema))
		require.NoError(t, err)
	}
	client := fetch.NewClient([]fetch.Subgraph{{Name: "a", URL: e.url, Timeout: time.Minute}},
		fetch.Limits{ResponseBytes: 1000, Connections: 1})
	engine, err := gateway.NewEngine(schema, client, gateway.EngineOptions{CachedOperations: 10, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	e.gateway.Use(engine)
}

func (e *echo) requireGot(t require.TestingT, want, argument, document, variables string) {
	require.Equal(t, want, e.ask(t, document, variables, argument), "%s %s", document, variables)
}

// ask sends a request and returns the value that the subgraph received for an argument of t.
func (e *echo) ask(t require.TestingT, document, variables, argument string) string {
	body := `{"query":` + quoteJSON(document)
	if variables != "" {
		body += `,"variables":` + variables
	}
	request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body+"}"))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	e.gateway.ServeHTTP(recorder, request)
	require.Equal(t, `{"data":{"t":"ok"}}`, recorder.Body.String(), "%s %s", document, variables)
	return received(t, <-e.asked, argument)
}

// received returns the value of an argument in the request that a subgraph received.
func received(t require.TestingT, body, argument string) string {
	var sent struct {
		Query     string
		Variables map[string]json.RawMessage
	}
	require.NoError(t, json.Unmarshal([]byte(body), &sent))
	text, err := source.Correct(sent.Query)
	require.NoError(t, err)
	document, err := parser.ParseQuery(&ast.Source{Input: text})
	require.NoError(t, err, sent.Query)
	operation := document.Operations[0]
	given := operation.SelectionSet[0].(*ast.Field).Arguments.ForName(argument)
	require.NotNil(t, given, sent.Query)
	return asJSON(given.Value, sent.Variables, operation.VariableDefinitions)
}

// asJSON writes a value of a document with its variables.
func asJSON(v *ast.Value, variables map[string]json.RawMessage, defined ast.VariableDefinitionList) string {
	switch v.Kind {
	case ast.Variable:
		if given, ok := variables[v.Raw]; ok {
			var out bytes.Buffer
			_ = json.Compact(&out, given)
			return canonical(out.String())
		}
		return asJSON(defined.ForName(v.Raw).DefaultValue, nil, nil)
	case ast.StringValue, ast.BlockValue, ast.EnumValue:
		return quoteJSON(v.Raw)
	case ast.ListValue:
		var items []string
		for _, child := range v.Children {
			items = append(items, asJSON(child.Value, variables, defined))
		}
		return "[" + strings.Join(items, ",") + "]"
	case ast.ObjectValue:
		var members []string
		for _, child := range v.Children {
			members = append(members, quoteJSON(child.Name)+":"+asJSON(child.Value, variables, defined))
		}
		return "{" + strings.Join(members, ",") + "}"
	default:
		return v.Raw
	}
}

// canonical writes JSON with one form for strings; numbers stay unchanged.
func canonical(text string) string {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return text
	}
	out, _ := json.Marshal(v)
	return string(out)
}

func quoteJSON(s string) string {
	out, _ := json.Marshal(s)
	return string(out)
}

func draw(t *rapid.T, typ string, depth int) value {
	if typ[len(typ)-1] != '!' && rapid.IntRange(0, 9).Draw(t, "null") == 0 {
		return same("null")
	}
	typ = strings.TrimSuffix(typ, "!")
	if typ[0] == '[' {
		return drawList(t, typ[1:len(typ)-1], depth)
	}
	switch typ {
	case "Int":
		return same(fmt.Sprint(rapid.Int32().Draw(t, "int")))
	case "Float":
		return same(drawFloat(t))
	case "Boolean":
		return same(fmt.Sprint(rapid.Bool().Draw(t, "boolean")))
	case "ID":
		return drawID(t)
	case "E":
		name := rapid.SampledFrom([]string{"A", "B", "truth"}).Draw(t, "enum")
		return value{name, quoteJSON(name), quoteJSON(name)}
	case "In":
		return drawObject(t, strings.Split(valueTypes, ", "), depth)
	case "Any":
		return drawAny(t, depth)
	default:
		return drawString(t)
	}
}

func same(text string) value { return value{text, text, text} }

func drawInteger(t *rapid.T) string {
	return rapid.StringMatching(`-?(0|[1-9][0-9]{0,40})`).Draw(t, "integer")
}

func drawFloat(t *rapid.T) string {
	return rapid.StringMatching(`-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?`).Draw(t, "float")
}

func drawID(t *rapid.T) value {
	if rapid.Bool().Draw(t, "as a string") {
		return drawString(t)
	}
	digits := drawInteger(t)
	return value{digits, digits, quoteJSON(digits)}
}

// special are characters that parsers treat specially: characters that must be escaped, the limits
// of the planes and of the surrogates, noncharacters, the byte order mark, and other line ends.
const special = "\x00\x1f\x7f\b\f\n\r\t\"\\/{}#u" +
	"\u0085\u2028\u2029\ud7ff\ue000\ufeff\ufffd\ufffe\uffff\U00010000\U0001f600\U0010fffe\U0010ffff"

func drawString(t *rapid.T) value {
	characters := rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune(special)))
	s := strings.ToValidUTF8(rapid.StringOf(characters).Draw(t, "string"), "?")
	v := value{drawEscaped(t, s, graphQLForms()), drawEscaped(t, s, jsonForms()), quoteJSON(s)}
	if rapid.Bool().Draw(t, "as a block") {
		if block, ok := asBlock(s); ok {
			v.literal = block
		}
	}
	return v
}

// drawEscaped writes a quoted string, each character in a random form. A form returns "" for a
// character that it cannot write.
func drawEscaped(t *rapid.T, s string, forms []func(rune) string) string {
	out := []byte{'"'}
	for _, r := range s {
		var written []string
		for _, form := range forms {
			if text := form(r); text != "" {
				written = append(written, text)
			}
		}
		out = append(out, rapid.SampledFrom(written).Draw(t, "form")...)
	}
	return string(append(out, '"'))
}

// jsonForms returns the forms in which JSON can write a character. GraphQL has these forms, and in
// addition \u{…}.
func jsonForms() []func(rune) string {
	return []func(rune) string{asItself, byLetter, byCodeUnits("%04x"), byCodeUnits("%04X")}
}

func graphQLForms() []func(rune) string {
	return append(jsonForms(), inBraces("%x"), inBraces("%08X"))
}

func asItself(r rune) string {
	if r < ' ' || r == '"' || r == '\\' {
		return ""
	}
	return string(r)
}

func byLetter(r rune) string {
	const characters, letters = "\"\\/\b\f\n\r\t", `"\/bfnrt`
	if at := strings.IndexRune(characters, r); at >= 0 {
		return `\` + letters[at:at+1]
	}
	return ""
}

// byCodeUnits writes one or two UTF-16 escapes, as in JSON.
func byCodeUnits(format string) func(rune) string {
	return func(r rune) string {
		var out string
		for _, unit := range utf16.Encode([]rune{r}) {
			out += fmt.Sprintf(`\u`+format, unit)
		}
		return out
	}
}

func inBraces(format string) func(rune) string {
	return func(r rune) string { return fmt.Sprintf(`\u{`+format+`}`, r) }
}

// asBlock writes a string as an indented block string. It returns false if that is not possible.
func asBlock(s string) (string, bool) {
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' }) {
		return "", false
	}
	lines := strings.Split(s, "\n")
	first, last := lines[0], lines[len(lines)-1]
	if strings.Trim(first, " \t") == "" || strings.Trim(last, " \t") == "" || strings.TrimLeft(first, " \t") != first {
		return "", false
	}
	for i, line := range lines {
		if i > 0 && strings.Trim(line, " \t") == "" && line != "" {
			return "", false
		}
	}
	text := strings.ReplaceAll(strings.Join(lines, "\n    "), `"""`, `\"""`)
	if strings.HasSuffix(text, `"`) || strings.HasSuffix(text, `\`) || strings.Contains(text, `\"""`) {
		return "", false
	}
	if len(lines) > 1 && strings.TrimLeft(lines[1], " \t") != lines[1] {
		return "", false // its own indentation would be removed with the block's
	}
	return `"""` + text + "\n    " + `"""`, true
}

func drawList(t *rapid.T, of string, depth int) value {
	items := make([]value, rapid.IntRange(0, 3).Draw(t, "length"))
	for i := range items {
		items[i] = draw(t, of, depth-1)
	}
	join := func(text func(value) string) string {
		texts := make([]string, len(items))
		for i := range items {
			texts[i] = text(items[i])
		}
		return "[" + strings.Join(texts, ",") + "]"
	}
	return value{
		join(func(v value) string { return v.literal }), join(func(v value) string { return v.json }),
		join(func(v value) string { return v.got }),
	}
}

// drawObject draws an object with some of the fields, sorted by name.
func drawObject(t *rapid.T, fields []string, depth int) value {
	members := map[string]value{}
	if depth > 0 {
		for range rapid.IntRange(0, 3).Draw(t, "members") {
			name, typ, _ := strings.Cut(rapid.SampledFrom(fields).Draw(t, "member"), ": ")
			members[name] = draw(t, typ, depth-1)
		}
	}
	var literal, text, got []string
	for _, field := range slices.Sorted(maps.Keys(members)) {
		v := members[field]
		literal = append(literal, field+":"+v.literal)
		text = append(text, quoteJSON(field)+":"+v.json)
		got = append(got, quoteJSON(field)+":"+v.got)
	}
	join := func(list []string) string { return "{" + strings.Join(list, ",") + "}" }
	return value{join(literal), join(text), join(got)}
}

// drawAny draws a value of a custom scalar, which has no IDs.
func drawAny(t *rapid.T, depth int) value {
	if depth <= 0 {
		return same(drawFloat(t))
	}
	switch rapid.SampledFrom([]string{"integer", "float", "string", "boolean", "list", "object"}).Draw(t, "any") {
	case "integer":
		return same(drawInteger(t))
	case "float":
		return same(drawFloat(t))
	case "string":
		return drawString(t)
	case "boolean":
		return same("true")
	case "list":
		return drawList(t, "Any", depth)
	default:
		return drawObject(t, []string{"x: Any", "y: Any", "i: Any"}, depth)
	}
}
