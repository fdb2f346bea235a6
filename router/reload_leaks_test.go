package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/config"
	"github.com/trefoil-graph/trefoil/router/tests/redistest"
)

// connected is a router with everything that holds connections, goroutines or files: subgraphs, a
// contract, Redis, NATS, keys, an endpoint for policies, and manifests.
type connected struct {
	server *server
	path   string // of the configuration
	redis  *redistest.Server
	nats   *natsserver.Server
	// others serves the subgraph, the keys, the policies and a manifest.
	others *httptest.Server
	folder string
}

const (
	connectedSDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@policy", "@tag"])
		type Query { a: String @policy(policies: [["staff"]]) b: String c: String @tag(name: "internal") }`
	connectedSettings = `listen: 127.0.0.1:0
reload: {gate: GATE}
limits: {connectTimeout: 1m}
subgraphs: [{name: a, url: 'OTHERS/graphql', schema: SCHEMA}]
contracts: [{name: partner, exclude: [internal], path: /graphql/partner}]
authorization: {policyEndpoint: {url: 'OTHERS/policies', timeout: 1m}}
authentication:
  apiKeys: {file: KEYS}
  jwt: {issuers: [{issuer: shop, jwks: {url: 'OTHERS/jwks'}}]}
  denyList: {nats: {url: NATS, stream: SESSIONS, name: "routerN"}}
persistedDocuments: {mode: prefer, interval: 10ms, manifests: [FOLDER/manifest.json, 'OTHERS/manifest']}
apq: {enabled: true, redis: {url: REDIS, timeout: 1m, prefix: "N:"}}
rateLimit:
  redis: {url: REDIS, timeout: 1m, prefix: "N:"}
  rules: [{name: clients, by: [client], limit: 1000000, per: 1h}]
`
)

func startConnected(t *testing.T) *connected {
	t.Helper()
	c := &connected{redis: redistest.Start(t), nats: startNATS(t), folder: t.TempDir()}
	public, _, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	c.others = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		answers := map[string]string{
			"/graphql":  `{"data":{"a":"1","b":"2"}}`,
			"/policies": `{"granted":["staff"]}`,
			"/manifest": `{"b":"query B { b }"}`,
			"/jwks": `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1","x":"` +
				base64.RawURLEncoding.EncodeToString(public) + `"}]}`,
		}
		_, _ = io.WriteString(w, answers[r.URL.Path])
	}))
	t.Cleanup(c.others.Close)
	c.path = filepath.Join(c.folder, "router.yaml")
	c.writeAll(t)
	settings, err := config.Load(c.path, os.LookupEnv)
	require.NoError(t, err)
	c.server, err = newServer(c.path, settings, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(c.server.close)
	require.NoError(t, c.server.use(t.Context(), settings))
	return c
}

func startNATS(t *testing.T) *natsserver.Server {
	t.Helper()
	broker, err := natsserver.NewServer(&natsserver.Options{
		Host: "127.0.0.1", Port: natsserver.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true,
	})
	require.NoError(t, err)
	broker.Start()
	t.Cleanup(func() { broker.Shutdown(); broker.WaitForShutdown() })
	require.True(t, broker.ReadyForConnections(time.Minute))
	connection, err := nats.Connect(broker.ClientURL())
	require.NoError(t, err)
	defer connection.Close()
	js, err := jetstream.New(connection)
	require.NoError(t, err)
	_, err = js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "SESSIONS", Subjects: []string{"session.revoked"}})
	require.NoError(t, err)
	return broker
}

// write writes a file of the router.
func (c *connected) write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(c.folder, name)
	write(t, path, text)
	return path
}

