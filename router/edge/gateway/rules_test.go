package gateway_test

import (
	"crypto/sha256"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/edge/authentication"
	"github.com/trefoil-graph/trefoil/router/edge/authentication/jwks"
	"github.com/trefoil-graph/trefoil/router/edge/compression"
	"github.com/trefoil-graph/trefoil/router/edge/documents"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/shared/browser"
	"github.com/trefoil-graph/trefoil/router/shared/limits"
)

// The table of rules × transports. To add a rule, add an entry to rules: the test sends a message
// that breaks it over every transport. To add a transport, add an entry to transports. A rule that
// cannot be broken over a transport names the transport in exempt, with the reason.
//
// TestTheTableIsComplete fails if a step, a code or a transport of the gateway is not in the table.

// message is what a client sends, over any transport.
type message struct {
	query, operationName string
	variables            map[string]any
	header               map[string]string
	// contentType replaces the transport's own.
	contentType string
	// times is how many times the message is in a batch; 0 means once.
	times int
	// gzip compresses the body.
	gzip bool
	// cut leaves out the end of the encoded parameters.
	cut bool
	// hash and documentID name the document by an id.
	hash, documentID string
	// sends is the number of times that the message is sent; 0 means once. The last response counts.
	sends int
}

// accepted returns the message that each rule accepts.
func accepted() message {
	return message{query: `query A { a } query B { b: a }`, operationName: "A"}
}

// refused is the expected refusal of a message; the zero value means that it is accepted.
type refused struct {
	status int
	code   string
}

// column is a transport of the table.
type column struct {
	// name is the value of a constant of the type transport, or names a variant of it.
	name string
	// isBatch is true if the response is a list.
	isBatch bool
	// configure enables the transport.
	configure func(*gateway.Options, *gateway.EngineOptions)
	// send sends a message. Each transport has its own way to refuse one.
	send func(testing.TB, http.Handler, message) refused
}

// rule is a row of the table.
type rule struct {
	name string
	// step is the name of the step that holds the rule; empty if a stage holds it.
	step string
	// configure enables the rule.
	configure func(*gateway.Options, *gateway.EngineOptions)
	// accepts changes the accepted message, if necessary.
	accepts func(*message)
	// breaks changes an accepted message into one that breaks the rule.
	breaks func(*message)
	// want is the status and the code over POST with application/graphql-response+json. Other
	// transports have the same, unless statuses says otherwise.
	want     refused
	statuses map[string]int
	// exempt are the transports to which the rule does not apply, and why.
	exempt map[string]string
	// ofOperation is true if the rule concerns one operation, and not the HTTP request. In a batch,
	// only this operation is refused.
	ofOperation bool
	// executes is true if the rule is about the execution, so that the subgraph gets requests.
	executes bool
	// noSchema starts the gateway without a schema. The accepted message is refused then, too.
	noSchema bool
}

const ruledSDL = `
	extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated"])
	type Query { a(n: Int, first: Int): Int list(first: Int): [Node] text: String
		secret: Int @authenticated }
	type Mutation { change(n: Int): Int }
	type Subscription { a: Int }
	type Node { id: Int }`

