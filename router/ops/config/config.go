// Package config defines the router's configuration: one struct, its defaults, and its file.
//
//	router.yaml ──parse──▶ YAML tree ──expand ${NAME:-default}──▶ strict decoding ──▶ Config
//	Config ──Validate──▶ all problems
//	Config ──Print──▶ YAML without secrets
//
// schema.json is the JSON Schema of the file. It and router/CONFIG.md are generated from the
// comments of the structs: go test ./router/ops/config -update.
//
// Input: a YAML file and the environment. Output: a Config with all defaults set and every path
// absolute or relative to the working directory, or all problems of the file, each with its key
// and, if possible, its line.
package config

import (
	"time"
)

// Config holds all settings of the router. The zero value is not valid: Load and Default set the
// defaults.
//
// The router refuses a configuration or a schema that is not a regular file, or that is larger
// than 16 MiB.
//
// SIGHUP makes a running router read its file again. All changes take effect then, except those of
// listen, admin.listen, tls and http2, which need a restart. If the file has an error, the router
// keeps its configuration.
type Config struct {
	// Listen is the address to listen on. Default: 127.0.0.1:4000.
	Listen string `yaml:"listen"`

	// Subgraphs are the services of the graph. With supergraph they are optional: an entry then only
	// configures how the router calls that subgraph.
	Subgraphs []Subgraph `yaml:"subgraphs"`

	// Supergraph is the path, or the http or https URL, of a composed supergraph's SDL. The router
	// then does not compose subgraphs, and reads their URLs from the enum join__Graph. Default: none.
	Supergraph string `yaml:"supergraph"`

	// OverrideLabels are the active labels of @override(label:). The router requests a field with an
	// active label from the subgraph that overrides it. Do not list labels such as percent(5): they
	// are active in their percentage of requests. Default: none.
	OverrideLabels []string `yaml:"overrideLabels"`

	// TLS encrypts the connections of clients.
	TLS TLS `yaml:"tls"`

	// HTTP2 says whether clients may use HTTP/2 without TLS. With TLS they always may.
	HTTP2 HTTP2 `yaml:"http2"`

	// Headers are the rules for headers, for all subgraphs. By default no header passes in either
	// direction.
	Headers Headers `yaml:"headers"`

	// Cookies are the rules for cookies, for all subgraphs. By default no cookie passes.
	Cookies Cookies `yaml:"cookies"`

	// CORS allows pages of other origins to use the router.
	CORS CORS `yaml:"cors"`

	// Authentication says which credentials clients may use. By default every request is anonymous.
	Authentication Authentication `yaml:"authentication"`

	// CSRF says which pages of other origins may send requests.
	CSRF CSRF `yaml:"csrf"`

	// Compression says which bodies may be compressed.
	Compression Compression `yaml:"compression"`

	// Batching says whether one HTTP request may have several operations.
	Batching Batching `yaml:"batching"`

	// ETag adds an ETag to each response to GET without errors. A client that sends the ETag back in
	// If-None-Match gets the status 304 without a body if the response has not changed. The router
	// still executes the operation. Cache-Control stays no-store, so caches store nothing, unless
	// headers.return or a rule of headers.response passes a subgraph's Cache-Control. Default: false.
	ETag bool `yaml:"etag"`

	// Errors define what clients see of errors that subgraphs report.
	Errors Errors `yaml:"errors"`

	// Deduplicate says which requests in flight may share a result.
	Deduplicate Deduplicate `yaml:"deduplicate"`

	// Limits bound the size, the cost and the duration of one request.
	Limits Limits `yaml:"limits"`

	// Introspection says whether clients may query the schema.
	Introspection Introspection `yaml:"introspection"`

	// Reload says when the router reads its configuration and its schemas again.
	Reload Reload `yaml:"reload"`

	// Contracts are variants of the schema that hide some of its elements from some clients. Default:
	// none.
	Contracts []Contract `yaml:"contracts"`

	// Admin is the listener for the router's operators.
	Admin Admin `yaml:"admin"`

	// PersistedDocuments are the documents in the manifests that the builds of clients write. Clients
	// can send their ids instead of their texts.
	PersistedDocuments PersistedDocuments `yaml:"persistedDocuments"`

	// APQ lets clients store documents in the router, and then send only their hashes.
	APQ APQ `yaml:"apq"`

	// RateLimit limits how often clients may send operations.
	RateLimit RateLimit `yaml:"rateLimit"`

	// Authorization says how the router enforces access directives.
	Authorization Authorization `yaml:"authorization"`

	// AccessLog logs each GraphQL request. Without it, the router logs only requests that end with an
	// error. Default: false.
	AccessLog bool `yaml:"accessLog"`

	// QueryPlan lets a client request its query's plan in the response's extensions with the
	// header `x-query-plan: 1`. Use it for development: plans reveal how the graph is divided.
	// Clients of a contract do not get plans, which name what the contract hides. Default: false.
	QueryPlan bool `yaml:"queryPlan"`

	// Plain disables the optimizations that make the router faster. Use it to find out whether an
	// optimization causes a bug: the responses must be the same. Restart the router after a change,
	// because a reload does not change how it writes responses and frees memory. Default: false.
	Plain bool `yaml:"plain"`
}