// writeAll writes all files as they should be. The replacements apply to the configuration. A client
// of Redis connects at once, even if it is never used.
func (c *connected) writeAll(t *testing.T, replacements ...string) {
	t.Helper()
	c.write(t, "manifest.json", `{"a":"query A { a b }"}`)
	all := strings.NewReplacer("OTHERS", c.others.URL, "NATS", c.nats.ClientURL(), "REDIS", "'"+c.redis.URL+"?min_idle_conns=1'", "FOLDER", c.folder,
		"SCHEMA", c.write(t, "a.graphqls", connectedSDL),
		"KEYS", c.write(t, "keys.yaml", fmt.Sprintf("[{name: k, sha256: %x}]", sha256.Sum256([]byte("k")))))
	text := connectedSettings
	for i := 0; i < len(replacements); i += 2 {
		require.Contains(t, text, replacements[i])
		text = strings.ReplaceAll(text, replacements[i], replacements[i+1])
	}
	text = strings.NewReplacer("GATE", "warn", "routerN", "router", `"N:"`, `"trefoil:"`).Replace(text)
	write(t, c.path, all.Replace(text))
}

// ask uses every connection: a field with a policy, stored by its hash and limited in Redis, of the
// whole schema and of the contract.
func (c *connected) ask(t *testing.T) {
	t.Helper()
	const query = "{ a b }"
	body, err := json.Marshal(map[string]any{"query": query, "extensions": map[string]any{
		"persistedQuery": map[string]any{"version": 1, "sha256Hash": fmt.Sprintf("%x", sha256.Sum256([]byte(query)))},
	}})
	require.NoError(t, err)
	for _, path := range []string{"/graphql", "/graphql/partner"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-API-Key", "k")
		w := httptest.NewRecorder()
		c.server.ServeHTTP(w, r)
		require.JSONEq(t, `{"data":{"a":"1","b":"2"}}`, w.Body.String())
	}
}

// held is what a router holds at a time.
type held struct{ goroutines, files, connections int }

// hold counts it. The HTTP servers run in this process, so that their ends of connections count,
// too.
func (c *connected) hold(t *testing.T, of *redis.Client) held {
	t.Helper()
	list, err := of.ClientList(t.Context()).Result()
	require.NoError(t, err)
	return held{c.goroutines(), openFiles(t), strings.Count(list, "\n") + c.nats.NumClients()}
}