// newRuled returns a gateway for one cell of the table, and the number of its subgraph's requests.
func newRuled(t testing.TB, r rule, over column) (http.Handler, *atomic.Int64) {
	t.Helper()
	asked := new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		text := ""
		if body, _ := io.ReadAll(r.Body); strings.Contains(string(body), "text") {
			text = strings.Repeat("x", 2000)
		}
		_, _ = io.WriteString(w, `{"data":{"a":1,"text":"`+text+`"}}`)
	}))
	t.Cleanup(server.Close)
	log := slog.New(slog.DiscardHandler)
	options := gateway.Options{BodyBytes: 10_000, Log: log}
	engineOptions := gateway.EngineOptions{CachedOperations: 10, Log: log}
	for _, configure := range []func(*gateway.Options, *gateway.EngineOptions){over.configure, r.configure} {
		if configure != nil {
			configure(&options, &engineOptions)
		}
	}
	g := gateway.New(options)
	if r.noSchema {
		return g, asked
	}
	schema, _, err := compose.Compose([]subgraph.Source{{Name: "a", URL: server.URL, SDL: ruledSDL}})
	require.NoError(t, err)
	client := fetch.NewClient(
		[]fetch.Subgraph{{Name: "a", URL: server.URL, Timeout: time.Minute}},
		fetch.Limits{ResponseBytes: 10_000, Connections: 4, ConnectTimeout: time.Minute})
	t.Cleanup(client.Close)
	engine, err := gateway.NewEngine(schema, client, engineOptions)
	require.NoError(t, err)
	g.Use(engine)
	t.Cleanup(g.Close)
	return g, asked
}

// TestEveryRuleHoldsOnEveryTransport breaks each rule over each transport, and prints the table.
func TestEveryRuleHoldsOnEveryTransport(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { _, _ = io.WriteString(table, strings.Join(cells, "\t")+"\n") }
	head := []string{"rule", "step"}
	for _, c := range transports() {
		head = append(head, c.name)
	}
	row(head...)
	for _, r := range rules() {
		cells := []string{r.name, r.step}
		known := map[string]bool{}
		for _, c := range transports() {
			known[c.name] = true
			cells = append(cells, cell(t, r, c))
		}
		for name := range r.exempt {
			require.True(t, known[name], "%s is exempt on %s, which is no transport", r.name, name)
		}
		for name := range r.statuses {
			require.True(t, known[name], "%s has a status on %s, which is no transport", r.name, name)
		}
		require.NotContains(t, cells[2:], "", r.name)
		row(cells...)
	}
	require.NoError(t, table.Flush())
	t.Log("\n" + text.String())
}

// cell breaks a rule over a transport, and returns what the table says about it.
func cell(t testing.TB, r rule, c column) string {
	t.Helper()
	if reason, ok := r.exempt[c.name]; ok {
		require.NotEmpty(t, reason, "%s, %s", r.name, c.name)
		return "does not apply: " + reason
	}
	g, asked := newRuled(t, r, c)
	accepted := accepted()
	if r.accepts != nil {
		r.accepts(&accepted)
	}
	if !r.noSchema {
		require.Equal(t, refused{}, c.send(t, g, accepted), "%s, %s: an accepted message", r.name, c.name)
		require.Equal(t, int64(1), asked.Swap(0), "%s, %s", r.name, c.name)
	}
	broken := accepted
	r.breaks(&broken)
	want := r.want
	if r.ofOperation && c.isBatch {
		want.status = http.StatusOK
	}
	if status, ok := r.statuses[c.name]; ok {
		want.status = status
	}
	for range 2 { // the second message uses the caches
		for range broken.sends - 1 {
			c.send(t, g, broken)
		}
		require.Equal(t, want, c.send(t, g, broken), "%s, %s", r.name, c.name)
	}
	if !r.executes {
		require.Zero(t, asked.Load(), "%s, %s: requests to the subgraph", r.name, c.name)
	}
	return "refused " + strconv.Itoa(want.status) + " " + want.code
}

// authenticated accepts the API key secret, and the tokens of an issuer that does not answer.
func authenticated(o *gateway.Options, _ *gateway.EngineOptions) {
	a, err := authentication.New(authentication.Options{
		Log: slog.New(slog.DiscardHandler),
		APIKeys: &authentication.APIKeys{
			Header: authentication.Header{Name: "X-API-Key"},
			Keys:   []authentication.APIKey{{Name: "a", SHA256: sha256.Sum256([]byte("secret"))}},
		},
		JWT: &authentication.JWT{
			Headers:  []authentication.Header{{Name: "Authorization", Prefix: "Bearer"}},
			MaxBytes: 1000, CachedTokens: 10,
			Issuers: []authentication.Issuer{{
				Name: "https://issuer.example", Algorithms: []string{"EdDSA"},
				Keys: jwks.Options{
					URL: "http://127.0.0.1:1", RefreshEvery: time.Hour, UnknownPause: time.Hour,
					Timeout: time.Minute, Log: slog.New(slog.DiscardHandler),
				},
			}},
		},
	}, nil)
	if err != nil {
		panic(err)
	}
	o.Authenticator = a
}