// Subgraph is one service of the graph.
type Subgraph struct {
	// Name identifies the subgraph in plans, errors and logs.
	Name string `yaml:"name"`

	// URL is the address of its GraphQL endpoint. Required, except for the subgraphs of a
	// supergraph.
	URL string `yaml:"url"`

	// Schema is the path of its SDL, relative to the configuration file. If it is missing, the router
	// requests the SDL from the subgraph with {_service{sdl}}, at its start and at each reload.
	Schema string `yaml:"schema"`

	// Timeout limits the time of one request to the subgraph. Default: 5s.
	Timeout time.Duration `yaml:"timeout"`

	// Headers are rules for this subgraph, in addition to those for all subgraphs.
	Headers Headers `yaml:"headers"`

	// Cookies are rules for this subgraph, in addition to those for all subgraphs.
	Cookies Cookies `yaml:"cookies"`

	// ClientAddress sends the client's address with mutations: it appends the address to the
	// X-Forwarded-For header of the client's request. Queries do not have it, so that clients can
	// share equal queries. Default: false.
	ClientAddress bool `yaml:"clientAddress"`

	// TLS configures the connections to a subgraph with an https URL. By default the system's
	// certificate authorities verify the subgraph.
	TLS SubgraphTLS `yaml:"tls"`
}

// Cookies names cookies. Case matters.
type Cookies struct {
	// Forward are the client's cookies that the router sends to subgraphs. Default: none.
	Forward []string `yaml:"forward"`
}

// CORS allows pages of other origins to use the router from a browser. Without allowed origins it
// is off. csrf accepts requests from the allowed origins, too.
type CORS struct {
	// Origins are allowed origins, as scheme://host or scheme://host:port. Default: none.
	Origins []string `yaml:"origins"`
	// Suffixes allow all subdomains of a host, written as scheme://.host or scheme://.host:port. The
	// dot is required: https://.shop.example allows https://www.shop.example, but neither
	// https://shop.example nor https://evilshop.example. Default: none.
	Suffixes []string `yaml:"suffixes"`
	// Patterns are regular expressions (https://go.dev/s/re2syntax) for allowed origins in lower
	// case. A pattern must match the complete origin. Default: none.
	Patterns []string `yaml:"patterns"`
	// Credentials allows pages to send cookies. Default: false.
	Credentials bool `yaml:"credentials"`
	// Methods are the methods that pages may use. Default: GET, POST.
	Methods []string `yaml:"methods"`
	// Headers are the request headers that pages may set; "*" allows all. Default: authorization,
	// content-type, apollo-require-preflight, graphql-require-preflight, x-request-id,
	// x-requested-with.
	Headers []string `yaml:"headers"`
	// ExposeHeaders are the response headers that pages may read. Default: x-request-id.
	ExposeHeaders []string `yaml:"exposeHeaders"`
	// MaxAge is the time for which browsers may cache the answer to a preflight. Default: 1h.
	MaxAge time.Duration `yaml:"maxAge"`
}