// goroutines counts goroutines without those of the NATS server, which keeps a consumer for a minute
// after its client has left.
func (c *connected) goroutines() int {
	stacks := make([]byte, 4<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	count := 0
	for stack := range bytes.SplitSeq(stacks, []byte("\n\n")) {
		if !bytes.Contains(stack, []byte("nats-server")) {
			count++
		}
	}
	return count
}

// requireNoMore runs something 5 times, and then 100 times, which has to leave no more behind.
// There is no garbage collection meanwhile, because it closes forgotten connections.
func (c *connected) requireNoMore(t *testing.T, run func(n int)) {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	const before, times = 5, 100
	for n := range before {
		run(n)
	}
	client := c.redis.Client(t)
	first := c.hold(t, client)
	for n := range times {
		run(before + n)
	}
	const slack = 20 // what the last of them are still closing
	var last held
	defer func() {
		if t.Failed() {
			t.Logf("first %+v, last %+v", first, last)
		}
	}()
	require.Eventually(t, func() bool {
		last = c.hold(t, client)
		return last.goroutines <= first.goroutines+slack && last.files <= first.files+slack &&
			last.connections <= first.connections+slack
	}, 30*time.Second, 10*time.Millisecond)
}

// TestReloadsLeaveNothingBehind checks that 100 reloads that replace every part leave goroutines,
// files and connections where they were.
func TestReloadsLeaveNothingBehind(t *testing.T) {
	c := startConnected(t)
	c.requireNoMore(t, func(n int) {
		c.writeAll(t, "routerN", fmt.Sprintf("router%d", n), `"N:"`, fmt.Sprintf(`"%d:"`, n))
		inUse, err := c.server.reload(t.Context(), false)
		require.NoError(t, err)
		require.True(t, inUse)
		c.ask(t)
	})
}

// TestFailedReloadsLeaveNothingBehind checks the same for reloads that fail after other parts were
// made: the settings of Redis and NATS change each time, too.
func TestFailedReloadsLeaveNothingBehind(t *testing.T) {
	for name, breaks := range map[string]struct {
		file, text    string // that a file gets
		before, after string // in the configuration
		says          string
	}{
		"bad schema":           {file: "a.graphqls", text: "type Query {", says: "INVALID_GRAPHQL"},
		"undefined policy":     {before: "policyEndpoint: {url: 'OTHERS/policies', timeout: 1m}", after: "policies: {x: 'true'}", says: "not defined"},
		"bad contract":         {before: "exclude: [internal]", after: "include: [nobody]", says: "contract partner"},
		"refused by the gate":  {file: "a.graphqls", text: strings.Replace(connectedSDL, " b: String", "", 1), before: "GATE", after: "refuse", says: "would be refused"},
		"bad manifest":         {file: "manifest.json", text: "{", says: "manifest.json"},
		"unreachable manifest": {before: "OTHERS/manifest'", after: "http://127.0.0.1:1/manifest'", says: "connection refused"},
		"bad Redis":            {before: "redis: {url: REDIS, timeout: 1m, prefix: \"N:\"}\n  rules", after: "redis: {url: 'redis://:x:y'}\n  rules", says: "rateLimit"},
		"bad keys":             {file: "keys.yaml", text: "[{name: k}]", says: "hexadecimal"},
		"bad key set":          {before: "jwks: {url: 'OTHERS/jwks'}", after: "jwks: {file: FOLDER/manifest.json}", says: "key set"},
		"bad subgraph TLS":     {before: "url: 'OTHERS/graphql',", after: "url: 'https://localhost/graphql', tls: {ca: FOLDER/none.pem},", says: "none.pem"},
		"bad listener":         {before: "listen: 127.0.0.1:0", after: "listen: nowhere", says: "listen"},
	} {
		t.Run(name, func(t *testing.T) {
			c := startConnected(t)
			c.ask(t)
			c.requireNoMore(t, func(n int) {
				changes := []string{"routerN", fmt.Sprintf("router%d", n)}
				if breaks.before != "" {
					changes = append(changes, breaks.before, breaks.after)
				}
				c.writeAll(t, append(changes, `prefix: "N:"`, fmt.Sprintf(`prefix: "%d:"`, n))...)
				if breaks.file != "" {
					c.write(t, breaks.file, breaks.text)
				}
				_, err := c.server.reload(t.Context(), false)
				require.ErrorContains(t, err, breaks.says)
				c.ask(t)
			})
		})
	}
}

// TestARequestInFlightKeepsItsParts checks a request whose body arrives after two reloads, of which
// the second replaced Redis: it can still use it. With onFailure: closed it would be refused
// otherwise.
func TestARequestInFlightKeepsItsParts(t *testing.T) {
	t.Parallel()
	c := startConnected(t)
	reload := func(prefix string) {
		c.writeAll(t, `"N:"`, prefix, "rules:", "onFailure: closed\n  rules:")
		_, err := c.server.reload(t.Context(), false)
		require.NoError(t, err)
	}
	reload(`"1:"`)
	body, client := io.Pipe()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", body)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	answered := make(chan struct{})
	go func() { defer close(answered); c.server.ServeHTTP(w, r) }()
	_, err := io.WriteString(client, `{"query":`) // the router reads the body
	require.NoError(t, err)
	reload(`"1:"`) // replaces the gateway alone
	reload(`"2:"`)
	c.ask(t)
	_, err = io.WriteString(client, `"{ b }"}`)
	require.NoError(t, err)
	require.NoError(t, client.Close())
	<-answered
	require.JSONEq(t, `{"data":{"b":"2"}}`, w.Body.String())
}

func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("this system does not list open files")
	}
	return len(entries)
}
