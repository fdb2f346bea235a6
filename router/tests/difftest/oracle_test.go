//go:build oracle

package difftest_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/planner"
	"github.com/trefoil-graph/trefoil/router/tests/oracle"
)

var (
	worlds     = flag.Int("worlds", 100, "how many worlds to give to the oracle")
	operations = flag.Int("operations", 10, "how many operations in each world")
	mutants    = flag.Int("mutants", 2, "how many mutated sets of each world's subgraphs")
	firstWorld = flag.Int("first", 0, "the first world's number")
)

// drawn is a world with operations over it.
type drawn struct {
	*world
	pairs []*pair
}

func drawWorld(t *rapid.T) *drawn {
	w := generateWorld(t)
	w.oneOf = "" // @apollo/gateway refuses a supergraph that has it, or what is for security or execution
	speak(t, w, false)
	w.load()
	d := &drawn{world: w}
	for range *operations {
		text, variables := generateOperation(t, w.api)
		// @apollo/gateway reads any field that is called __typename as the type.
		text = strings.ReplaceAll(text, "__typename:", "typename:")
		d.pairs = append(d.pairs, &pair{world: w, text: text, variables: variables})
	}
	return d
}

// TestOracle checks that other implementations compose the worlds as the router does, and give the
// same answers: the router over their supergraph, and @apollo/gateway over their supergraph and
// over ours. If answers differ, the monolith decides which one is right.
func TestOracle(t *testing.T) {
	t.Parallel()
	known, err := oracle.ReadKnown()
	require.NoError(t, err)
	report, total := &oracle.Report{}, &tally{}
	t.Cleanup(func() { t.Logf("%s\nknown differences:\n%s", total, known.Counts()) })
	generator := rapid.Custom(drawWorld)
	var next atomic.Int64
	for worker := range runtime.GOMAXPROCS(0) {
		t.Run(fmt.Sprint("worker ", worker), func(t *testing.T) {
			t.Parallel()
			node, err := oracle.Start(t.Context())
			require.NoError(t, err, "run npm ci in router/tests/oracle")
			t.Cleanup(func() { _ = node.Close() })
			c := &comparison{T: t, node: node, known: known, report: report, tally: total}
			for i := next.Add(1); i <= int64(*worlds); i = next.Add(1) {
				c.number = *firstWorld + int(i) - 1
				c.compare(generator.Example(c.number))
			}
		})
	}
}

// tally counts the work of all workers.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func (t *tally) add(what string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = map[string]int{}
	}
	t.counts[what] += n
}

func (t *tally) String() string {
	var out strings.Builder
	for _, what := range slices.Sorted(maps.Keys(t.counts)) {
		fmt.Fprintf(&out, "\n%6d  %s", t.counts[what], what)
	}
	return out.String()
}

// comparison is the state of one of TestOracle's workers.
type comparison struct {
	*testing.T
	node   *oracle.Node
	known  *oracle.Known
	report *oracle.Report
	tally  *tally
	number int
}

func (c *comparison) compare(d *drawn) {
	site := newSite(c.T, d.world)
	defer site.server.Close()
	subgraphs := site.subgraphs()
	composed := c.compose("as it stands", subgraphs)
	random := rand.New(rand.NewPCG(uint64(c.number), 0))
	for range *mutants {
		if changed, done, ok := oracle.Mutate(random, subgraphs); ok {
			c.compose(done, changed)
		}
	}
	c.execute(d, site, composed)
}

func (c *comparison) compose(what string, subgraphs []oracle.Subgraph) *oracle.Comparison {
	composed, err := oracle.Compare(c.node, subgraphs)
	require.NoError(c, err)
	c.tally.add("compositions", 1)
	if composed.Ours.Composes() && composed.Theirs.Composes() {
		c.tally.add("compositions that give a supergraph", 1)
	}
	if composed.Difference != nil && !c.known.Explains(composed.Difference) {
		text := ""
		for _, g := range subgraphs {
			text += "-- " + g.Name + ".graphqls --\n" + g.SDL
		}
		c.report.Fail(c, fmt.Sprintf("%s: world %d, %s", composed.Difference, c.number, what), composed.Difference.Detail+text)
	}
	return composed
}

// execute runs each operation four times: with the router and with @apollo/gateway, over each
// supergraph.
func (c *comparison) execute(d *drawn, site *site, composed *oracle.Comparison) {
	supergraphs := map[string]string{"our supergraph": composed.Ours.Supergraph, "their supergraph": composed.Theirs.Supergraph}
	for name, sdl := range supergraphs {
		if sdl == "" {
			continue // This side does not compose.
		}
		require.NoError(c, c.node.Load(name, sdl), "world %d: %s\n%s", c.number, name, sdl)
		router, err := newRouter(site, sdl)
		require.NoError(c, err, "world %d: %s\n%s", c.number, name, sdl)
		for _, p := range d.pairs {
			want, err := p.monolith()
			require.NoError(c, err)
			c.tally.add("operations over "+name, 1)
			c.judge(p, "ours over "+name, site, want, func(p *pair) (string, error) { return router.answer(c.Context(), p) })
			c.judge(p, "theirs over "+name, site, want, func(p *pair) (string, error) {
				body, err := c.node.Execute(name, p.text, p.variables)
				if strings.Contains(string(body), oracle.Died) {
					require.NoError(c, c.node.Load(name, sdl))
				}
				return string(body), err
			})
		}
		require.NoError(c, c.node.Unload(name))
	}
}

