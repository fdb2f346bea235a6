package gateway_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/shared/limits"
)

// hostile returns requests of up to 1 MiB to the shop's router, each designed to take long.
func hostile() map[string]func() *http.Request {
	text := func(text string) func() *http.Request { return func() *http.Request { return query(text) } }
	with := func(text string, variables map[string]any) func() *http.Request {
		return func() *http.Request { return queryWith(text, variables) }
	}
	long := strings.Repeat("x", 900_000)
	return map[string]func() *http.Request{
		"products by slug":          text("{" + times(1_350, `a#:product(slug:"s#"){id}`) + "}"),
		"products by slug, 4,000":   text("{" + times(4_000, `a#:product(slug:"s#"){id}`) + "}"),
		"products by one slug":      text("{" + times(1_350, `a#:product(slug:"s"){id}`) + "}"),
		"numbers and texts":         text("{" + times(900, `a#:products(first:1,after:"#"){totalCount}`) + "}"),
		"me":                        text("{" + strings.Repeat("me{id}", 3_700) + "}"),
		"aliases of me":             text("{" + times(2_400, "a#:me{id}") + "}"),
		"me with baskets":           text("{" + times(1_000, "a#:me{basket{id}}") + "}"),
		"fields of me":              text("{me{" + times(4_900, "a#:id ") + "}}"),
		"other subgraphs' fields":   text("{me{" + times(1_500, "a#:basket{id name}") + "}}"),
		"order items":               text("{me{basket{items{" + times(1_300, "a#:product{id title}") + "}}}}"),
		"__typename":                text("{" + strings.Repeat("__typename ", 14_900) + "}"),
		"aliases of __typename":     text("{" + times(4_900, "a#:__typename ") + "}"),
		"inline fragments":          text("{me{" + strings.Repeat("...{id}", 3_700) + "}}"),
		"nested inline fragments":   text("{me{" + strings.Repeat("...{", 990) + "id" + strings.Repeat("}", 990) + "}}"),
		"conditions":                text("query($v:Boolean!=true){me{" + strings.Repeat("...@include(if:$v){id}", 1_200) + "}}"),
		"conditions, many":          text("query(" + times(400, "$v#:Boolean!=true ") + "){me{" + times(400, "...@include(if:$v#){a#:id b#:email}") + "}}"),
		"conditions in scopes":      text("query(" + times(60, "$v#:Boolean!=true ") + "){me{" + times(60, "...@include(if:$v#){...F}") + "}} fragment F on User{" + times(60, "...@skip(if:$v#){a#:id b#:basket{id}}") + "}"),
		"conditions, nested":        text("query(" + times(200, "$v#:Boolean!=true ") + "){me{" + times(200, "...@include(if:$v#){a#:id ") + strings.Repeat("}", 200) + "}}"),
		"conditions on baskets":     text("query(" + times(300, "$v#:Boolean!=true ") + "){me{" + times(300, "a#:basket @include(if:$v#){id name}") + "}}"),
		"directives":                text("{me{id" + strings.Repeat("@a", 7_000) + "}}"),
		"unknown fields":            text("{" + times(10_000, "u# ") + "}"),
		"a long name":               text("{" + long + "}"),
		"a long string":             text(`{product(slug:"` + long + `"){id}}`),
		"escapes":                   text(`{product(slug:"` + strings.Repeat(`\u0041`, 100_000) + `"){id}}`),
		"spaces":                    text("{me{id}}" + strings.Repeat(" ", 900_000)),
		"comments":                  text("{me{id}}" + strings.Repeat("#\n", 450_000)),
		"introspection, 7 times":    text("{" + times(7, "a#:__schema{types{name description fields{name description args{name description type{name kind ofType{name kind}}} type{name kind ofType{name kind}}}}}") + "}"),
		"introspection of one type": text("{" + times(1_350, `a#:__type(name:"User"){name}`) + "}"),
		"one type's name":           text(`{__type(name:"User"){` + strings.Repeat("name ", 14_000) + "}}"),
		"one type's aliases":        text(`{__type(name:"User"){` + times(4_900, "a#:name ") + "}}"),
		"one type, merged":          text("{" + strings.Repeat(`__type(name:"User"){name fields{name}}`, 200) + "}"),
		"introspection's keys":      text("{__schema{types{" + times(200, "a#:name ") + "}}}"),
		"introspection's key twice": text("{__schema{types{" + strings.Repeat("name ", 200) + "}}}"),
		"introspection's fields":    text("{__schema{types{" + strings.Repeat("fields{name}", 20) + "}}}"),
		"variables":                 text("query(" + times(2_900, "$v#:Int ") + "){me{id}}"),
		"variables with values": with("query("+times(900, "$v#:String ")+"){"+times(900, "a#:product(slug:$v#){id}")+"}", func() map[string]any {
			values := map[string]any{}
			for i := range 1_000 {
				values["v"+strings.Repeat("x", i%3)] = strings.Repeat("y", 100)
			}
			return values
		}()),
		"a variable's items":   with(`query($f: OrderFilter) {me{id} orders(filter:$f){totalCount}}`, map[string]any{"f": map[string]any{"statuses": strings.Split(strings.Repeat("x,", 200_000), ",")}}),
		"unused variables":     with(`{me{id}}`, map[string]any{"f": strings.Split(strings.Repeat("x,", 200_000), ",")}),
		"operations":           text(times(1_800, "query Q#{me{id}}")),
		"fragments in chain":   text("{...F" + num(0) + "} " + chain(120)),
		"fragments on orders":  text("{orders(first:5){nodes{" + times(900, "...F# ") + "}}}" + times(900, "fragment F# on Order{a#:id}")),
		"products, all values": text("{products(first:100){nodes{" + times(290, "a#:title ") + "}}}"),
		"orders of orders":     text("{me{orders(first:40){nodes{user{orders(first:40){nodes{id items{product{title}}}}}}}}}"),
		"orders, products":     text("{me{orders(first:100){nodes{" + times(9, "a#:items{product{id title stock{available}}}") + "}}}}"),
		"fan-out":              text("{me{...F" + num(0) + "}} " + fan(11)),
	}
}