// CSRF prevents pages of other origins from acting with a browser's cookies. A refused request has
// the status 403 and the code CSRF_REFUSED. A request with none of the headers Cookie, Origin and
// Sec-Fetch-Site does not come from a browser, and always passes.
type CSRF struct {
	// Enabled refuses requests from pages of other origins. It also refuses every GET that a page of
	// another origin could send: one that is not from the same origin, and has neither Content-Type:
	// application/json nor the header X-Requested-With, Apollo-Require-Preflight or
	// GraphQL-Require-Preflight. Default: true.
	Enabled bool `yaml:"enabled"`
	// TrustedOrigins are other origins whose pages may send requests, as scheme://host or
	// scheme://host:port. Default: none.
	TrustedOrigins []string `yaml:"trustedOrigins"`
}

// Compression says which bodies may be compressed. Do not compress responses that contain a secret
// together with a text that an attacker can choose: their size reveals the secret letter by
// letter.
type Compression struct {
	// Responses are the codings of responses: zstd, br or gzip. If a client accepts several equally,
	// the router uses the first in this list. Default: none.
	Responses []string `yaml:"responses"`
	// MinBytes is the size of the smallest response that is compressed. Default: 4096 (4 KiB).
	MinBytes int `yaml:"minBytes"`
	// Requests are the codings that a request's body may have: gzip, br, zstd or deflate.
	// limits.bodyBytes limits the compressed and the decompressed bytes. Default: none.
	Requests []string `yaml:"requests"`
}

// Batching says whether one HTTP request may have several operations, as a JSON list. The response
// is a list of their responses. The router executes queries at the same time. If one operation is
// a mutation, it executes all operations in order. The limits on the cost and on root mutations
// count all operations together.
type Batching struct {
	// Enabled accepts batches. Default: false.
	Enabled bool `yaml:"enabled"`
	// MaxOperations bounds the operations of a batch. A larger batch is refused with BATCH_TOO_LARGE.
	// Default: 10.
	MaxOperations int `yaml:"maxOperations"`
}

// Errors define what clients see of errors that subgraphs report. Clients always see the path, the
// subgraph's name and the code. The code is DOWNSTREAM_SERVICE_ERROR if the subgraph gives none,
// or one with characters other than letters, digits, underscores, hyphens and dots. The log has
// the hidden messages and extensions, with the request's ID.
type Errors struct {
	// Mask replaces messages, which may contain addresses or passwords, by a constant text, and hides
	// extensions. Disable it for development to show all messages and extensions. Default: true.
	Mask bool `yaml:"mask"`
	// Codes are the codes of errors whose messages are shown even if mask is true. Default: none.
	Codes []string `yaml:"codes"`
	// Extensions are the names of extensions, in addition to code, that are shown even if mask is
	// true. Default: none.
	Extensions []string `yaml:"extensions"`
}

// Deduplicate says which requests in flight may share a result. Only queries share one, and only
// if everything that can change the response is equal: the operation, its variables, and the
// forwarded headers and cookies. So clients with different identities share nothing, as long as
// the router forwards the headers or cookies that identify them. Results with errors, or with
// headers for the client, are not shared.
type Deduplicate struct {
	// Operations lets equal operations of clients share one execution. Default: true.
	Operations bool `yaml:"operations"`
	// SubgraphRequests lets equal requests to a subgraph share one answer. Default: true.
	SubgraphRequests bool `yaml:"subgraphRequests"`
}

// Introspection says whether clients may query the schema with __schema and __type.
type Introspection struct {
	// Enabled allows introspection. If it is false, introspection is refused with
	// INTROSPECTION_DISABLED, and errors do not suggest names of the schema. Default: true.
	Enabled bool `yaml:"enabled"`
	// Depth bounds the levels of selections of an introspection. The query that tools send has 14
	// levels. Default: 20.
	Depth int `yaml:"depth"`
}

// Cost bounds the size of an operation's answer. The router computes the size before execution,
// from the sizes of the lists: the size of a list is the value of an argument first, last or
// limit, or of an argument that @listSize names. An operation that exceeds a limit is refused with
// OPERATION_TOO_LARGE. One complete introspection costs nothing. `go doc ./router/shared/limits`
// explains the costs and the defaults.
type Cost struct {
	// Objects bounds the objects in an answer. Default: 10000.
	Objects uint64 `yaml:"objects"`
	// Values bounds the scalars and enum values in an answer. Default: 30000.
	Values uint64 `yaml:"values"`
	// Weight bounds the sum of weights in an answer. An object weighs 1, a leaf 0, and a root field
	// of a mutation 10 more, unless @cost in the schema says otherwise. Default: 20000.
	Weight uint64 `yaml:"weight"`
	// Mode is enforce or measure. enforce refuses operations that exceed a limit. measure executes
	// and logs them; use it to find the right limits. Default: enforce.
	Mode string `yaml:"mode"`
	// Show adds the estimated cost to the extensions of each response. Default: false.
	Show bool `yaml:"show"`
	// AssumedListSize is the size of a list if neither an argument nor @listSize gives a size.
	// Default: 5.
	AssumedListSize uint64 `yaml:"assumedListSize"`
}

