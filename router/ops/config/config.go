// Package config defines the router's configuration: one struct, its defaults, and its file.
//
//	router.yaml ──parse──▶ YAML tree ──expand ${NAME:-default}──▶ strict decoding ──▶ Config
//	Config ──Validate──▶ all problems
//	Config ──Print──▶ YAML without secrets
//
// schema.json is the JSON Schema of the file. It and router/CONFIG.md are made of the comments of
// the structs: go test ./router/ops/config -update.
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
// Load refuses files that are not regular or have more than 16 MiB, and so does ReadFile for
// schemas.
//
// SIGHUP makes a running router read its file again. All keys except listen, admin.listen,
// tls and http2 take effect then: these need a restart. A file with an error changes nothing.
type Config struct {
	// Listen is the address to listen on. Default: 127.0.0.1:4000.
	Listen string `yaml:"listen"`

	// Subgraphs are the services of the graph. With Supergraph they are optional; those in the
	// list then only configure how that subgraph is called.
	Subgraphs []Subgraph `yaml:"subgraphs"`

	// Supergraph is the path or the http or https URL of a composed supergraph's SDL, which replaces
	// composing Subgraphs. The URLs of the subgraphs come from its join__Graph. Default: none.
	Supergraph string `yaml:"supergraph"`

	// OverrideLabels are the active labels of @override(label:): the router requests those fields
	// from the subgraph that takes them over. Do not list labels like percent(5): these are active
	// in their share of requests. Default: none.
	OverrideLabels []string `yaml:"overrideLabels"`

	// TLS encrypts the connections of clients.
	TLS TLS `yaml:"tls"`

	// HTTP2 says when clients may use HTTP/2. Over TLS they always may.
	HTTP2 HTTP2 `yaml:"http2"`

	// Headers are the rules for all subgraphs. By default no header passes in either direction.
	Headers Headers `yaml:"headers"`

	// Cookies are the rules for all subgraphs. By default no cookie passes.
	Cookies Cookies `yaml:"cookies"`

	// CORS lets pages of other origins use the router.
	CORS CORS `yaml:"cors"`

	// Authentication says who may send requests, and how they prove who they are. By default every
	// request is anonymous.
	Authentication Authentication `yaml:"authentication"`

	// CSRF says which pages may send requests.
	CSRF CSRF `yaml:"csrf"`

	// Compression says which bodies may be compressed.
	Compression Compression `yaml:"compression"`

	// Batching says whether one HTTP request may have several operations.
	Batching Batching `yaml:"batching"`

	// ETag adds an ETag to each response to GET without errors. A client that sends it back in
	// If-None-Match gets the status 304 without a body if the response is the same; the operation is
	// executed nevertheless. Caches still store nothing, because Cache-Control is no-store, unless
	// headers.return or a rule of headers.response has cache-control and a subgraph sends another.
	// Default: false.
	ETag bool `yaml:"etag"`

	// Errors define how much clients see of errors that subgraphs report.
	Errors Errors `yaml:"errors"`

	// Deduplicate says what requests in flight may share.
	Deduplicate Deduplicate `yaml:"deduplicate"`

	// Limits bound what one request may cost.
	Limits Limits `yaml:"limits"`

	// Introspection says whether clients may query the schema.
	Introspection Introspection `yaml:"introspection"`

	// Reload says when the router reads its configuration and its schemas again.
	Reload Reload `yaml:"reload"`

	// Contracts are variants of the schema that show clients a part of it. Default: none.
	Contracts []Contract `yaml:"contracts"`

	// Admin serves the router's operators.
	Admin Admin `yaml:"admin"`

	// PersistedDocuments are documents that clients send by id, from the manifests of their builds.
	PersistedDocuments PersistedDocuments `yaml:"persistedDocuments"`

	// APQ lets clients store documents, and send their hashes afterwards.
	APQ APQ `yaml:"apq"`

	// RateLimit limits how often clients may send operations.
	RateLimit RateLimit `yaml:"rateLimit"`

	// Authorization says how access directives are enforced.
	Authorization Authorization `yaml:"authorization"`

	// AccessLog logs a line for each GraphQL request. Otherwise the router logs only requests that
	// end with an error. Default: false.
	AccessLog bool `yaml:"accessLog"`

	// QueryPlan lets a client request its query's plan in the response's extensions with the
	// header `x-query-plan: 1`. Use it for development: plans reveal how the graph is divided.
	// Clients of a contract do not get plans, which name what the contract hides. Default: false.
	QueryPlan bool `yaml:"queryPlan"`

	// Plain disables the optimizations that make responses faster. The responses are the same: if
	// there is a difference, it is a bug, which this setting helps to find. Change it with a
	// restart: a reload does not change how responses are written and memory is freed. Default:
	// false.
	Plain bool `yaml:"plain"`
}

