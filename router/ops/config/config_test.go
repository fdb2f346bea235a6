package config_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/config"
)

func environment(pairs map[string]string) config.LookupEnv {
	return func(name string) (string, bool) {
		value, ok := pairs[name]
		return value, ok
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "router.yaml")
	require.NoError(t, os.WriteFile(path, []byte(`
listen: ${HOST:-127.0.0.1}:${PORT:-4000}
subgraphs:
  - name: user
    url: ${USER_URL:-http://127.0.0.1:4001}/graphql
    schema: ../schema/user.graphqls
    timeout: ${TIMEOUT:-2s}
    headers: {return: [set-cookie]}
    cookies: {forward: [refresh]}
  - name: product
    url: http://127.0.0.1:4002/graphql
    schema: /etc/product.graphqls
headers:
  forward: [authorization]
cors: {origins: ["https://web.example"], suffixes: ["https://.web.example"], patterns: ["https://pr[0-9]+.example"], credentials: true, headers: ["*"], maxAge: 5m}
csrf: {trustedOrigins: ["https://partner.example"]}
batching: {enabled: true, maxOperations: 3}
etag: true
compression: {responses: [br, gzip], requests: [gzip], minBytes: 1000}
errors: {codes: [NOT_FOUND], extensions: [field]}
deduplicate:
  subgraphRequests: false
overrideLabels: [new-stock, "${LABEL:-eu:beta}"]
limits: {bodyBytes: "${BODY:-5}", requestTimeout: 7s, rootMutations: 3, rootFields: 4, cost: {values: 9}}
introspection: {enabled: false}
persistedDocuments: {mode: prefer, manifests: [web.json, "https://cdn.example/app.json"]}
apq: {enabled: true, redis: {url: "redis://cache:6379"}}
rateLimit:
  trustedProxies: [10.0.0.0/8]
  rules: [{name: logins, by: [address], fields: [Mutation.login], limit: 5, per: 1m}]
queryPlan: ${QUERY_PLAN:-true}
`), 0o600))

	_, err := config.Load(path, environment(map[string]string{"PORT": "1234", "USER_URL": "http://user: yes"}))
	require.ErrorContains(t, err, `subgraph user: url: "http://user: yes/graphql" is not an http or https URL`)
	got, err := config.Load(path, environment(map[string]string{"PORT": "1234", "USER_URL": "http://user"}))
	require.NoError(t, err)

	want := config.Default()
	want.Listen = "127.0.0.1:1234"
	want.Subgraphs = []config.Subgraph{{
		Name: "user", URL: "http://user/graphql", Schema: filepath.Join(dir, "../schema/user.graphqls"),
		Timeout: 2 * time.Second,
		Headers: config.Headers{Return: []string{"set-cookie"}},
		Cookies: config.Cookies{Forward: []string{"refresh"}},
	}, {
		Name: "product", URL: "http://127.0.0.1:4002/graphql", Schema: "/etc/product.graphqls",
		Timeout: config.DefaultTimeout,
	}}
	want.Headers.Forward = []string{"authorization"}
	want.CORS.Origins, want.CORS.Suffixes = []string{"https://web.example"}, []string{"https://.web.example"}
	want.CORS.Patterns, want.CORS.Headers = []string{"https://pr[0-9]+.example"}, []string{"*"}
	want.CORS.Credentials, want.CORS.MaxAge = true, 5*time.Minute
	want.CSRF.TrustedOrigins = []string{"https://partner.example"}
	want.Compression = config.Compression{Responses: []string{"br", "gzip"}, Requests: []string{"gzip"}, MinBytes: 1000}
	want.ETag = true
	want.Batching = config.Batching{Enabled: true, MaxOperations: 3}
	want.Errors = config.Errors{Mask: true, Codes: []string{"NOT_FOUND"}, Extensions: []string{"field"}}
	want.Deduplicate.SubgraphRequests = false
	want.OverrideLabels = []string{"new-stock", "eu:beta"}
	want.Limits.BodyBytes, want.Limits.RequestTimeout = 5, 7*time.Second
	want.Limits.RootMutations, want.Limits.RootFields, want.Limits.Cost.Values = 3, 4, 9
	want.Introspection.Enabled = false
	want.PersistedDocuments.Mode = "prefer"
	want.PersistedDocuments.Manifests = []string{filepath.Join(dir, "web.json"), "https://cdn.example/app.json"}
	want.APQ.Enabled, want.APQ.Redis.URL = true, "redis://cache:6379"
	want.RateLimit.TrustedProxies = []string{"10.0.0.0/8"}
	want.RateLimit.Rules = []config.RateLimitRule{{
		Name: "logins", By: []string{"address"}, Fields: []string{"Mutation.login"}, Limit: 5, Per: time.Minute,
	}}
	want.QueryPlan = true
	require.Empty(t, cmp.Diff(want, got))
}

func TestAVariableMayBeInAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "user-url")
	require.NoError(t, os.WriteFile(path, []byte("http://user:secret@host\n"), 0o600))
	text := []byte("subgraphs:\n  - {name: user, url: \"${USER_URL:-http://127.0.0.1}/graphql\"}\n")
	got, err := config.Parse(text, environment(map[string]string{"USER_URL_FILE": path}))
	require.NoError(t, err)
	require.Equal(t, "http://user:secret@host/graphql", got.Subgraphs[0].URL)
	_, err = config.Parse(text, environment(map[string]string{"USER_URL_FILE": path, "USER_URL": "http://b"}))
	require.ErrorContains(t, err, "line 2: USER_URL and USER_URL_FILE are both set; unset one of them")
}

func TestLoadNamesTheMissingFile(t *testing.T) {
	t.Parallel()
	_, err := config.Load("nowhere.yaml", environment(nil))
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "nowhere.yaml")
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	const subgraph = "subgraphs: [{name: a, url: 'http://a'}]\n"
	cases := map[string]struct {
		text string
		want []string
	}{
		"unknown key": {
			text: subgraph + "\nlimits:\n  bodyByte: 1\n",
			want: []string{`line 4: unknown field "bodyByte"`},
		},
		"unknown key in a list": {
			text: "subgraphs:\n  - name: a\n    url: http://a\n    shema: a.graphqls\n",
			want: []string{`line 4: unknown field "shema"`},
		},
		"unknown keys and wrong types, wherever they are": {
			text: "lisen: a:1\nsubgraphs:\n  - nam: a\n    url: [http://a]\n    timeout: soon\n    headers: {forwards: [x]}\nlimits: 5\nplain: 1\n",
			want: []string{
				`line 1: unknown field "lisen"; the valid keys are listen, subgraphs, `, `line 3: unknown field "nam"; the valid keys are name, url, `,
				"line 4: cannot unmarshal", "line 5: ", `line 6: unknown field "forwards"; the valid keys are forward, return`, "line 7: ", "line 8: cannot unmarshal",
			},
		},
		"unknown keys, and what is not valid": {
			text: "listen: here\nsubgrafs: []\n",
			want: []string{`line 2: unknown field "subgrafs"`, `"here" is not host:port`, "subgraphs: the list is empty"},
		},
		"behind an anchor": {
			text: "headers: &all {forward: [x], retrun: [y]}\nsubgraphs:\n  - {name: a, url: 'http://a', headers: *all}\n  - {name: b, url: 'http://b', headers: {<<: *all, forwerd: [z]}}\n",
			want: []string{`line 1: unknown field "retrun"`, `line 4: unknown field "forwerd"`},
		},
		"authorization": {
			text: subgraph + "authorization:\n  mode: hide\n  policies: {p: 'claims.x == \"1\"'}\n" +
				"  policyEndpoint: {url: 'policies:80', timeout: 0s, headers: [host]}\n",
			want: []string{
				`authorization: mode: "hide" is not filter, reject or report`, `"policies:80" is not an http`,
				"timeout: 0s is not positive", `headers: "host" belongs to one connection`,
			},
		},
		"policies of a wrong type": {
			text: subgraph + "authorization: {policies: {p: [a]}}\n",
			want: []string{"line 2: "},
		},
		"not YAML": {
			text: "listen: [\n",
			want: []string{"line 1: "},
		},
		"wrong type": {
			text: subgraph + "limits: {bodyBytes: many}\n",
			want: []string{"line 2: cannot unmarshal string", "int64"},
		},
		"variable without a value": {
			text: "listen: ${LISTEN}\n" + subgraph + "supergraph: ${OTHER}\n",
			want: []string{"line 1: LISTEN is not set", "line 3: OTHER is not set"},
		},
		"empty": {
			text: "",
			want: []string{"subgraphs: the list is empty"},
		},
		"all problems at once": {
			text: `
listen: here
headers: {forward: [cookie, "x y", Host]}
overrideLabels: [percent(5), 5th, a, a]
cors: {origins: ["*"], suffixes: [shop.example, "https://."], patterns: ["("], methods: ["a b"], headers: ["x:"], exposeHeaders: [""], maxAge: -1s}
batching: {maxOperations: 0}
compression: {responses: [deflate], requests: [gzip, gzip], minBytes: 0}
csrf: {enabled: false, trustedOrigins: [partner.example, "https://partner.example/"]}
limits: {bodyBytes: 0, cachedOperations: -1, connectTimeout: 0s, requestTimeout: -1s, tokens: 0, rootMutations: 0, rootFields: 0, cost: {objects: 0, assumedListSize: 0}}
introspection: {depth: 0}
subgraphs:
  - name: a
    url: ftp://a
    timeout: -1s
  - name: a
    url: http://a
  - url: http://b
`,
			want: []string{
				`listen: "here" is not host:port`,
				`overrideLabels: "percent(5)" is active in its percentage of requests`,
				`overrideLabels: "5th" is not a label`,
				`overrideLabels: "a" is listed twice`,
				"headers: cookies are forwarded by name",
				`headers: "x y" is not a header name`,
				`headers: "Host" belongs to one connection`,
				"batching: maxOperations: 0 is not positive",
				`compression: responses: "deflate" is not one of zstd, br, gzip`,
				`compression: requests: "gzip" is listed twice`,
				"compression: minBytes: 0 is not positive",
				`cors: origins: "*" is not an origin`,
				`cors: suffixes: "shop.example" is not a suffix; write scheme://.host`,
				`cors: suffixes: "https://." is not a suffix`,
				`cors: patterns: "(" is not a regular expression`,
				`cors: methods: "a b" is not a method`,
				`cors: headers: "x:" is not a header name`,
				`cors: exposeHeaders: "" is not a header name`,
				"cors: maxAge: -1s is negative",
				`csrf: trustedOrigins: "partner.example" is not an origin`,
				`csrf: trustedOrigins: "https://partner.example/" is not an origin`,
				`subgraph a: url: "ftp://a" is not`,
				"subgraph a: timeout: -1s is negative",
				"subgraph a: another subgraph has the same name",
				"subgraphs[2]: the name is missing",
				"limits: bodyBytes: 0 is not positive",
				"limits: cachedOperations: -1 is not positive",
				"limits: connectTimeout: 0s is not positive",
				"limits: requestTimeout: -1s is not positive",
				"limits: tokens: 0 is not positive",
				"limits: rootMutations: 0 is not positive",
				"limits: rootFields: 0 is not positive",
				"limits: cost: objects: 0 is not positive",
				"limits: cost: assumedListSize: 0 is not positive",
				"introspection: depth: 0 is not positive",
			},
		},
		"documents": {
			text: subgraph + "persistedDocuments: {mode: some, manifests: [a, a], interval: 0s}\napq: {memoryBytes: 0, ttl: 0s, redis: {url: 'http://secret@a', timeout: 0s}}\n",
			want: []string{
				`persistedDocuments: mode: "some" is unknown; choose from off, log, prefer, require, requireId`, `persistedDocuments: manifests: "a" is listed twice`,
				"persistedDocuments: interval: 0s is not positive", "apq: memoryBytes: 0 is not positive", "apq: ttl: 0s is less than 1s",
				"apq: redis: url: it must begin with redis://", "apq: redis: timeout: 0s is not positive",
			},
		},
		"documents without manifests": {
			text: subgraph + "persistedDocuments: {mode: log}\n",
			want: []string{"persistedDocuments: manifests: the list is empty"},
		},
		"documents of clients, and trusted ones only": {
			text: subgraph + "persistedDocuments: {mode: requireId, manifests: [a]}\napq: {enabled: true}\n",
			want: []string{"apq: enabled: persistedDocuments accepts only documents of its manifests"},
		},
		"rate limits": {
			text: subgraph + "rateLimit:\n  maxKeys: 0\n  onFailure: never\n  trustedProxies: [proxy]\n  redis: {url: redis://}\n  rules:\n" +
				"    - {name: a b, limit: 0, per: 0s, burst: -1}\n    - {name: a, by: [user, address, address], fields: [login], limit: 1, per: 1s}\n    - {name: a, limit: 1, per: 1000h}\n",
			want: []string{
				"rateLimit: maxKeys: 0 is not positive", `rateLimit: onFailure: "never" is unknown`, `rateLimit: trustedProxies: "proxy" is not an address`,
				"rateLimit: redis: url: it must begin with", `rateLimit: rules[0]: name: "a b" must be`, "rateLimit: rules[0]: limit: 0 is not between",
				"rateLimit: rules[0]: per: 0s is not between", "rateLimit: rules[0]: burst: -1 is not between", `rateLimit: rule a: by: "user" is unknown; choose from client`,
				`rateLimit: rule a: by: "address" is listed twice`, `rateLimit: rule a: fields: "login" is not a root field`,
				"rateLimit: rule a: another rule has the same name", "rateLimit: rule a: per: 1000h0m0s is not between 1ms and 744h0m0s",
			},
		},
		"supergraph and schema": {
			text: "supergraph: s.graphqls\nsubgraphs: [{name: a, schema: a.graphqls}]\n",
			want: []string{"subgraph a: schema: the configuration has a supergraph"},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Parse([]byte(test.text), environment(nil))
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	c, err := config.Parse([]byte("supergraph: s.graphqls\nsubgraphs: [{name: a, timeout: 1s}]\n"), environment(nil))
	require.NoError(t, err)
	require.Equal(t, time.Second, c.Named("a").Timeout)
	require.Equal(t, config.Subgraph{Name: "b", Timeout: config.DefaultTimeout}, c.Named("b"))
}
