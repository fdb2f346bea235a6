package main

import (
	"bytes"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/store"
	"github.com/trefoil-graph/trefoil/subgraphs/user/token"
)

// keys are the signing keys of a service whose clock the test moves.
type keys struct {
	t    *testing.T
	kept *store.Store
	now  time.Time
	ring *token.Keyring
}

func newKeys(t *testing.T) *keys {
	t.Helper()
	kept := openStore(t, sqldbtest.New(t))
	k := &keys{t: t, kept: kept, now: time.Now()}
	var err error
	k.ring, err = token.Open(t.Context(), kept, func() time.Time { return k.now })
	require.NoError(t, err)
	return k
}

func openStore(t *testing.T, database string) *store.Store {
	t.Helper()
	db := sqldbtest.Open(t, database)
	out, err := outbox.New(t.Context(), db)
	require.NoError(t, err)
	kept, err := store.New(t.Context(), db, out)
	require.NoError(t, err)
	return kept
}

func (k *keys) forward(d time.Duration) {
	k.t.Helper()
	k.now = k.now.Add(d)
	require.NoError(k.t, k.ring.Renew(k.t.Context()))
}

// sign returns a token that stays valid for the whole test, because verifiers use the real clock.
func (k *keys) sign() string {
	k.t.Helper()
	session := account.Session{ID: ids.New("ses"), UserID: ids.New("usr")}
	signed, err := k.ring.Sign(account.User{Role: auth.Customer}, session, k.now, time.Now().Add(time.Hour))
	require.NoError(k.t, err)
	return signed
}

// states returns the states of the keys, such as "retired active next".
func (k *keys) states() string {
	k.t.Helper()
	all, err := token.List(k.t.Context(), k.kept)
	require.NoError(k.t, err)
	var states []string
	for i := range all {
		states = append(states, string(token.StateOf(all, i, k.now)))
	}
	return strings.Join(states, " ")
}

func keyID(t *testing.T, signed string) any {
	t.Helper()
	parsed, _, err := jwt.NewParser().ParseUnverified(signed, jwt.MapClaims{})
	require.NoError(t, err)
	return parsed.Header["kid"]
}

func TestRotationLogsNobodyOut(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	server := httptest.NewServer(k.ring)
	defer server.Close()
	cache := filepath.Join(t.TempDir(), "jwks.json")
	// accepts reports whether a service with the last published keys accepts a token at its time
	// of issue.
	accepts := func(signed string) bool {
		var claims auth.Claims
		_, _, err := jwt.NewParser().ParseUnverified(signed, &claims)
		require.NoError(t, err)
		issued := func() time.Time { return claims.IssuedAt.Time }
		verifier := auth.NewVerifierAt(auth.NewRemoteKeys(server.URL, cache, quiet()), auth.NewDenyList(), issued)
		_, err = verifier.Verify(t.Context(), signed)
		return err == nil
	}
	old := k.sign()
	require.True(t, accepts(old))
	require.Equal(t, "active", k.states())

	_, err := token.Rotate(t.Context(), k.kept, k.now)
	require.NoError(t, err)
	_, err = token.Rotate(t.Context(), k.kept, k.now)
	require.NoError(t, err)
	require.Equal(t, "active next", k.states(), "a second rotation adds no key")
	k.forward(5 * time.Minute)
	require.Equal(t, keyID(t, old), keyID(t, k.sign()), "the next key is published but does not sign yet")

	fetched := auth.NewRemoteKeys(server.URL, cache, quiet()) // every service fetches them every five minutes
	_, err = auth.NewVerifier(fetched, auth.NewDenyList()).Verify(t.Context(), unknownKey(t))
	require.Error(t, err)

	k.forward(10 * time.Minute)
	require.Equal(t, "retired active", k.states())
	fresh := k.sign()
	require.NotEqual(t, keyID(t, old), keyID(t, fresh))
	server.CloseClientConnections()
	server.Config.Handler = nil // user is down: the other services use the keys they have
	require.True(t, accepts(fresh), "the new key was known before its first token")
	require.True(t, accepts(old), "tokens of the old key stay valid")
	server.Config.Handler = k.ring

	k.forward(auth.TokenLife)
	require.Equal(t, "retired active", k.states(), "a token of the old key may still be valid")
	k.forward(2 * time.Minute)
	require.Equal(t, "active", k.states(), "none does")
	require.NotContains(t, string(k.ring.JWKS()), keyID(t, old))
	_, err = auth.NewVerifier(k.ring, auth.NewDenyList()).Verify(t.Context(), old)
	require.Error(t, err)
	require.True(t, accepts(fresh))
}

// unknownKey returns a token signed by an unknown key, which makes services fetch the keys again.
func unknownKey(t *testing.T) string {
	t.Helper()
	return newKeys(t).sign()
}

func TestKeysAreRotatedByAge(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	k.forward(29 * 24 * time.Hour)
	require.Equal(t, "active", k.states())
	k.forward(24 * time.Hour)
	require.Equal(t, "active next", k.states())
	k.forward(time.Minute)
	require.Equal(t, "active next", k.states())
	k.forward(14 * time.Minute)
	require.Equal(t, "retired active", k.states())
	k.forward(365 * 24 * time.Hour) // the service was down for a year
	require.Equal(t, "active next", k.states())

	other, err := token.Open(t.Context(), k.kept, func() time.Time { return k.now })
	require.NoError(t, err)
	require.Equal(t, string(k.ring.JWKS()), string(other.JWKS()), "services of one database share the keys")
}

// A browser whose access token was signed by a deleted key refreshes and continues.
func TestSessionsOutliveKeys(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	browser := s.browser(t)
	browser.register("ada")
	browser.data(signIn, credentials("ada", password))
	s.change(t, `UPDATE signing_keys SET id = 'key_another'`)
	require.NoError(t, s.keys.Renew(t.Context()))
	require.Equal(t, []string{"UNAUTHENTICATED"}, browser.do(me, nil).codes())
	require.Empty(t, browser.do(renew, nil).Errors)
	require.Contains(t, browser.data(me, nil), "ada")
}

func TestKeyCommand(t *testing.T) {
	t.Parallel()
	database := sqldbtest.New(t)
	kept := openStore(t, database)
	_, err := token.Open(t.Context(), kept, time.Now)
	require.NoError(t, err)
	said := func(status int, words ...string) string {
		var out bytes.Buffer
		require.Equal(t, status, program().Run(t.Context(), append([]string{"key", "-database", database}, words...), &out, &out), out.String())
		return out.String()
	}
	line := func(state string) string { return `key_[a-z0-9]+  ` + state + ` +signs from 2\S+Z\n` }
	require.Regexp(t, regexp.MustCompile(`^`+line("active")+`$`), said(0, "list"))
	require.Regexp(t, regexp.MustCompile(`^`+line("active")+line("next")+`$`), said(0, "rotate"))
	require.Regexp(t, regexp.MustCompile(`^`+line("active")+line("next")+`$`), said(0, "rotate"))
	require.Equal(t, said(0, "list"), said(0), "without an argument it lists the keys")
	require.Contains(t, said(2, "drop"), "user key [list|rotate]")
}
