package limits_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/trefoil-graph/trefoil/router/shared/limits"
)

// TestReplacedRulesFindTheSame checks that the replaced rules find the same errors as gqlparser's
// rules, with the same messages.
func TestReplacedRulesFindTheSame(t *testing.T) {
	t.Parallel()
	schema := hostileSchema(t)
	for _, text := range []string{
		`{id a(n: 1) {id} ...F ... on Query {id}} fragment F on Query {id}`,
		`{ids}`, `{node {f3}}`, `{node {nothing}}`, `{a {id}}`, `{id {x}}`, `{a(m: 1) {id}}`, `{id @note(b: 1)}`, `{id @nota}`,
		`{...F} fragment F on Qury {id}`, `{... on Zebra {id}}`, `query($a: Zebra) {a(n: $a) {id}}`,
		`{...F} fragment F on Query {...F}`, `{...F} fragment F on Query {...G} fragment G on Query {self {...F}}`,
		`{node {... on Query {id}}}`, `{node {...F}} fragment F on Query {id}`, `{node {... on Thing {id}}}`, `{node {... on T2 {f2}}}`,
		`{node {... on T1 {id}}}`, `{a(e: VALUE_1) {id}}`, `{a(e: VALU_1) {id}}`, `{a(e: "VALUE_1") {id}}`, `{a(f: {m: 1}) {id}}`, `{a(n: "x") {id}}`,
		`{x: id x: a(n: 1) {id}}`, `{a(n: 1) {id} a(n: 2) {id}}`, `{node {... on T2 {x: f2} ... on T4 {x: f4}}}`, `{node {... on T2 {x: f2} ... on T4 {x: id}}}`,
		`{a(n: $v) {id}}`, `query($v: String) {a(n: $v) {id}}`, `query A {id} query A {id}`, `{id} {id}`, `query($a: Int, $a: Int) {a(n: $a) {id}}`,
	} {
		want := messages(validator.ValidateWithRules(schema, parse(t, text), rules.NewDefaultRules()))
		got := messages(limits.Validate(schema, parse(t, text), limits.NewRuleList(limits.Options{})))
		if strings.Contains(text, "x: ") && len(want) > 0 || strings.Contains(text, "a(n: 2)") {
			// The rule for fields with one response key has different messages.
			require.Equal(t, len(want) > 0, len(got) > 0, text)
			continue
		}
		require.Equal(t, want, got, text)
	}
}

