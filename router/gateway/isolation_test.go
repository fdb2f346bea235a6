package gateway_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/compose"
	"github.com/trefoil-graph/trefoil/router/fetch"
	"github.com/trefoil-graph/trefoil/router/gateway"
	"github.com/trefoil-graph/trefoil/router/subgraph"
)

const (
	userSchema = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
		type Query { who(note: String): User friends(note: String): [User!] }
		type Mutation { tell(note: String): User }
		type User @key(fields: "id") { id: ID! note: String }`
	secretSchema = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
		type User @key(fields: "id") { id: ID! secret: String }`
	users = 200
)

// people is a router over two subgraphs that tell everyone who they think that one is.
type people struct {
	gateway *gateway.Gateway
	url     string // where the gateway is served, as the router serves it
	client  *http.Client
	asked   atomic.Int64 // requests to subgraphs
	told    atomic.Int64 // mutations among them
}

func newPeople(t testing.TB) *people {
	t.Helper()
	p := &people{}
	log := slog.New(slog.DiscardHandler)
	p.gateway = gateway.New(gateway.Options{BodyBytes: 10_000, Log: log, Web: http.NotFoundHandler()})
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
	client := fetch.NewClient(rules, fetch.Limits{ResponseBytes: 100_000, Connections: 64})
	t.Cleanup(client.Close)
	engine, err := gateway.NewEngine(schema, client, gateway.EngineOptions{
		CachedOperations: 10, ShareOperations: true, ShareSubgraphRequests: true, Log: log,
	})
	require.NoError(t, err)
	p.gateway.Use(engine)
	p.serve(t)
	return p
}

// serve lets some clients come by real connections.
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

// serveSubgraph answers for both subgraphs: the user is the caller, by header or cookie, and the secret is the caller's,
// and of the one whose secret is asked for. The notes "error" and "seen" have an error, and a header for the client.
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

// friends are many, of whom most come again: some 10 KB.
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
	// distant: by a connection.
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

// ask sends an operation with a note, and returns what is wrong with the answer.
func (p person) ask(ctx context.Context, kind, note string) error {
	operation := `query($n: String) { who(note: $n) { id note secret } }`
	switch kind {
	case "tell":
		operation = `mutation($n: String) { tell(note: $n) { id note secret } }`
	case "friends":
		operation = `query($n: String) { friends(note: $n) { id note secret } }`
	}
	request := queryWith(operation, map[string]any{"n": note}).WithContext(ctx)
	if p.header != "" {
		request.Header.Set("Authorization", p.header)
	}
	if p.cookie != "" {
		request.Header.Set("Cookie", "other=of-one-request; session="+p.cookie)
	}
	body, header, err := p.send(request)
	if ctx.Err() != nil || err != nil {
		return err // nobody reads it
	}
	want := fmt.Sprintf(`{"data":{%q:{"id":%q,"note":%q,"secret":"%s of %s"}}}`, kind, p.name(), note, p.name(), p.name())
	id := header.Get("X-Request-Id")
	if kind == "friends" {
		want = `{"data":{"friends":` + friends(p.name(), note, `{"id":%[1]q,"note":%[2]q,"secret":"`+p.name()+` of %[1]s"}`) + `}}`
	}
	if note == "error" {
		want = fmt.Sprintf(`{"errors":[{"message":"no answer for %s","path":["who"],"extensions":`+
			`{"code":"DOWNSTREAM_SERVICE_ERROR","subgraph":"users","requestId":%q}}],"data":{"who":null}}`, p.name(), id)
	}
	if body != want {
		return fmt.Errorf("%s got %s, not %s", p.name(), body, want)
	}
	wantSeen := ""
	if note == "seen" {
		wantSeen = p.name() + " by " + id
	}
	if got := header.Get("X-Seen"); got != wantSeen {
		return fmt.Errorf("%s got x-seen %q, not %q", p.name(), got, wantSeen)
	}
	return nil
}

// send returns no error if the client has gone.
func (p person) send(request *http.Request) (body string, header http.Header, err error) {
	if !p.distant {
		recorder := httptest.NewRecorder()
		p.gateway.ServeHTTP(recorder, request)
		return recorder.Body.String(), recorder.Header(), nil
	}
	address, err := url.Parse(p.url + request.URL.Path)
	if err != nil {
		return "", nil, err
	}
	request.URL, request.RequestURI = address, ""
	response, err := p.client.Do(request)
	if err == nil {
		defer response.Body.Close()
		var all []byte
		all, err = io.ReadAll(response.Body)
		body, header = string(all), response.Header
	}
	if request.Context().Err() != nil {
		err = nil
	}
	return body, header, err
}

var isolated = flag.Int("answers", 2000, "how many answers TestNobodyGetsAnothersData looks at")

// Users with different identities ask for the same at the same time, each from several clients, of which some go away
// before the answer. Errors and headers have the id of the very request that they answer, and mutations are all made.
func TestNobodyGetsAnothersData(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	var left, mutations atomic.Int64
	left.Store(int64(*isolated))
	var group sync.WaitGroup
	for i := range 2 * users {
		who, random := p.person(i/2), rand.New(rand.NewPCG(uint64(i), 1))
		group.Go(func() {
			for left.Add(-1) >= 0 && !t.Failed() {
				kind, note := "who", "a"
				switch n := random.IntN(20); {
				case n < 3:
					note = []string{"b", "error", "seen"}[n]
				case n < 5:
					kind = "friends"
				}
				ctx, cancel := context.WithCancel(t.Context())
				switch random.IntN(20) {
				case 0:
					kind, note = "tell", "a"
					mutations.Add(1)
				case 1:
					time.AfterFunc(time.Duration(random.IntN(1000))*time.Microsecond, cancel)
				}
				if err := who.ask(ctx, kind, note); err != nil {
					t.Error(err)
				}
				cancel()
			}
		})
	}
	group.Wait()
	require.Equal(t, mutations.Load(), p.told.Load())
	require.Less(t, p.asked.Load(), int64(*isolated)*19/10, "nothing was shared, and so nothing was tested")
	t.Log(p.asked.Load(), "requests to subgraphs for", *isolated, "answers")
}
