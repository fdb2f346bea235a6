package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/store"
	"github.com/trefoil-graph/trefoil/subgraphs/user/token"
)

const password = "a long enough one"

// service is the user service with its real handler and database, and cheap hashes.
type service struct {
	url  string
	db   *sqldb.DB
	keys *token.Keyring
	kept *store.Store
	hash *account.Hasher
	// stopAnswering leaves requests for new passwords unanswered.
	stopAnswering func()
}

func newService(t *testing.T, secure bool) *service {
	t.Helper()
	return newServiceWith(t, secure, func(string) string { return "" })
}

// newServiceWith returns a service with environment variables.
func newServiceWith(t *testing.T, secure bool, env func(string) string) *service {
	t.Helper()
	return newServiceAt(t, secure, env, time.Now)
}

// newServiceAt returns a service with the test's clock.
func newServiceAt(t *testing.T, secure bool, env func(string) string, now func() time.Time) *service {
	t.Helper()
	return newServiceOf(t, secure, env, func(c *choices) { c.now = now })
}

// newServiceOf returns a service with the test's choices.
func newServiceOf(t *testing.T, secure bool, env func(string) string, choose func(*choices)) *service {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldbtest.New(t))
	require.NoError(t, err)
	out, err := outbox.New(t.Context(), db)
	require.NoError(t, err)
	kept, err := store.New(t.Context(), db, out)
	require.NoError(t, err)
	config := settings.Settings{Public: "http://127.0.0.1:4000"}
	if secure {
		config.Public = "https://shop.example.org"
	}
	chosen, err := choicesOf(config, env, quiet())
	require.NoError(t, err)
	chosen.hasher = account.NewHasher(account.Cost{MemoryKiB: 8, Passes: 1, Threads: 1})
	choose(&chosen)
	core, err := build(t.Context(), kept, chosen, config, quiet())
	require.NoError(t, err)
	server := httptest.NewServer(serve.Handler(serve.Config{Log: quiet(), GraphQL: core.handler, Ready: db.Ping}))
	ctx, stop := context.WithCancel(context.Background())
	answering := make(chan error, 1)
	go func() { answering <- core.accounts.AnswerResets(ctx) }()
	stopAnswering := sync.OnceFunc(func() {
		stop()
		require.NoError(t, <-answering)
	})
	t.Cleanup(func() {
		stopAnswering()
		server.Close()
		require.NoError(t, db.Close())
	})
	return &service{url: server.URL + "/graphql", db: db, keys: core.keyring, kept: kept, hash: chosen.hasher, stopAnswering: stopAnswering}
}

// api returns a client without cookies, browser one with them.
func (s *service) api(t *testing.T) *client {
	t.Helper()
	return &client{t: t, url: s.url, http: http.DefaultClient}
}

func (s *service) browser(t *testing.T) *client {
	t.Helper()
	cookies, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &client{t: t, url: s.url, http: &http.Client{Jar: cookies}}
}

// sending returns a client that sends a Cookie header with each request.
func (s *service) sending(t *testing.T, cookies string) *client {
	t.Helper()
	c := s.api(t)
	c.http = &http.Client{Transport: withCookies(cookies)}
	return c
}

type withCookies string

func (c withCookies) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("Cookie", string(c))
	return http.DefaultTransport.RoundTrip(r)
}

type client struct {
	t     *testing.T
	url   string
	http  *http.Client
	token string
}

type response struct {
	status  int
	cookies map[string]*http.Cookie
	Data    json.RawMessage
	Errors  []struct {
		Message    string
		Path       []any
		Extensions struct{ Code string }
	}
}

func (r response) codes() []string {
	var codes []string
	for _, e := range r.Errors {
		codes = append(codes, e.Extensions.Code)
	}
	return codes
}

// do sends an operation and returns its response.
func (c *client) do(query string, variables any) response {
	c.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(c.t, err)
	return c.send(string(body))
}

func (c *client) send(body string) response {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.url, bytes.NewReader([]byte(body)))
	require.NoError(c.t, err)
	request.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	answer, err := c.http.Do(request)
	require.NoError(c.t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	require.NoError(c.t, err)
	got := response{status: answer.StatusCode, cookies: map[string]*http.Cookie{}}
	require.NoError(c.t, json.Unmarshal(text, &got), string(text))
	for _, cookie := range answer.Cookies() {
		got.cookies[cookie.Name] = cookie
	}
	return got
}

// data sends an operation that must succeed, and returns its data.
func (c *client) data(query string, variables any) string {
	c.t.Helper()
	got := c.do(query, variables)
	require.Empty(c.t, got.Errors)
	return string(got.Data)
}

// read sends an operation that must succeed, and decodes its data.
func (c *client) read(into any, query string, variables any) {
	c.t.Helper()
	require.NoError(c.t, json.Unmarshal([]byte(c.data(query, variables)), into))
}

func (c *client) register(name string) (userID string) {
	c.t.Helper()
	var got struct {
		Register struct {
			User   struct{ ID string }
			Errors []any
		}
	}
	c.read(&got, `mutation($input:RegisterInput!){register(input:$input){user{id} errors{__typename}}}`, map[string]any{
		"input": map[string]any{
			"username": name, "email": name + "@example.org", "firstName": "Ada", "lastName": "Löve; \"x\"", "password": password,
		},
	})
	require.Empty(c.t, got.Register.Errors)
	return got.Register.User.ID
}

type tokens struct{ AccessToken, RefreshToken, ExpiresAt string }

func (c *client) createToken(login string) tokens {
	c.t.Helper()
	return c.createTokenWith(login, password)
}

func (c *client) createTokenWith(login, password string) tokens {
	c.t.Helper()
	var got struct {
		CreateToken struct {
			Token  tokens
			Errors []any
		}
	}
	c.read(&got, `mutation($input:CredentialsInput!){createToken(input:$input){token{accessToken refreshToken expiresAt} errors{__typename}}}`,
		credentials(login, password))
	require.Empty(c.t, got.CreateToken.Errors)
	return got.CreateToken.Token
}

func credentials(login, password string) map[string]any {
	return map[string]any{"input": map[string]any{"login": login, "password": password}}
}