// Subgraph is one service of the graph.
type Subgraph struct {
	// Name identifies the subgraph in plans, errors and logs.
	Name string `yaml:"name"`

	// URL is the address of its GraphQL endpoint. Required, except for the subgraphs of a
	// Supergraph.
	URL string `yaml:"url"`

	// Schema is the path of its SDL, relative to the configuration file. If absent, the router
	// requests the SDL from the subgraph with {_service{sdl}} when it starts.
	Schema string `yaml:"schema"`

	// Timeout is the timeout of one request to it. Default: 5s.
	Timeout time.Duration `yaml:"timeout"`

	// Headers are rules for this subgraph in addition to those for all.
	Headers Headers `yaml:"headers"`

	// Cookies are rules for this subgraph in addition to those for all.
	Cookies Cookies `yaml:"cookies"`

	// ClientAddress sends the client's address with mutations: as X-Forwarded-For, after the
	// addresses that the request has there already. Queries are sent without it, so that clients
	// can share equal ones. Default: false.
	ClientAddress bool `yaml:"clientAddress"`

	// TLS configures the connections to a subgraph with an https URL. By default the system's
	// certificate authorities verify it.
	TLS SubgraphTLS `yaml:"tls"`
}

// Cookies names cookies. Case matters.
type Cookies struct {
	// Forward are the client's cookies that are sent to subgraphs. Default: none.
	Forward []string `yaml:"forward"`
}

// CORS lets pages of other origins use the router from a browser. It is off unless an origin is
// allowed. The origins are allowed by csrf, too.
type CORS struct {
	// Origins are allowed origins, as scheme://host or scheme://host:port. Default: none.
	Origins []string `yaml:"origins"`
	// Suffixes allow all subdomains of a host, written as scheme://.host or scheme://.host:port.
	// The dot is required: https://.shop.example allows https://www.shop.example, and neither
	// https://shop.example nor https://evilshop.example. Default: none.
	Suffixes []string `yaml:"suffixes"`
	// Patterns are regular expressions (https://go.dev/s/re2syntax) for allowed origins in lower
	// case. A pattern must match the whole origin. Default: none.
	Patterns []string `yaml:"patterns"`
	// Credentials lets pages send cookies. Default: false.
	Credentials bool `yaml:"credentials"`
	// Methods are the methods that pages may use. Default: GET, POST.
	Methods []string `yaml:"methods"`
	// Headers are the request headers that pages may set; "*" allows all. Default: authorization,
	// content-type, apollo-require-preflight, graphql-require-preflight, x-request-id,
	// x-requested-with.
	Headers []string `yaml:"headers"`
	// ExposeHeaders are the response headers that pages may read. Default: x-request-id.
	ExposeHeaders []string `yaml:"exposeHeaders"`
	// MaxAge is how long browsers may remember what a page may do. Default: 1h.
	MaxAge time.Duration `yaml:"maxAge"`
}

// CSRF prevents pages of other origins from acting with a browser's cookies. A refused request has
// the status 403 and the code CSRF_REFUSED. Requests without the headers Cookie, Origin and
// Sec-Fetch-Site do not come from a browser, and always pass.
type CSRF struct {
	// Enabled refuses requests from pages of other origins, and any GET that such a page could
	// send: one that is not from the same origin and has neither Content-Type: application/json
	// nor X-Requested-With, Apollo-Require-Preflight or GraphQL-Require-Preflight. Default: true.
	Enabled bool `yaml:"enabled"`
	// TrustedOrigins are other origins whose pages may send requests, as scheme://host or
	// scheme://host:port. Default: none.
	TrustedOrigins []string `yaml:"trustedOrigins"`
}

