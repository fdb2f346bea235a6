package difftest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/access"
	"github.com/trefoil-graph/trefoil/router/query/planner"
)

// pair is a world and an operation.
type pair struct {
	world     *world
	text      string
	variables map[string]any
	// client, if set, is whose rights are checked.
	client *client
}

// GoString formats the pair for rapid.
func (p *pair) GoString() string {
	var out strings.Builder
	out.WriteByte('\n')
	for s := range p.world.subgraphs {
		fmt.Fprintf(&out, "-- %s.graphqls --\n%s", subgraphName(s), p.world.source(s))
	}
	fmt.Fprintf(&out, "-- labels --\n%s\n", strings.Join(p.world.active, "\n"))
	fmt.Fprintf(&out, "-- query.graphql --\n%s-- variables.json --\n%s\n", p.text, encode(p.variables))
	return out.String()
}

// generatePair generates subgraphs with their data and an operation for them.
func generatePair(t *rapid.T) *pair {
	w := generateWorld(t)
	addContexts(t, w)
	speak(t, w, true)
	w.load()
	text, variables := generateOperation(t, w.api)
	return &pair{world: w, text: text, variables: variables}
}

// TestProperty checks that the router gives the answers of a single server with all the data.
func TestProperty(t *testing.T) {
	t.Parallel()
	c := newCoverage()
	pairs := rapid.Custom(generatePair)
	rapid.Check(t, func(t *rapid.T) {
		p := pairs.Draw(t, "pair")
		c.pair(p)
		want, err := p.monolith()
		if err != nil {
			t.Fatalf("the monolith: %s", err)
		}
		f, err := newFleet(p.world, c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.router(t, f, rapid.Bool().Draw(t, "plain"))
		if err != nil {
			t.Fatalf("the router: %s\n%s", err, f.log())
		}
		if byType.MatchString(got.plan) {
			c.answered("interface object, by type")
		}
		c.add("answered: context, from an entity", want.fromEntities)
		for _, e := range want.errors {
			c.answered("error")
			if len(e.rest) < len(e.path) {
				c.answered("null by an error")
			}
		}
		if err := errors.Join(f.complained(), p.compare(want, got, c)); err != nil {
			t.Fatalf("%s\n%s\n%s", err, got.plan, f.log())
		}
	})
	t.Logf("\n%s", c)
	if missing := c.missing(); checks() >= enough && len(missing) > 0 {
		t.Errorf("never generated: %s", strings.Join(missing, ", "))
	}
}

// byType matches look-ups of an interface object that are for some types only.
var byType = regexp.MustCompile(`\| \{ I\d `)

// enough is the number of pairs in which all constructs occur.
const enough = 500

// TestMain tries enough pairs, unless the command line sets the number.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		_ = f.Value.Set(strconv.Itoa(enough))
	}
	os.Exit(m.Run())
}

func checks() int {
	n, _ := strconv.Atoi(flag.Lookup("rapid.checks").Value.String())
	return n
}

// answer is the answer of the monolith or of the router.
type answer struct {
	data    string
	errors  []*executionError
	journal []string
	plan    string
	// fromEntities is how many contexts took their value from an entity.
	fromEntities int
}

// monolith executes the operation over the monolith.
func (p *pair) monolith() (*answer, error) { return p.execute(nil) }

func (p *pair) execute(lost func(o *object, f *ast.Field, path []any) bool) (*answer, error) {
	document, err := parser.ParseQuery(&ast.Source{Input: p.text})
	if err != nil {
		return nil, err
	}
	if errs := validator.ValidateWithRules(p.world.api, document, nil); len(errs) > 0 {
		return nil, errs
	}
	op := document.Operations[0]
	var given map[string]any
	if err := decode([]byte(encode(p.variables)), &given); err != nil {
		return nil, err
	}
	variables, err := validator.VariableValues(p.world.api, op, given)
	if err != nil {
		return nil, err
	}
	out := &answer{}
	e := &execution{schema: p.world.api, variables: variables, lost: lost}
	if p.client != nil {
		e.hides, e.hidesType = p.hides, p.hidesType
	}
	e.typeName = func(o *object) string { return o.typ.name }
	e.resolve = func(o *object, f *ast.Field, args map[string]any) (any, error) {
		if o.typ == p.world.mutation {
			out.journal = append(out.journal, f.Name+encode(args))
		}
		if o.typ.field(f.Name).contextual && o.setter().typ.kind == entity {
			out.fromEntities++
		}
		value, err := p.world.truth(o, o.typ.field(f.Name), args)
		below(o, value)
		return value, err
	}
	start := &object{typ: p.world.query}
	if op.Operation == ast.Mutation {
		start.typ = p.world.mutation
	}
	out.data = encode(e.execute(start, op))
	out.errors = e.errors
	p.settle(out)
	return out, nil
}