// rules are the rows of the table.
func rules() []rule {
	const noBody = "it has no body"
	const onlyQueries = "it executes queries only"
	const hasID = "an id names the document"
	const one = "it has one operation"
	alone := map[string]string{"POST": one, "GET": one, "APQ": one, "document id": one}
	return slices.Concat(rulesOfDocuments(), rulesOfIDs(), rulesOfRates(), []rule{{
		name: "media type of the response", step: "media",
		breaks: func(m *message) { m.header = map[string]string{"Accept": "text/html"} },
		want:   refused{406, "NOT_ACCEPTABLE"},
	}, {
		name: "no page of another origin", step: "csrf",
		configure: func(o *gateway.Options, _ *gateway.EngineOptions) { o.Guard = new(browser.Guard) },
		breaks: func(m *message) {
			m.header = map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
		},
		want: refused{403, "CSRF_REFUSED"},
	}, {
		name: "a good credential", step: "authenticate",
		configure: authenticated,
		breaks:    func(m *message) { m.header = map[string]string{"X-API-Key": "invented"} },
		want:      refused{401, "UNAUTHENTICATED"},
	}, {
		name: "credentials that agree", step: "authenticate",
		configure: authenticated,
		breaks: func(m *message) {
			m.header = map[string]string{"X-API-Key": "secret", "Authorization": "Bearer x"}
		},
		want: refused{400, "CREDENTIALS_CONFLICT"},
	}, {
		name: "known keys of the issuer", step: "authenticate",
		configure: authenticated,
		breaks: func(m *message) {
			// {"alg":"EdDSA","kid":"a"}.{"iss":"https://issuer.example"}
			m.header = map[string]string{"Authorization": "Bearer eyJhbGciOiJFZERTQSIsImtpZCI6ImEifQ." +
				"eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIn0.AA"}
		},
		want: refused{503, "SERVICE_UNAVAILABLE"},
	}, {
		name:   "content type of the body",
		breaks: func(m *message) { m.contentType = "text/plain" },
		want:   refused{415, "BAD_REQUEST"},
		exempt: map[string]string{"GET": noBody},
	}, {
		name:   "size of the body",
		breaks: func(m *message) { m.query += strings.Repeat(" ", 10_000) },
		want:   refused{413, "REQUEST_TOO_LARGE"},
		exempt: map[string]string{
			"GET":         noBody + "; net/http limits the URL to 64 KiB",
			"document id": "the document is not in the body",
		},
	}, {
		name: "size of the decompressed body", configure: decompresses,
		breaks: func(m *message) { m.query, m.gzip = m.query+strings.Repeat(" ", 100_000), true },
		want:   refused{413, "REQUEST_TOO_LARGE"},
		exempt: map[string]string{"GET": noBody, "document id": "the document is not in the body"},
	}, {
		name: "coding of the body", step: "decompress", configure: decompresses,
		breaks: func(m *message) { m.header = map[string]string{"Content-Encoding": "compress"} },
		want:   refused{415, "BAD_REQUEST"},
	}, {
		name:   "well-formed parameters",
		breaks: func(m *message) { m.variables, m.cut = map[string]any{"n": 1}, true },
		want:   refused{400, "BAD_REQUEST"},
	}, {
		name:     "a schema",
		noSchema: true,
		breaks:   func(*message) {},
		want:     refused{503, "SCHEMA_NOT_READY"},
	}, {
		name: "a document", step: "document", ofOperation: true,
		breaks: func(m *message) { m.query = "" },
		want:   refused{400, "BAD_REQUEST"},
		exempt: map[string]string{"APQ": hasID, "document id": hasID},
	}, {
		name: "mutations by POST", step: "method",
		breaks: func(m *message) { m.query = `mutation A { change }` },
		want:   refused{405, "METHOD_NOT_ALLOWED"},
		exempt: map[string]string{
			"POST": "it executes mutations", "batch": "it is a POST", "APQ": "it is a POST",
			"document id": "it is a POST",
		},
	}, {
		name: "root mutations", step: "operation", ofOperation: true,
		breaks: func(m *message) { m.query = `mutation A {` + times(11, "a#: change ") + `}` },
		want:   refused{400, "OPERATION_TOO_LARGE"},
		exempt: map[string]string{"GET": onlyQueries},
	}, {
		name: "rights, in the mode reject", step: "authorize", ofOperation: true,
		configure: func(_ *gateway.Options, o *gateway.EngineOptions) {
			o.Authorization.Mode = gateway.Reject
		},
		breaks: func(m *message) { m.query = `query A { secret }` },
		want:   refused{403, "UNAUTHORIZED_FIELD_OR_TYPE"},
	}, {
		name: "values of variables", ofOperation: true,
		breaks: func(m *message) {
			m.query, m.variables = `query A($n: Int) { a(n: $n) }`, map[string]any{"n": "many"}
		},
		want: refused{400, "BAD_USER_INPUT"},
	}, {
		name: "cost, of variables", ofOperation: true,
		breaks: func(m *message) {
			m.query = `query A($n: Int) { list(first: $n) { id } }`
			m.variables = map[string]any{"n": 100_000}
		},
		want: refused{400, "OPERATION_TOO_LARGE"},
	}, {
		name: "size of the response", ofOperation: true,
		configure: func(_ *gateway.Options, o *gateway.EngineOptions) { o.MaxBytes = 1000 },
		breaks:    func(m *message) { m.query = `query A { text }` },
		want:      refused{200, "RESPONSE_TOO_LARGE"},
		executes:  true,
	}, {
		name:   "operations of a batch",
		breaks: func(m *message) { m.times = 4 },
		want:   refused{400, "BATCH_TOO_LARGE"},
		exempt: alone,
	}, {
		name: "root mutations of a batch together",
		breaks: func(m *message) {
			m.query, m.times = `mutation A {`+times(4, "a#: change ")+`}`, 3
		},
		want:   refused{400, "OPERATION_TOO_LARGE"},
		exempt: alone,
	}, {
		name: "cost of a batch together",
		breaks: func(m *message) {
			m.query, m.times = `query A($n: Int) { list(first: $n) { id } }`, 3
			m.variables = map[string]any{"n": 4000}
		},
		want:   refused{400, "OPERATION_TOO_LARGE"},
		exempt: alone,
	}})
}