// Compression says which bodies may be compressed. Do not compress responses that have a secret
// beside a text that another person can choose: their size reveals the secret, letter by letter.
type Compression struct {
	// Responses are the codings of responses, in the order in which they are preferred if a client
	// accepts several equally: zstd, br or gzip. Default: none.
	Responses []string `yaml:"responses"`
	// MinBytes is the size of the smallest response that is compressed. Default: 4096 (4 KiB).
	MinBytes int `yaml:"minBytes"`
	// Requests are the codings that a request's body may have: gzip, br, zstd or deflate. The limit
	// bodyBytes counts decompressed bytes. Default: none.
	Requests []string `yaml:"requests"`
}

// Batching says whether one HTTP request may have several operations, as a JSON list. The response
// is the list of their responses. Queries are executed at the same time; if one operation is a
// mutation, all are executed in their order. Limits of cost and of root mutations count all
// operations together.
type Batching struct {
	// Enabled accepts batches. Default: false.
	Enabled bool `yaml:"enabled"`
	// MaxOperations is how many operations a batch may have. A larger one is refused with
	// BATCH_TOO_LARGE. Default: 10.
	MaxOperations int `yaml:"maxOperations"`
}

// Errors define how much clients see of errors that subgraphs report. Clients always see the path,
// the subgraph's name and the code (DOWNSTREAM_SERVICE_ERROR if the subgraph gives none, or one
// that has other characters than letters, digits, _, - and .). The log has the hidden parts, with
// the request's ID.
type Errors struct {
	// Mask replaces messages, which may contain addresses or passwords, with a constant text, and
	// hides extensions. Switch it off for development to show all messages and extensions.
	// Default: true.
	Mask bool `yaml:"mask"`
	// Codes are the codes of errors whose messages are shown although Mask is on. Default: none.
	Codes []string `yaml:"codes"`
	// Extensions are the names of extensions, in addition to code, that are shown although Mask is
	// on. Default: none.
	Extensions []string `yaml:"extensions"`
}

// Deduplicate says what requests in flight may share. Only queries are shared, and only if
// everything that can change the response is equal: the operation, its variables, and the
// forwarded headers and cookies. So clients with different identities share nothing, as long as
// the headers or cookies that identify them are forwarded. An answer with errors, or with headers
// for the client, is for one client alone.
type Deduplicate struct {
	// Operations shares equal operations of clients. Default: true.
	Operations bool `yaml:"operations"`
	// SubgraphRequests shares equal requests to a subgraph. Default: true.
	SubgraphRequests bool `yaml:"subgraphRequests"`
}

// Introspection says whether clients may query the schema with __schema and __type.
type Introspection struct {
	// Enabled answers introspection. If it is false, such a query is refused with
	// INTROSPECTION_DISABLED, and errors do not suggest names of the schema. Default: true.
	Enabled bool `yaml:"enabled"`
	// Depth is how many levels of selections an introspection may have. The query that tools send
	// has 14. Default: 20.
	Depth int `yaml:"depth"`
}

// Cost bounds the size of an operation's answer, computed from the sizes of its lists before
// execution. An operation that exceeds it is refused with OPERATION_TOO_LARGE. The size of a list
// is the value of an argument first, last or limit. One complete introspection costs nothing. `go
// doc ./router/shared/limits` explains how costs are computed, and the defaults.
type Cost struct {
	// Objects is how many objects an answer may have. Default: 10000.
	Objects uint64 `yaml:"objects"`
	// Values is how many scalars and enum values an answer may have. Default: 30000.
	Values uint64 `yaml:"values"`
	// Weight bounds the sum of weights in an answer: an object weighs 1, a leaf 0 and a mutation 10,
	// unless @cost in the schema says otherwise. Default: 20000.
	Weight uint64 `yaml:"weight"`
	// Mode is enforce or measure. Measure refuses nothing for its cost, and logs what exceeds a
	// limit, so that limits can be tried. Default: enforce.
	Mode string `yaml:"mode"`
	// Show adds the estimated cost to the extensions of each response. Default: false.
	Show bool `yaml:"show"`
	// AssumedListSize is the size of a list that neither an argument nor @listSize gives. Default:
	// 5.
	AssumedListSize uint64 `yaml:"assumedListSize"`
}