// settle ignores the order of root fields with conditions on variables, because a key can have two
// positions then.
func (p *pair) settle(a *answer) {
	if strings.Contains(p.text, "(if: $") {
		slices.Sort(a.journal)
	}
}

func decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// router composes the subgraphs, and plans and executes the operation, on the plain path or with
// all optimizations.
func (p *pair) router(t *rapid.T, f *fleet, plain bool) (*answer, error) {
	read, err := p.over(t, p.world.sources(), f, f.coverage, plain)
	if err == nil {
		read.journal = f.journal
		p.settle(read)
	}
	return read, err
}

// sources returns the subgraphs' SDL, under their own names.
func (w *world) sources() []subgraph.Source {
	var sources []subgraph.Source
	for s := range w.subgraphs {
		sources = append(sources, subgraph.Source{Name: subgraphName(s), SDL: w.source(s)})
	}
	return sources
}

// over composes the subgraphs and executes the operation; the fetcher sends the requests.
func (p *pair) over(
	t *rapid.T, sources []subgraph.Source, fetcher executor.Fetcher, c *coverage, plain bool,
) (*answer, error) {
	schema, _, err := compose.Compose(sources)
	if err != nil {
		return nil, fmt.Errorf("composing: %w", err)
	}
	api := schema.API()
	op, literals, err := p.operation(api, c)
	if err != nil {
		return nil, err
	}
	var given map[string]any
	if err := decode([]byte(encode(p.variables)), &given); err != nil {
		return nil, err
	}
	variables, err := op.Coerce(given)
	if err != nil {
		return nil, err
	}
	maps.Copy(variables, literals)
	shown, shape := op, response.NewShape(api, op)
	if p.client != nil {
		needs := access.NewRules(schema).Needs(op)
		if hidden := needs.Decide(t.Context(), p.client.claims()); hidden != nil {
			shown, shape = op.Without(hidden), shape.Without(hidden)
		}
	}
	made, err := planner.New(querygraph.New(schema, p.world.active...), api).Plan(shown)
	if err != nil {
		return nil, fmt.Errorf("planning: %w", err)
	}
	out, err := executor.New(slog.Default()).Execute(t.Context(), executor.Request{
		Plan: made, Shape: shape, Variables: variables, Fetcher: fetcher, Plain: plain,
		Errors: executor.ErrorRules{Unmasked: true},
	})
	if err != nil {
		return nil, err
	}
	return readAnswer(out.Body, made.String())
}

func readAnswer(body []byte, plan string) (*answer, error) {
	var read struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Path       []any
			Extensions struct{ Code string }
		}
	}
	if err := decode(body, &read); err != nil {
		return nil, err
	}
	out := &answer{data: string(read.Data), plan: plan}
	for _, e := range read.Errors {
		out.errors = append(out.errors, &executionError{path: e.Path, message: e.Message, code: e.Extensions.Code})
	}
	return out, nil
}

func (f *fleet) complained() error {
	if len(f.complaints) == 0 {
		return nil
	}
	return errors.New("a subgraph complains: " + strings.Join(f.complaints, "\n"))
}

// compare requires the same data, and an error at or below each null that an error caused, and no
// other errors.
func (a *answer) compare(got *answer) error {
	if a.data != got.data {
		return fmt.Errorf("data differ:\nmonolith %s\nrouter   %s\nerrors   %s", a.data, got.data, got.explain())
	}
	// After a null has reached the root, the rest of a mutation may or may not be executed.
	if a.data != "null" && !slices.Equal(a.journal, got.journal) {
		return fmt.Errorf("mutations differ:\nmonolith %s\nrouter   %s", a.journal, got.journal)
	}
	for _, e := range a.errors {
		found := false
		for _, g := range got.errors {
			found = found || within(g.path, e.rest)
		}
		if !found {
			return fmt.Errorf("no error at %v (%v: %s)\nerrors %s", e.rest, e.path, e.message, got.explain())
		}
	}
	for _, g := range got.errors {
		found := false
		for _, e := range a.errors {
			found = found || within(g.path, e.rest)
		}
		if !found {
			return fmt.Errorf("an error too many: %v %s", g.path, g.message)
		}
	}
	return nil
}

func within(path, place []any) bool {
	if len(path) < len(place) {
		return false
	}
	for i, step := range place {
		if fmt.Sprint(step) != fmt.Sprint(path[i]) {
			return false
		}
	}
	return true
}

func (a *answer) explain() string {
	var out strings.Builder
	for _, e := range a.errors {
		fmt.Fprintf(&out, "\n  %v %s", e.path, e.message)
	}
	return out.String()
}
