package account_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

func refresh(t *testing.T, s *account.Service, kind account.Kind, token string) (account.Grant, bool) {
	t.Helper()
	return refreshFrom(t, s, kind, token, account.Client{})
}

func refreshFrom(t *testing.T, s *account.Service, kind account.Kind, token string, from account.Client) (account.Grant, bool) {
	t.Helper()
	grant, err := s.Refresh(t.Context(), kind, token, from)
	if err != nil {
		require.ErrorAs(t, err, new(account.SessionEnded))
	}
	return grant, err == nil
}

func TestRefreshRotates(t *testing.T) {
	t.Parallel()
	for _, kind := range []account.Kind{account.API, account.Browser} {
		s, clock := newService(t)
		user := register(t, s, ada())
		grant := login(t, s, kind, "ada")
		for range 5 {
			clock.forward(account.SessionLife - time.Second) // each refresh extends the session
			next, ok := refresh(t, s, kind, grant.RefreshToken)
			require.True(t, ok)
			require.NotEqual(t, grant.RefreshToken, next.RefreshToken)
			require.NotEqual(t, grant.AccessToken, next.AccessToken)
			require.Equal(t, user.ID, next.User.ID)
			require.Equal(t, clock.Now().Add(account.SessionLife), next.SessionExpiresAt)
			grant = next
		}
		clock.forward(account.SessionLife)
		_, ok := refresh(t, s, kind, grant.RefreshToken)
		require.False(t, ok, "an unused session ends")
	}
}

func TestReuseEndsTheSessionAndNoOther(t *testing.T) {
	t.Parallel()
	for _, kind := range []account.Kind{account.API, account.Browser} {
		s, _ := newService(t)
		register(t, s, ada())
		stolen, other := login(t, s, kind, "ada"), login(t, s, kind, "ada")
		next, ok := refresh(t, s, kind, stolen.RefreshToken)
		require.True(t, ok)
		last, ok := refresh(t, s, kind, next.RefreshToken)
		require.True(t, ok)

		_, ok = refresh(t, s, kind, stolen.RefreshToken)
		require.False(t, ok)
		_, ok = refresh(t, s, kind, last.RefreshToken)
		require.False(t, ok, "the whole family ends")
		_, ok = refresh(t, s, kind, other.RefreshToken)
		require.True(t, ok)
	}
}

// The client loses the answer to a refresh, asks again, and continues.
func TestALostRefreshAnswerIsRepeated(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ first, again account.Client }{
		"the same address":          {account.Client{Address: "192.0.2.1"}, account.Client{Address: "192.0.2.1"}},
		"a device at a new address": {account.Client{Address: "192.0.2.1", Device: "d"}, account.Client{Address: "192.0.2.2", Device: "d"}},
	} {
		s, clock := newService(t)
		register(t, s, ada())
		lost := login(t, s, account.Browser, "ada").RefreshToken
		first, ok := refreshFrom(t, s, account.Browser, lost, c.first)
		require.True(t, ok, name)
		for range 3 {
			clock.forward(10 * time.Second)
			again, ok := refreshFrom(t, s, account.Browser, lost, c.again)
			require.True(t, ok, name)
			require.Equal(t, first.RefreshToken, again.RefreshToken, name)
			require.Equal(t, first.SessionExpiresAt, again.SessionExpiresAt, name)
			require.Equal(t, clock.Now().Add(accessLife), again.AccessExpiresAt, name)
		}
		next, ok := refreshFrom(t, s, account.Browser, first.RefreshToken, c.again)
		require.True(t, ok, name)
		_, ok = refreshFrom(t, s, account.Browser, lost, c.again)
		require.False(t, ok, "an older token than the last two ends the session")
		_, ok = refreshFrom(t, s, account.Browser, next.RefreshToken, c.again)
		require.False(t, ok, name)
	}
}

func TestReuseEndsTheSessionLaterOrElsewhere(t *testing.T) {
	t.Parallel()
	home := account.Client{Address: "192.0.2.1"}
	for name, c := range map[string]struct {
		first, again account.Client
		after        time.Duration
	}{
		"later":                    {home, home, 30*time.Second + time.Microsecond},
		"another address":          {home, account.Client{Address: "192.0.2.2"}, 0},
		"another device":           {account.Client{Address: "192.0.2.1", Device: "d"}, account.Client{Address: "192.0.2.1", Device: "e"}, 0},
		"the same without device":  {account.Client{Address: "192.0.2.1", Device: "d"}, home, 0},
		"a device for its address": {home, account.Client{Device: "192.0.2.1"}, 0},
	} {
		s, clock := newService(t)
		register(t, s, ada())
		stolen := login(t, s, account.API, "ada").RefreshToken
		next, ok := refreshFrom(t, s, account.API, stolen, c.first)
		require.True(t, ok, name)
		clock.forward(c.after)
		_, ok = refreshFrom(t, s, account.API, stolen, c.again)
		require.False(t, ok, name)
		_, ok = refreshFrom(t, s, account.API, next.RefreshToken, c.first)
		require.False(t, ok, name)
	}
}