// chain returns fragments that each spread the next one.
func chain(length int) string {
	var out strings.Builder
	for i := range length {
		out.WriteString("fragment F" + num(i) + " on Query{me{id} ...F" + num(i+1) + "} ")
	}
	return out.String() + "fragment F" + num(length) + " on Query{__typename}"
}

// fan returns fragments that expand to 2^depth baskets.
func fan(depth int) string {
	var out strings.Builder
	for i := range depth {
		out.WriteString(strings.NewReplacer("#", num(i), "@", num(i+1)).Replace("fragment F# on User{a#:basket{user{...F@}} b#:basket{user{...F@}}} "))
	}
	return out.String() + "fragment F" + num(depth) + " on User{id}"
}

func num(i int) string { return strconv.Itoa(i) }

// newShop returns the shop's router over stubs.
func newShop(t testing.TB, options gateway.EngineOptions) *router {
	t.Helper()
	answers := &stub{}
	server := httptest.NewServer(answers)
	t.Cleanup(server.Close)
	var sources []subgraph.Source
	var subgraphs []fetch.Subgraph
	for _, name := range []string{"user", "product", "order"} {
		sdl, err := os.ReadFile(filepath.Join("..", "..", "..", "schema", name+".graphqls"))
		require.NoError(t, err)
		sources = append(sources, subgraph.Source{Name: name, URL: server.URL, SDL: string(sdl)})
		subgraphs = append(subgraphs, fetch.Subgraph{Name: name, URL: server.URL, Timeout: time.Minute})
	}
	schema, _, err := compose.Compose(sources)
	require.NoError(t, err)
	answers.schema = schema.API()
	newClient := fetch.NewClient
	if options.Plain {
		newClient = fetch.NewPlainClient
	}
	client := newClient(subgraphs, fetch.Limits{ResponseBytes: 64 << 20, Connections: 4})
	t.Cleanup(client.Close)
	log := slog.New(slog.DiscardHandler)
	options.CachedOperations, options.Log = 100, log
	options.Limits.Rules.Document = wide()
	engine, err := gateway.NewEngine(schema, client, options)
	require.NoError(t, err)
	r := &router{gateway: gateway.New(gateway.Options{BodyBytes: 1 << 20, Plain: options.Plain, Log: log})}
	r.gateway.Use(engine)
	return r
}

// wide returns bounds of documents that do not hide the limits behind them.
func wide() limits.Document {
	const most = 1_000_000
	return limits.Document{
		Depth: most, Aliases: most, RootFields: most, Directives: most, Fragments: most,
	}
}

// TestEntitiesOfManyPositions checks that entities at many positions of the response are copied
// once for each position, and not once for each pair: the memory grows linearly with the answer.
func TestEntitiesOfManyPositions(t *testing.T) {
	t.Parallel()
	cost := limits.Default()
	cost.RootFields = 800
	bounds := operation.Limits{Cost: cost}
	for _, text := range []string{
		"{" + times(800, "a#:me{basket{id name}}") + "}",
		"{me{basket{items{" + times(300, "a#:product{id title}") + "}}}}",
		"{me{basket{items{" + times(200, "a#:product{category{id slug title description productCount} images{alt}}") + "}}}}",
	} {
		got := newShop(t, gateway.EngineOptions{MaxBytes: 8 << 20, Limits: bounds}).do(t, query(text))
		require.Empty(t, got.Errors, "%.60s", text)
		plainly := gateway.EngineOptions{MaxBytes: 64 << 20, Limits: bounds, Plain: true}
		plain := newShop(t, plainly).do(t, query(text))
		require.JSONEq(t, plain.body, got.body, "%.60s", text)
	}
}

// TestLongAliasIsRefused checks the limit on aliases: an alias is repeated in the response for
// each object and for each error below it.
func TestLongAliasIsRefused(t *testing.T) {
	t.Parallel()
	r := newShop(t, gateway.EngineOptions{})
	got := r.do(t, query("{products(first:100){nodes{id "+strings.Repeat("L", 900_000)+":__typename}}}"))
	require.Less(t, len(got.body), 1000)
	require.Len(t, got.Errors, 1)
	require.Equal(t, "OPERATION_TOO_LARGE", got.Errors[0].Extensions["code"])
}

// processorTime returns the processor time that this process has used, stubs included. Other
// processes use the machine, too.
func processorTime(t testing.TB) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkHostile answers each hostile request as if it was new.
func BenchmarkHostile(b *testing.B) {
	for name, request := range hostile() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				r := newShop(b, gateway.EngineOptions{MaxBytes: 128 << 20})
				recorder, request := httptest.NewRecorder(), request()
				began := processorTime(b)
				b.StartTimer()
				r.gateway.ServeHTTP(recorder, request)
				b.ReportMetric(float64((processorTime(b)-began).Microseconds())/1e3, "cpu-ms")
				b.ReportMetric(float64(recorder.Body.Len()), "bytes")
				if testing.Verbose() {
					b.Logf("%.150s", recorder.Body.String())
				}
			}
		})
	}
}
