package gateway_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
)

const (
	userSchema = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
		type Query { who(note: String): User friends(note: String): [User!] }
		type Mutation { tell(note: String): User }
		type Subscription { news: String }
		type User @key(fields: "id") { id: ID! note: String }`
	secretSchema = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
		type User @key(fields: "id") { id: ID! secret: String }`
	users = 200
	// bodyBytes, answerBytes and maxBytes limit a request, a subgraph's answer, and a response.
	bodyBytes   = 10_000
	answerBytes = 32_000
	maxBytes    = 24_000
)

// people is a router over two subgraphs whose answers name the caller.
type people struct {
	gateway *gateway.Gateway
	url     string // the address at which the gateway is served
	client  *http.Client
	asked   atomic.Int64 // requests to subgraphs
	told    atomic.Int64 // mutations among them
}

func newPeople(t testing.TB) *people {
	t.Helper()
	p := &people{}
	log := slog.New(slog.DiscardHandler)
	p.gateway = gateway.New(gateway.Options{BodyBytes: bodyBytes, Log: log, Web: http.NotFoundHandler()})
	var sources []subgraph.Source
	var rules []fetch.Subgraph
	for name, sdl := range map[string]string{"users": userSchema, "secrets": secretSchema} {
		server := httptest.NewServer(http.HandlerFunc(p.serveSubgraph))
		t.Cleanup(server.Close)
		sources = append(sources, subgraph.Source{Name: name, URL: server.URL, SDL: sdl})
		rules = append(rules, fetch.Subgraph{
			Name: name, URL: server.URL, Timeout: time.Minute,
			ForwardHeaders: []string{"authorization"}, ForwardCookies: []string{"session"}, ReturnHeaders: []string{"x-seen"},
		})
	}
	schema, _, err := compose.Compose(sources)
	require.NoError(t, err)
	client := fetch.NewClient(rules, fetch.Limits{ResponseBytes: answerBytes, Connections: 64, ConnectTimeout: time.Minute})
	t.Cleanup(client.Close)
	engine, err := gateway.NewEngine(schema, client, gateway.EngineOptions{
		CachedOperations: 10, MaxBytes: maxBytes, ShareOperations: true, ShareSubgraphRequests: true, Log: log,
		Errors: executor.ErrorRules{Unmasked: true}, // the messages name the caller
	})
	require.NoError(t, err)
	p.gateway.Use(engine)
	p.serve(t)
	return p
}

// serve lets some clients use real connections.
func (p *people) serve(t testing.TB) {
	t.Helper()
	server := &http.Server{Handler: p.gateway, ReadHeaderTimeout: time.Minute}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p.url = "http://" + listener.Addr().String()
	listener = gateway.JoinWrites(server, listener)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	transport := &http.Transport{MaxIdleConnsPerHost: 2 * users}
	t.Cleanup(transport.CloseIdleConnections)
	p.client = &http.Client{Transport: transport}
}

// serveSubgraph answers for both subgraphs. The user is the caller, by header or cookie. The
// secret names the caller and the user whose secret is requested. The note "error" causes an
// error, and "seen" a header for the client.
func (p *people) serveSubgraph(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Query     string
		Variables map[string]json.RawMessage
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.asked.Add(1)
	caller := r.Header.Get("Authorization")
	if cookie, err := r.Cookie("session"); err == nil {
		caller += "+" + cookie.Value
	}
	note := strings.Trim(string(asked.Variables["n"]), `"`)
	switch {
	case strings.Contains(asked.Query, "_entities"):
		p.serveSecrets(w, caller, asked.Variables)
	case note == "error":
		fmt.Fprintf(w, `{"data":{"who":null},"errors":[{"message":"no answer for %s","path":["who"]}]}`, caller)
	case note == "down":
		http.Error(w, "no answer for "+caller, http.StatusServiceUnavailable)
	case note == "large":
		w.Header().Set("Content-Length", strconv.Itoa(answerBytes+1))
		_, _ = io.WriteString(w, strings.Repeat("x", answerBytes+1))
	case note == "wide":
		wide := strings.Repeat("x", maxBytes*3/5)
		fmt.Fprintf(w, `{"data":{"a":{"note":%q},"b":{"note":%q}}}`, wide, wide)
	case strings.HasPrefix(asked.Query, "mutation"):
		p.told.Add(1)
		fmt.Fprintf(w, `{"data":{"tell":{"__typename":"User","id":%q,"note":%q}}}`, caller, note)
	case strings.Contains(asked.Query, "friends"):
		_, _ = io.WriteString(w, `{"data":{"friends":`+friends(caller, note, `{"__typename":"User","id":%q,"note":%q}`)+`}}`)
	default:
		if note == "seen" {
			w.Header().Set("X-Seen", caller+" by "+r.Header.Get("X-Request-Id"))
		}
		fmt.Fprintf(w, `{"data":{"who":{"__typename":"User","id":%q,"note":%q}}}`, caller, note)
	}
}

// friends returns a list of about 10 KB, in which most friends occur more than once.
func friends(of, note, each string) string {
	list := make([]string, 90)
	for i := range list {
		list[i] = fmt.Sprintf(each, fmt.Sprintf("%s's friend %d", of, i%4*i%7), note)
	}
	return "[" + strings.Join(list, ",") + "]"
}

func (p *people) serveSecrets(w io.Writer, caller string, variables map[string]json.RawMessage) {
	var secrets []string
	for _, list := range variables {
		var representations []struct{ ID string }
		_ = json.Unmarshal(list, &representations)
		for _, r := range representations {
			secrets = append(secrets, fmt.Sprintf(`{"__typename":"User","secret":%q}`, caller+" of "+r.ID))
		}
	}
	fmt.Fprintf(w, `{"data":{"_entities":[%s]}}`, strings.Join(secrets, ","))
}

// person is a client with an identity, which several clients may have.
type person struct {
	*people
	header, cookie string
	// distant is true if the client uses a connection.
	distant bool
}

func (p *people) person(i int) person {
	who := person{people: p, distant: i%4 == 0}
	if i%3 != 1 {
		who.header = fmt.Sprintf("user-%d", i)
	}
	if i%3 != 0 {
		who.cookie = fmt.Sprintf("session-%d", i)
	}
	return who
}

func (p person) name() string {
	if p.cookie == "" {
		return p.header
	}
	return p.header + "+" + p.cookie
}