// Concurrent requests of one client, such as two tabs, all get the same token.
func TestConcurrentRefreshesGetTheSameToken(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	register(t, s, ada())
	token := login(t, s, account.Browser, "ada").RefreshToken
	tokens := make(chan string, 10)
	var all sync.WaitGroup
	for range cap(tokens) {
		all.Go(func() {
			grant, err := s.Refresh(t.Context(), account.Browser, token, account.Client{})
			if err != nil {
				t.Error(err)
			}
			tokens <- grant.RefreshToken
		})
	}
	all.Wait()
	first := <-tokens
	for range cap(tokens) - 1 {
		require.Equal(t, first, <-tokens)
	}
}

// When the owner uses the stolen token, the theft is noticed, however old that token is.
func TestReuseOfAnOldTokenIsNoticed(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	register(t, s, ada())
	stolen := login(t, s, account.API, "ada")
	thief := stolen
	for range 500 {
		clock.forward(10 * time.Minute)
		next, ok := refresh(t, s, account.API, thief.RefreshToken)
		require.True(t, ok)
		thief = next
	}
	_, ok := refresh(t, s, account.API, stolen.RefreshToken)
	require.False(t, ok)
	_, ok = refresh(t, s, account.API, thief.RefreshToken)
	require.False(t, ok)
}

func TestRefreshRefuses(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	register(t, s, ada())
	browser, api := login(t, s, account.Browser, "ada"), login(t, s, account.API, "ada")
	for _, c := range []struct {
		kind  account.Kind
		token string
	}{
		{account.API, ""}, {account.API, "nonsense"}, {account.API, strings.Repeat("A", len(api.RefreshToken))},
		{account.API, api.RefreshToken + "A"}, {account.API, api.RefreshToken[:len(api.RefreshToken)-1]}, {account.API, api.AccessToken},
		{account.API, browser.RefreshToken}, {account.Browser, api.RefreshToken},
	} {
		_, ok := refresh(t, s, c.kind, c.token)
		require.False(t, ok)
	}
	_, ok := refresh(t, s, account.API, api.RefreshToken)
	require.True(t, ok, "refused requests leave the session intact")
}

func TestLogout(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	user := register(t, s, ada())
	other := ada()
	other.Username, other.Email = "bob", "bob@example.org"
	register(t, s, other)
	bobs := login(t, s, account.Browser, "bob")

	var sessions []account.Session
	var grants []account.Grant
	for range 3 {
		grant := login(t, s, account.Browser, "ada")
		session, err := s.SessionOf(t.Context(), grant.RefreshToken)
		require.NoError(t, err)
		require.Equal(t, user.ID, session.UserID)
		grants, sessions = append(grants, grant), append(sessions, session)
	}
	revoked := func(i int) bool {
		revoked, err := s.Revoked(t.Context(), sessions[i].ID)
		require.NoError(t, err)
		return revoked
	}
	logout := func(i int, everywhere bool) int {
		ended, err := s.Logout(t.Context(), user.ID, sessions[i].ID, everywhere)
		require.NoError(t, err)
		return ended
	}

	require.Equal(t, 1, logout(0, false))
	require.Equal(t, []bool{true, false, false}, []bool{revoked(0), revoked(1), revoked(2)})
	require.Equal(t, 0, logout(0, false), "the session has already ended")
	_, ok := refresh(t, s, account.Browser, grants[0].RefreshToken)
	require.False(t, ok)
	_, err := s.SessionOf(t.Context(), grants[0].RefreshToken)
	require.ErrorIs(t, err, account.ErrNotFound)

	require.Equal(t, 2, logout(1, true))
	require.Equal(t, []bool{true, true, true}, []bool{revoked(0), revoked(1), revoked(2)})
	_, ok = refresh(t, s, account.Browser, bobs.RefreshToken)
	require.True(t, ok, "others stay")

	clock.forward(2 * account.SessionLife)
	login(t, s, account.API, "ada") // deletes expired sessions
	require.True(t, revoked(0), "an unknown session counts as revoked")
}
