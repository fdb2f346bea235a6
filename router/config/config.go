// Package config is the router's configuration: one struct, its defaults, and its file.
//
//	router.yaml ──parse──▶ YAML tree ──expand ${NAME:-default}──▶ decode, strict ──▶ Config ──▶ Validate
//
// Goes in: a YAML file and the environment. Comes out: a Config with every default set and every path
// absolute or relative to the working directory, or all the problems that the file has, each with its key
// and line where there is one.
package config

import "time"

// Config is all that the router can be told. The zero value is not valid: Load and Default set the defaults.
//
// Load refuses files that are not regular or that have more than 16 MiB; so does ReadFile for schemas.
//
// SIGHUP makes a running router read its file again. All keys except listen take effect then: a new
// address needs a restart. A file with an error changes nothing.
type Config struct {
	// Listen is the address to listen on. Default: 127.0.0.1:4000.
	Listen string `yaml:"listen"`

	// Subgraphs are the services of the graph. With Supergraph they may be left out; those that are named then
	// only say how that subgraph is called.
	Subgraphs []Subgraph `yaml:"subgraphs"`

	// Supergraph is the path of a composed supergraph's SDL, to be used instead of composing Subgraphs. The
	// URLs come from its join__Graph. Default: none.
	Supergraph string `yaml:"supergraph"`

	// OverrideLabels are the labels of @override(label:) that are active: those fields are asked of the subgraph that takes
	// them over. A label like percent(5) is not named here: it is active in that share of requests. Default: none.
	OverrideLabels []string `yaml:"overrideLabels"`

	// Headers are the rules for all subgraphs. By default none passes, in either direction.
	Headers Headers `yaml:"headers"`

	// Cookies are the rules for all subgraphs. By default none passes.
	Cookies Cookies `yaml:"cookies"`

	// CSRF says which pages may send requests.
	CSRF CSRF `yaml:"csrf"`

	// Errors say what clients see of the errors that subgraphs report.
	Errors Errors `yaml:"errors"`

	// Deduplicate says what requests in flight may share.
	Deduplicate Deduplicate `yaml:"deduplicate"`

	// Limits bound what one request may cost.
	Limits Limits `yaml:"limits"`

	// Introspection says whether clients may ask for the schema.
	Introspection Introspection `yaml:"introspection"`

	// AccessLog logs a line for each GraphQL request. By default only those are logged that end with an error.
	// Default: false.
	AccessLog bool `yaml:"accessLog"`

	// QueryPlan lets a client have its query's plan in the answer's extensions by the header
	// `x-query-plan: 1`. For development: plans tell how the graph is divided. Default: false.
	QueryPlan bool `yaml:"queryPlan"`

	// Plain answers without the short cuts that make answers faster. The answers are the same: a difference is a bug,
	// and this is there to find it. Default: false.
	Plain bool `yaml:"plain"`
}

// Subgraph is one service of the graph.
type Subgraph struct {
	// Name identifies the subgraph in plans, errors and logs.
	Name string `yaml:"name"`

	// URL of its GraphQL endpoint. Required, but for the subgraphs of a Supergraph.
	URL string `yaml:"url"`

	// Schema is the path of its SDL, relative to the configuration's file. If absent, the subgraph is
	// asked, with {_service{sdl}}, when the router starts.
	Schema string `yaml:"schema"`

	// Timeout of one request to it. Default: 5s.
	Timeout time.Duration `yaml:"timeout"`

	// Headers for this subgraph, in addition to those for all.
	Headers Headers `yaml:"headers"`

	// Cookies for this subgraph, in addition to those for all.
	Cookies Cookies `yaml:"cookies"`

	// ClientAddress sends the client's address on with mutations: as X-Forwarded-For, behind what the request had there.
	// Queries go without, so that equal ones of several clients can be shared. Default: false.
	ClientAddress bool `yaml:"clientAddress"`
}

// Headers names headers; case does not matter.
type Headers struct {
	// Forward are the client's headers that are sent on to subgraphs. Default: none. Cookies have a rule of
	// their own, and headers that belong to one connection (host, content-length, …) are refused.
	Forward []string `yaml:"forward"`

	// Return are the subgraph's headers that are sent back to the client, such as set-cookie. Default: none.
	Return []string `yaml:"return"`
}

// Cookies names cookies; case matters.
type Cookies struct {
	// Forward are the client's cookies that are sent on to subgraphs. Default: none.
	Forward []string `yaml:"forward"`
}

// CSRF keeps pages of other origins from acting with a browser's cookies. What is refused has the status 403 and the code
// CSRF_REFUSED. Requests without the headers Cookie, Origin and Sec-Fetch-Site come from no browser, and always pass.
type CSRF struct {
	// Enabled refuses requests of pages of other origins, and a GET that any page could send: one that is not from the same
	// origin and has neither Content-Type: application/json nor X-Requested-With, Apollo-Require-Preflight or
	// GraphQL-Require-Preflight. Default: true.
	Enabled bool `yaml:"enabled"`
	// TrustedOrigins are other origins whose pages may send requests, as scheme://host or scheme://host:port. Default: none.
	TrustedOrigins []string `yaml:"trustedOrigins"`
}

// Errors say what clients see of the errors that subgraphs report. They always see the path, the subgraph's name and the code
// (DOWNSTREAM_SERVICE_ERROR if the subgraph gives none, or one that is not letters, digits, _, - and .). The log has
// what they do not see, with the id of the request.
type Errors struct {
	// Mask replaces the messages, which may hold addresses or passwords, by a constant text, and leaves out extensions.
	// Switch it off for development: then all messages and all extensions pass. Default: true.
	Mask bool `yaml:"mask"`
	// Codes are the codes of the errors whose messages pass though Mask is on. Default: none.
	Codes []string `yaml:"codes"`
	// Extensions are the names of the extensions that pass, beside code, though Mask is on. Default: none.
	Extensions []string `yaml:"extensions"`
}