// Document bounds the size of a document. Depth, aliases and root fields are counted with
// fragments expanded. A document that exceeds a bound is refused with OPERATION_TOO_LARGE.
type Document struct {
	// Depth bounds the levels of nested fields. Default: 32.
	Depth int `yaml:"depth"`
	// Aliases bounds the fields of an operation that have an alias. Default: 100.
	Aliases int `yaml:"aliases"`
	// RootFields bounds the root fields of an operation. Default: 50.
	RootFields int `yaml:"rootFields"`
	// Directives bounds the directives of a document. Default: 500.
	Directives int `yaml:"directives"`
	// Fragments bounds the definitions and spreads of fragments in a document, including inline
	// fragments. Default: 1000.
	Fragments int `yaml:"fragments"`
}

// Admin is the listener for the router's operators. It serves health checks, the configuration in
// use, the state of caches, and reloads. It asks for no password, so clients must not reach it.
type Admin struct {
	// Listen is the address to listen on, for example 127.0.0.1:9090. Default: none, and there is no
	// listener.
	Listen string `yaml:"listen"`
}

// Reload says when the router reads its configuration and its schemas again, and how it checks
// them. SIGHUP always makes the router read them. Requests in flight keep the schema with which
// they began.
type Reload struct {
	// Watch reloads when a source changes. The sources are the configuration file, the files of
	// schemas, the URL of a supergraph, and the schemas of subgraphs without a file. Default: false.
	Watch bool `yaml:"watch"`
	// Interval is the time between two checks of the sources. A server of a supergraph that supports
	// ETags sends the supergraph only if it has changed. Default: 10s.
	Interval time.Duration `yaml:"interval"`
	// Gate says what the router does with a new schema or configuration that refuses operations in
	// its cache. refuse keeps the old one, warn logs the operations and uses the new one, and off
	// does not check. Except with off, the router plans the cached operations before the change takes
	// effect. Default: warn.
	Gate string `yaml:"gate"`
}

// The values of Reload.Gate.
const (
	GateOff    = "off"
	GateWarn   = "warn"
	GateRefuse = "refuse"
)

// The values of Cost.Mode.
const (
	CostEnforce = "enforce"
	CostMeasure = "measure"
)

// Limits bound the size, the cost and the duration of one request.
type Limits struct {
	// BodyBytes is the size of the largest request body of a client. Default: 1048576 (1 MiB).
	BodyBytes int64 `yaml:"bodyBytes"`
	// ResponseBytes is the size of the largest answer of a subgraph. Default: 67108864 (64 MiB).
	ResponseBytes int64 `yaml:"responseBytes"`
	// AnswersBytes limits each of three sizes for one client request: of the subgraphs' answers
	// together, of the index of their values (32 bytes for each value), and of the response. A
	// request that needs more gets only the error RESPONSE_TOO_LARGE. Default: 134217728 (128 MiB).
	AnswersBytes int64 `yaml:"answersBytes"`
	// RequestTimeout limits the time of one request. When it has passed, the client gets the data
	// that the subgraphs have returned, and an error TIMEOUT for the other fields. Default: 30s.
	RequestTimeout time.Duration `yaml:"requestTimeout"`
	// Tokens bounds the tokens of a document: names, numbers, strings and punctuation. Default:
	// 15000.
	Tokens int `yaml:"tokens"`
	// RootMutations bounds the root fields of mutations in one request. Default: 10.
	RootMutations uint64 `yaml:"rootMutations"`
	// RootFields bounds the root fields of one request to a subgraph, including one _entities field
	// for each kind of look-up. An operation that needs more is refused with OPERATION_TOO_LARGE.
	// Default: 100.
	RootFields uint64 `yaml:"rootFields"`
	// Document bounds the size of a document.
	Document Document `yaml:"document"`
	// Cost bounds the objects and values that an operation may request, and their weight.
	Cost Cost `yaml:"cost"`
	// ConnectionsPerSubgraph bounds the open connections to one subgraph. Further requests wait for a
	// connection, within their timeout. Default: 128.
	ConnectionsPerSubgraph int `yaml:"connectionsPerSubgraph"`
	// ConnectTimeout limits the time of the DNS look-up of a subgraph's host, and of the dial to each
	// of up to three addresses. For a second after a failure, requests that need a new connection
	// fail at once, unless the host refused the connection. Default: 300ms.
	ConnectTimeout time.Duration `yaml:"connectTimeout"`
	// CachedOperations bounds the parsed, validated and planned operations in the cache. Default:
	// 1000.
	CachedOperations int `yaml:"cachedOperations"`
}