// rulesOfIDs are the rules of package documents.
func rulesOfIDs() []rule {
	const ofList = "an id of the list names a document that is trusted"
	ids := map[string]string{"APQ": "it has an id", "document id": "it has an id"}
	trusted := func(mode string) func(*gateway.Options, *gateway.EngineOptions) {
		return func(o *gateway.Options, _ *gateway.EngineOptions) {
			o.Documents = documentsOf(mode, map[string]string{"trusted": accepted().query, "other": `query B { a }`})
		}
	}
	list := []rule{{
		name: "only trusted documents", configure: trusted(documents.ModeRequire),
		breaks: func(m *message) { m.query = `query A { b: a }` },
		want:   refused{403, documents.CodeNotInList},
		exempt: map[string]string{"document id": ofList},
	}, {
		name: "only ids of trusted documents", configure: trusted(documents.ModeRequireID),
		accepts: func(m *message) { m.documentID = "trusted" },
		breaks:  func(m *message) { m.documentID = "" },
		want:    refused{403, documents.CodeIDRequired},
		exempt:  ids,
	}, {
		name: "known ids", configure: trusted(documents.ModePrefer),
		breaks: func(m *message) { m.query, m.documentID = "", "unknown" },
		want:   refused{400, documents.CodeNotFound},
		exempt: ids,
	}, {
		name: "an id of the document", configure: trusted(documents.ModePrefer),
		breaks: func(m *message) { m.documentID = "other" },
		want:   refused{400, documents.CodeMismatch},
		exempt: ids,
	}}
	for i := range list {
		list[i].step, list[i].ofOperation = "persistedDocuments", true
	}
	return append(list, rule{
		name: "no ids where none are accepted", step: "document", ofOperation: true,
		configure: func(o *gateway.Options, _ *gateway.EngineOptions) { o.Documents = nil },
		breaks:    func(m *message) { m.query, m.documentID = "", "trusted" },
		want:      refused{400, documents.CodeNotSupported},
		exempt:    map[string]string{"APQ": "ids are accepted", "document id": "ids are accepted"},
	})
}