// judge compares one answer with the monolith's.
func (c *comparison) judge(p *pair, who string, site *site, want *answer, ask func(p *pair) (string, error)) {
	site.asked.Store(0)
	body, err := ask(p)
	c.tally.add("fetches of "+who, int(site.asked.Load()))
	if err == nil && sameData(body, want.data) {
		return
	}
	line := fmt.Sprintf("%s: world %d: %v", who, c.number, err)
	text := fmt.Sprintf("monolith %s\nanswer   %s\n%#v", want.data, body, p)
	if strings.HasPrefix(who, "ours") {
		if err != nil || !p.lost(want, body) {
			c.report.Fail(c, line, text)
		}
		return
	}
	// The router agrees with the monolith, so @apollo/gateway is wrong.
	c.tally.add("wrong: "+who, 1)
	if !c.known.ExplainsAnswer(fmt.Sprintf("%v %s", err, body)) && !c.remedied(p, ask) {
		c.report.Fail(c, line, text)
	}
}

// lost reports whether the difference is data that may be lost: see pair.compare.
func (p *pair) lost(want *answer, body string) bool {
	got, err := readAnswer([]byte(body), "")
	if err == nil {
		got.journal = want.journal
	}
	return err == nil && p.compare(want, got, newCoverage()) == nil
}

// remedied reports whether a rewritten operation gets the right answer, and known.txt lists that
// remedy.
func (c *comparison) remedied(p *pair, ask func(p *pair) (string, error)) bool {
	for _, r := range remedies(p) {
		changed, err := r.apply(p)
		require.NoError(c, err)
		want, err := changed.monolith()
		require.NoError(c, err, changed.text)
		body, err := ask(changed)
		if err == nil && sameData(body, want.data) {
			return c.known.ExplainsAnswer(r.name)
		}
	}
	return false
}

// sameData compares data without regard to the order of an object's members.
func sameData(body, want string) bool {
	var response struct{ Data any }
	var data any
	if decode([]byte(body), &response) != nil || decode([]byte(want), &data) != nil {
		return false
	}
	return encode(response.Data) == encode(data)
}

// site serves a world's subgraphs over HTTP, to both sides.
type site struct {
	*testing.T
	fleet  *fleet
	server *httptest.Server
	asked  atomic.Int64
}

func newSite(t *testing.T, w *world) *site {
	t.Helper()
	f, err := newFleet(w, newCoverage())
	require.NoError(t, err)
	s := &site{T: t, fleet: f}
	s.server = httptest.NewServer(s)
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		body, err = s.Fetch(r.Context(), strings.TrimPrefix(r.URL.Path, "/"), body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, _ = w.Write(body)
}

// Fetch implements executor.Fetcher.
func (s *site) Fetch(ctx context.Context, subgraph string, body []byte) ([]byte, error) {
	s.asked.Add(1)
	return s.fleet.Fetch(ctx, subgraph, body)
}

func (s *site) subgraphs() []oracle.Subgraph {
	var list []oracle.Subgraph
	for i := range s.fleet.subgraphs {
		name := subgraphName(i)
		list = append(list, oracle.Subgraph{Name: name, URL: s.server.URL + "/" + name, SDL: s.fleet.source(i)})
	}
	return list
}

// ourRouter is our router over a supergraph SDL.
type ourRouter struct {
	site    *site
	api     *ast.Schema
	planner *planner.Planner
}

func newRouter(s *site, sdl string) (*ourRouter, error) {
	schema, err := supergraph.Parse(sdl)
	if err != nil {
		return nil, err
	}
	return &ourRouter{s, schema.API(), planner.New(querygraph.New(schema, s.fleet.active...), schema.API())}, nil
}

func (r *ourRouter) answer(ctx context.Context, p *pair) (string, error) {
	op, err := operation.NewParser(r.api, unlimited()).Parse(p.text, "")
	if err != nil {
		return "", err
	}
	var given map[string]any
	if err := decode([]byte(encode(p.variables)), &given); err != nil {
		return "", err
	}
	variables, err := op.Coerce(given)
	if err != nil {
		return "", err
	}
	made, err := r.planner.Plan(op)
	if err != nil {
		return "", err
	}
	out, err := executor.New(slog.Default()).Execute(ctx, executor.Request{
		Plan: made, Shape: response.NewShape(r.api, op), Variables: variables, Fetcher: r.site,
		Errors: executor.ErrorRules{Unmasked: true},
	})
	return string(out.Body), err
}