// DefaultTimeout is the timeout of a subgraph whose configuration has none.
const DefaultTimeout = 5 * time.Second

// Default returns the configuration for an empty file.
func Default() Config {
	return Config{
		Listen: "127.0.0.1:4000",
		CORS: CORS{
			Methods: []string{"GET", "POST"},
			Headers: []string{
				"authorization", "content-type", "apollo-require-preflight",
				"graphql-require-preflight", "x-request-id", "x-requested-with",
			},
			ExposeHeaders: []string{"x-request-id"},
			MaxAge:        time.Hour,
		},
		Authentication: defaultAuthentication(),
		TLS:            TLS{ClientAuth: ClientAuthNone},
		CSRF:           CSRF{Enabled: true},
		Compression:    Compression{MinBytes: 4 << 10},
		Batching:       Batching{MaxOperations: 10},
		Errors:         Errors{Mask: true},
		Deduplicate:    Deduplicate{Operations: true, SubgraphRequests: true},
		Limits: Limits{
			BodyBytes:      1 << 20,
			ResponseBytes:  64 << 20,
			AnswersBytes:   128 << 20,
			RequestTimeout: 30 * time.Second,
			Tokens:         15_000,
			RootMutations:  10,
			RootFields:     100,
			Document: Document{
				Depth: 32, Aliases: 100, RootFields: 50, Directives: 500, Fragments: 1000,
			},
			Cost: Cost{
				Objects: 10_000, Values: 30_000, Weight: 20_000, AssumedListSize: 5,
				Mode: CostEnforce,
			},
			ConnectionsPerSubgraph: 128,
			ConnectTimeout:         300 * time.Millisecond,
			CachedOperations:       1000,
		},
		Introspection: Introspection{Enabled: true, Depth: 20},
		Reload:        Reload{Interval: 10 * time.Second, Gate: GateWarn},
		Authorization: Authorization{
			Mode: modeFilter, PolicyEndpoint: PolicyEndpoint{Timeout: 500 * time.Millisecond},
		},
		PersistedDocuments: PersistedDocuments{Mode: "off", Interval: 10 * time.Second},
		APQ:                APQ{MemoryBytes: 32 << 20, TTL: 24 * time.Hour, Redis: defaultRedis()},
		RateLimit: RateLimit{
			MaxKeys: 100_000, OnFailure: "local", Redis: defaultRedis(),
		},
	}
}

// NeedRestart returns the keys whose changes in the next configuration need a restart of the
// router.
func (c Config) NeedRestart(next Config) []string {
	var keys []string
	if c.Listen != next.Listen {
		keys = append(keys, "listen")
	}
	if c.Admin.Listen != next.Admin.Listen {
		keys = append(keys, "admin.listen")
	}
	if c.TLS != next.TLS {
		keys = append(keys, "tls")
	}
	if c.HTTP2 != next.HTTP2 {
		keys = append(keys, "http2")
	}
	return keys
}

// Named returns the configuration of the subgraph with that name. If there is none, it returns the
// defaults.
func (c Config) Named(name string) Subgraph {
	for _, s := range c.Subgraphs {
		if s.Name == name {
			return s
		}
	}
	return Subgraph{Name: name, Timeout: DefaultTimeout}
}

// SupergraphIsURL reports whether the supergraph is read from a URL and not from a file.
func (c Config) SupergraphIsURL() bool { return IsURL(c.Supergraph) }