// Deduplicate says what requests in flight may share: queries only, and only those that are equal in all that can change
// the answer. That is the operation, its variables, and the headers and cookies that are forwarded. So clients with
// different identities share nothing, as long as what tells them apart is forwarded. An answer with errors, or with headers that are
// returned, is for one client alone.
type Deduplicate struct {
	// Operations: equal operations of clients. Default: true.
	Operations bool `yaml:"operations"`
	// SubgraphRequests: equal requests to a subgraph. Default: true.
	SubgraphRequests bool `yaml:"subgraphRequests"`
}

// Introspection says whether clients may ask for the schema by __schema and __type.
type Introspection struct {
	// Enabled answers introspection. If it is false, such a query is refused with INTROSPECTION_DISABLED, and no error
	// suggests a name of the schema. Default: true.
	Enabled bool `yaml:"enabled"`
	// Depth is how many levels of selections an introspection may have. The query that tools send has 14. Default: 20.
	Depth int `yaml:"depth"`
}

// Cost bounds what an operation asks for, by the sizes of its lists. It is checked before the operation is executed:
// one that asks for more is refused with OPERATION_TOO_LARGE. The size of a list is the value of an argument first, last or
// limit. One complete introspection costs nothing. How costs are computed, and why the defaults are as they are:
// `go doc ./router/shared/limits`.
type Cost struct {
	// Objects is how many objects an answer may have. Default: 10000.
	Objects uint64 `yaml:"objects"`
	// Values is how many scalars and enum values an answer may have. Default: 30000.
	Values uint64 `yaml:"values"`
	// AssumedListSize is the size of a list that no argument bounds. Default: 5.
	AssumedListSize uint64 `yaml:"assumedListSize"`
}

// Limits bound what one request may cost.
type Limits struct {
	// BodyBytes is the greatest request body of a client. Default: 1048576 (1 MiB).
	BodyBytes int64 `yaml:"bodyBytes"`
	// ResponseBytes is the greatest answer of a subgraph. Default: 67108864 (64 MiB).
	ResponseBytes int64 `yaml:"responseBytes"`
	// AnswersBytes is how much one client request may take of answers of subgraphs together, as much again the index of their values,
	// 32 bytes each, and how long its response may be. A request that needs more is answered with the error RESPONSE_TOO_LARGE
	// alone. Default: 134217728 (128 MiB).
	AnswersBytes int64 `yaml:"answersBytes"`
	// RequestTimeout is how long one request may take in all. Then the client gets what the subgraphs have answered, and an
	// error TIMEOUT for the rest. Default: 30s.
	RequestTimeout time.Duration `yaml:"requestTimeout"`
	// Tokens is how many tokens a document may have: names, numbers, strings and punctuation. Default: 15000.
	Tokens int `yaml:"tokens"`
	// RootMutations is how many mutations one request may have. Default: 10.
	RootMutations uint64 `yaml:"rootMutations"`
	// RootFields is how many root fields one request to a subgraph may have, with one _entities
	// field for each kind of look-up. An operation that needs more is refused with
	// OPERATION_TOO_LARGE. Default: 100.
	RootFields uint64 `yaml:"rootFields"`
	// Cost bounds how many objects and values an operation may ask for.
	Cost Cost `yaml:"cost"`
	// ConnectionsPerSubgraph is how many connections to one subgraph may be open at once; requests beyond
	// that wait for one, within their timeout. Default: 128.
	ConnectionsPerSubgraph int `yaml:"connectionsPerSubgraph"`
	// ConnectTimeout bounds the look-up of a subgraph's host name, and the dial to each of its
	// addresses, of which three are tried. For a second after a failure, requests that need a new
	// connection fail at once, unless the host refused the connection. Default: 300ms.
	ConnectTimeout time.Duration `yaml:"connectTimeout"`
	// CachedOperations is how many operations are kept parsed, validated and planned. Default: 1000.
	CachedOperations int `yaml:"cachedOperations"`
}

// DefaultTimeout is that of a subgraph that names none.
const DefaultTimeout = 5 * time.Second

// Default is the configuration that an empty file stands for.
func Default() Config {
	return Config{
		Listen:      "127.0.0.1:4000",
		CSRF:        CSRF{Enabled: true},
		Errors:      Errors{Mask: true},
		Deduplicate: Deduplicate{Operations: true, SubgraphRequests: true},
		Limits: Limits{
			BodyBytes:              1 << 20,
			ResponseBytes:          64 << 20,
			AnswersBytes:           128 << 20,
			RequestTimeout:         30 * time.Second,
			Tokens:                 15_000,
			RootMutations:          10,
			RootFields:             100,
			Cost:                   Cost{Objects: 10_000, Values: 30_000, AssumedListSize: 5},
			ConnectionsPerSubgraph: 128,
			ConnectTimeout:         300 * time.Millisecond,
			CachedOperations:       1000,
		},
		Introspection: Introspection{Enabled: true, Depth: 20},
	}
}

// NeedRestart returns the keys in which the next configuration differs and which a running router
// cannot change.
func (c Config) NeedRestart(next Config) []string {
	if c.Listen != next.Listen {
		return []string{"listen"}
	}
	return nil
}

// Named returns the subgraph of that name, or one of that name with the defaults.
func (c Config) Named(name string) Subgraph {
	for _, s := range c.Subgraphs {
		if s.Name == name {
			return s
		}
	}
	return Subgraph{Name: name, Timeout: DefaultTimeout}
}