// Document bounds the size of a document. Depth, aliases and root fields count with fragments
// expanded. A document that exceeds a bound is refused with OPERATION_TOO_LARGE.
type Document struct {
	// Depth is how many fields may be nested in each other. Default: 32.
	Depth int `yaml:"depth"`
	// Aliases is how many fields of an operation may have an alias. Default: 100.
	Aliases int `yaml:"aliases"`
	// RootFields is how many root fields an operation may have. Default: 50.
	RootFields int `yaml:"rootFields"`
	// Directives is how many directives a document may have. Default: 500.
	Directives int `yaml:"directives"`
	// Fragments is how many fragments a document may define and spread, inline fragments included.
	// Default: 1000.
	Fragments int `yaml:"fragments"`
}

// Admin serves the router's operators on a listener of its own: health, the configuration in use,
// the state of caches, and reloads. It asks for no password, so clients must not reach it.
type Admin struct {
	// Listen is the address to listen on, such as 127.0.0.1:9090. Default: none, which is off.
	Listen string `yaml:"listen"`
}

// Reload says when the router reads its configuration and its schemas again, and how it checks
// them. SIGHUP makes it read them in any case. Requests in flight end with the schema with which
// they began.
type Reload struct {
	// Watch reads them again when one of them changes: the configuration file, the files of
	// schemas, the supergraph of a URL, and the schemas of subgraphs without a file. Default:
	// false.
	Watch bool `yaml:"watch"`
	// Interval is the time between two looks at them. A server that gives an ETag sends a
	// supergraph only if it has changed. Default: 10s.
	Interval time.Duration `yaml:"interval"`
	// Gate says what happens with a schema or configuration that refuses operations which the
	// router has cached: refuse keeps the old, warn logs each of them, and off does not look. The
	// cached operations are planned before the change takes effect, except with off. Default:
	// warn.
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

// Limits bound what one request may cost.
type Limits struct {
	// BodyBytes is the size of the largest request body of a client. Default: 1048576 (1 MiB).
	BodyBytes int64 `yaml:"bodyBytes"`
	// ResponseBytes is the size of the largest answer of a subgraph. Default: 67108864 (64 MiB).
	ResponseBytes int64 `yaml:"responseBytes"`
	// AnswersBytes limits three things for one client request, each to this size: the subgraphs'
	// answers together, the index of their values (32 bytes for each), and the response. A request
	// that needs more gets only the error RESPONSE_TOO_LARGE. Default: 134217728 (128 MiB).
	AnswersBytes int64 `yaml:"answersBytes"`
	// RequestTimeout is how long one request may take in total. After that, the client gets the
	// data that the subgraphs have returned, and an error TIMEOUT for the rest. Default: 30s.
	RequestTimeout time.Duration `yaml:"requestTimeout"`
	// Tokens is how many tokens a document may have: names, numbers, strings and punctuation.
	// Default: 15000.
	Tokens int `yaml:"tokens"`
	// RootMutations is how many mutations one request may have. Default: 10.
	RootMutations uint64 `yaml:"rootMutations"`
	// RootFields is how many root fields one request to a subgraph may have, with one _entities
	// field for each kind of look-up. An operation that needs more is refused with
	// OPERATION_TOO_LARGE. Default: 100.
	RootFields uint64 `yaml:"rootFields"`
	// Document bounds the size of a document.
	Document Document `yaml:"document"`
	// Cost bounds how many objects and values an operation may request, and their weight.
	Cost Cost `yaml:"cost"`
	// ConnectionsPerSubgraph is how many connections to one subgraph may be open at once; further
	// requests wait for one, within their timeout. Default: 128.
	ConnectionsPerSubgraph int `yaml:"connectionsPerSubgraph"`
	// ConnectTimeout bounds the DNS look-up of a subgraph's host name, and the dial to each of its
	// addresses, of which three are tried. For a second after a failure, requests that need a new
	// connection fail at once, unless the host refused the connection. Default: 300ms.
	ConnectTimeout time.Duration `yaml:"connectTimeout"`
	// CachedOperations is how many parsed, validated and planned operations are cached. Default:
	// 1000.
	CachedOperations int `yaml:"cachedOperations"`
}

// DefaultTimeout is the timeout of a subgraph without one.
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

// Named returns the subgraph with that name. If there is none, it returns one with that name and
// the defaults.
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