// decompresses lets a gateway accept compressed bodies.
func decompresses(o *gateway.Options, _ *gateway.EngineOptions) {
	var err error
	if o.Decoder, err = compression.NewDecoder([]string{compression.Gzip}); err != nil {
		panic(err)
	}
}

// rulesOfDocuments are the rules that the step operation holds, for a document alone.
func rulesOfDocuments() []rule {
	var list []rule
	add := func(name, query, code string, configure func(*operation.Limits)) {
		r := rule{
			name: name, step: "operation", ofOperation: true, want: refused{400, code},
			breaks: func(m *message) { m.query = query },
		}
		if configure != nil {
			r.configure = func(_ *gateway.Options, o *gateway.EngineOptions) { configure(&o.Limits) }
		}
		list = append(list, r)
	}
	deep := "query A { __schema { types { fields { type { " +
		strings.Repeat("ofType {", 20) + "name" + strings.Repeat("}", 20) + "}}}}}"
	add("syntax", `query A { a`, "GRAPHQL_PARSE_FAILED", nil)
	add("validity", `query A { unknown }`, "GRAPHQL_VALIDATION_FAILED", nil)
	add("an operation with that name", `query C { a }`, "OPERATION_RESOLUTION_FAILURE", nil)
	add("no subscriptions", `subscription A { a }`, "OPERATION_NOT_SUPPORTED", nil)
	add("tokens", `query A {`+strings.Repeat(" a", 100)+`}`, "OPERATION_TOO_LARGE",
		func(l *operation.Limits) { l.Tokens = 50 })
	add("cost, of literals", `query A { list(first: 100000) { id } }`, "OPERATION_TOO_LARGE", nil)
	add("root fields of a subgraph", `query A {`+times(101, " a#: a(n: #)")+`}`,
		"OPERATION_TOO_LARGE", func(l *operation.Limits) { l.Rules.Document = wide() })
	bounded := func(name, query string, set func(*limits.Document)) {
		add(name, query, "OPERATION_TOO_LARGE", func(l *operation.Limits) { set(&l.Rules.Document) })
	}
	bounded("depth", `query A { list { id } }`, func(d *limits.Document) { d.Depth = 1 })
	bounded("aliases", `query A { x: a y: a }`, func(d *limits.Document) { d.Aliases = 1 })
	bounded("root fields", `query A { a text }`, func(d *limits.Document) { d.RootFields = 1 })
	bounded("directives", `query A { a @skip(if: false) text @skip(if: false) }`,
		func(d *limits.Document) { d.Directives = 1 })
	bounded("fragments", `query A { ...F } fragment F on Query { a }`,
		func(d *limits.Document) { d.Fragments = 1 })
	add("introspection", `query A { __schema { description } }`, "INTROSPECTION_DISABLED",
		func(l *operation.Limits) { l.Rules = limits.Options{NoIntrospection: true} })
	add("depth of introspection", deep, "OPERATION_TOO_LARGE", nil)
	return list
}