func messages(errs gqlerror.List) []string {
	var all []string
	for _, err := range errs {
		all = append(all, err.Message)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestHostileDocumentsAreBounded checks that validating a hostile document takes a bounded number
// of steps, and returns few and short errors, also with gqlgen.
func TestHostileDocumentsAreBounded(t *testing.T) {
	t.Parallel()
	const most = 60_000 // steps
	schema := hostileSchema(t)
	for name, text := range hostile() {
		for validate, with := range map[string]func(*ast.QueryDocument, core.Rule) gqlerror.List{
			"router": func(document *ast.QueryDocument, counter core.Rule) gqlerror.List {
				return limits.Validate(schema, document, append(limits.NewRuleList(limits.Options{}), counter))
			},
			"gqlgen": func(document *ast.QueryDocument, counter core.Rule) gqlerror.List {
				set := limits.Rules(limits.Options{})
				set.AddRule(counter.Name, counter.RuleFunc)
				return validator.ValidateWithRules(schema, document, set)
			},
		} {
			steps := 0
			document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, tokens)
			require.NoError(t, err, name)
			errs := with(document, core.Rule{Name: "Counter", RuleFunc: func(observers *core.Events, _ core.AddErrFunc) {
				observers.OnField(func(*core.Walker, *ast.Field) { steps++ })
				observers.OnInlineFragment(func(*core.Walker, *ast.InlineFragment) { steps++ })
				observers.OnFragmentSpread(func(*core.Walker, *ast.FragmentSpread) { steps++ })
				observers.OnValue(func(*core.Walker, *ast.Value) { steps++ })
				observers.OnDirective(func(*core.Walker, *ast.Directive) { steps++ })
			}})
			require.LessOrEqual(t, steps, most, "%s, %s", name, validate)
			require.LessOrEqual(t, len(errs), limits.MaxErrors, "%s, %s", name, validate)
			body, err := json.Marshal(errs)
			require.NoError(t, err)
			require.Less(t, len(body), 32<<10, "%s, %s", name, validate)
		}
	}
}

// TestEqualErrorsAreOne checks that an error at several locations is reported once, with the first
// locations.
func TestEqualErrorsAreOne(t *testing.T) {
	t.Parallel()
	errs := limits.Validate(hostileSchema(t), parse(t, `{x y x x x x x}`), limits.NewRuleList(limits.Options{NoSuggestions: true}))
	require.Equal(t, []string{`Cannot query field "x" on type "Query".`, `Cannot query field "y" on type "Query".`}, messages(errs))
	require.Equal(t, []gqlerror.Location{{Line: 1, Column: 2}, {Line: 1, Column: 6}, {Line: 1, Column: 8}, {Line: 1, Column: 10}, {Line: 1, Column: 12}},
		errs[0].Locations)
}

// TestNoSuggestions checks that errors without suggestions contain no names other than the
// client's.
func TestNoSuggestions(t *testing.T) {
	t.Parallel()
	schema := hostileSchema(t)
	for _, text := range []string{
		`{ids}`, `{node {f3}}`, `{a(m: 1) {id}}`, `{id @note(b: 1)}`, `{...F} fragment F on Qury {id}`, `{a(e: VALU_1) {id}}`, `{a(e: "VALU_1") {id}}`,
		`{a(f: {m: 1}) {id}}`, `{a}`,
	} {
		errs := limits.Validate(schema, parse(t, text), limits.NewRuleList(limits.Options{NoSuggestions: true}))
		require.NotEmpty(t, errs, text)
		require.NotContains(t, errs.Error(), "Did you mean", text)
	}
}

// TestIntrospectionIsBounded checks that introspection has a depth limit, and can be disabled.
func TestIntrospectionIsBounded(t *testing.T) {
	t.Parallel()
	schema := hostileSchema(t)
	deep := func(n int) string {
		return `{__schema {types {...T}}} fragment T on __Type {` + strings.Repeat("ofType{", n) + "name" + strings.Repeat("}", n) + "}"
	}
	require.Empty(t, limits.Validate(schema, parse(t, deep(10)), limits.NewRuleList(limits.Options{})))
	errs := limits.Validate(schema, parse(t, deep(25)), limits.NewRuleList(limits.Options{}))
	require.Equal(t, []string{"The introspection is more than 20 levels deep. Select fewer levels."}, messages(errs))
	require.Equal(t, limits.CodeTooLarge, errs[0].Extensions["code"])
	off := limits.NewRuleList(limits.Options{NoIntrospection: true})
	require.Equal(t, []string{"Introspection is off: the field __schema cannot be queried."}, messages(limits.Validate(schema, parse(t, deep(1)), off)))
	require.Empty(t, limits.Validate(schema, parse(t, `{__typename}`), off))
}

// TestTooManySteps checks that a document that would take too many steps is refused before the
// walk.
func TestTooManySteps(t *testing.T) {
	t.Parallel()
	schema, list := hostileSchema(t), limits.NewRuleList(limits.Options{})
	for _, name := range []string{"chain of 1,600 fragments", "one long fragment, many spreads", "operations over a chain"} {
		errs := limits.Validate(schema, parse(t, hostile()[name]), list)
		require.Len(t, errs, 1, name)
		require.Equal(t, limits.CodeTooLarge, errs[0].Extensions["code"], name)
	}
}

// TestLongNamesAreRefused checks that each kind of name that a document defines is at most 256
// bytes long.
func TestLongNamesAreRefused(t *testing.T) {
	t.Parallel()
	schema := hostileSchema(t)
	for _, text := range []string{
		`{NAME: id}`, `{NAME: __typename}`, `{self {NAME: self {id}}}`, `{...F} fragment F on Query {NAME: id}`,
		`{...NAME} fragment NAME on Query {id}`, `query NAME {id}`, `query($NAME: Int) {a(n: $NAME) {id}}`,
		`{__schema {NAME: types {name}}}`,
	} {
		named := func(n int) *ast.QueryDocument {
			return parse(t, strings.ReplaceAll(text, "NAME", strings.Repeat("n", n)))
		}
		list := limits.NewRuleList(limits.Options{})
		require.Empty(t, limits.Validate(schema, named(256), list), text)
		for _, errs := range []gqlerror.List{
			limits.Validate(schema, named(257), list),
			validator.ValidateWithRules(schema, named(257), limits.Rules(limits.Options{})),
		} {
			require.Len(t, errs, 1, text)
			require.Equal(t, limits.CodeTooLarge, errs[0].Extensions["code"], text)
			require.Less(t, len(errs[0].Message), 100, text)
		}
		require.Empty(t, limits.Validate(schema, named(500), limits.NewRuleList(limits.Options{NameBytes: 500})), text)
	}
}
