package auth_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/authtest"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/natstest"
)

func isRevoked(t *testing.T, denied *auth.DenyList, session string) bool {
	t.Helper()
	revoked, err := denied.Revoked(t.Context(), session)
	require.NoError(t, err)
	return revoked
}

func TestDenyListForgetsExpiredSessions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		denied := auth.NewDenyList()
		denied.Revoke("ses_a", time.Now().Add(auth.TokenLife))
		require.True(t, isRevoked(t, denied, "ses_a"))
		require.False(t, isRevoked(t, denied, "ses_b"))
		time.Sleep(auth.TokenLife) // in the bubble
		denied.Revoke("ses_b", time.Now().Add(auth.TokenLife))
		require.True(t, isRevoked(t, denied, "ses_a"), "clocks may differ")
		time.Sleep(2 * auth.Leeway)
		denied.Revoke("ses_c", time.Now().Add(auth.TokenLife))
		require.False(t, isRevoked(t, denied, "ses_a"))
		require.True(t, isRevoked(t, denied, "ses_b"))
	})
}

// follow runs a deny list that reads the stream, until stop is called.
func follow(t *testing.T, b *bus.Bus) (denied *auth.DenyList, stop func()) {
	t.Helper()
	denied = auth.NewDenyList()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- denied.Follow(ctx, b) }()
	return denied, func() {
		cancel()
		require.NoError(t, <-done)
	}
}

func revoke(t *testing.T, b *bus.Bus, session string) {
	t.Helper()
	data, err := json.Marshal(events.SessionRevoked{SessionID: session, ExpiresAt: time.Now().Add(auth.TokenLife)})
	require.NoError(t, err)
	publish(t, b, bus.Message{ID: "revoked-" + session, Subject: events.SessionSubject, Data: data})
}

// publish tries until the bus is connected.
func publish(t *testing.T, b *bus.Bus, m bus.Message) {
	t.Helper()
	require.Eventually(t, func() bool { return b.Publish(t.Context(), m) == nil }, 20*time.Second, 20*time.Millisecond)
}

func TestLogoutReachesOtherServicesAlsoAfterARestart(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	user, b := server.Connect(t, "user"), server.Connect(t, "order")
	issuer := authtest.New(t)
	claims := issuer.Claims(ids.New("usr"))
	token := issuer.Sign(t, claims)
	refuses := func(denied *auth.DenyList) func() bool {
		return func() bool {
			_, err := issuer.Verifier(t, denied).Verify(t.Context(), token)
			return err != nil
		}
	}

	running, stop := follow(t, b)
	require.False(t, refuses(running)())
	publish(t, user, bus.Message{ID: "nonsense", Subject: events.SessionSubject, Data: []byte("?")})
	revoke(t, user, claims.SessionID)
	require.Eventually(t, refuses(running), 20*time.Second, time.Millisecond)
	stop()

	restarted, stop := follow(t, b)
	defer stop()
	require.Eventually(t, refuses(restarted), 20*time.Second, time.Millisecond)
}

func TestAMalformedRevocationIsRefused(t *testing.T) {
	t.Parallel()
	denied := auth.NewDenyList()
	good := bus.Message{ID: "1", Subject: events.SessionSubject, Data: []byte(`{"sessionId":"ses_a","expiresAt":"2999-01-01T00:00:00Z"}`)}
	for name, m := range map[string]bus.Message{
		"no JSON":         {ID: "1", Subject: good.Subject, Data: []byte("?")},
		"no session":      {ID: "1", Subject: good.Subject, Data: []byte(`{"expiresAt":"2999-01-01T00:00:00Z"}`)},
		"no end":          {ID: "1", Subject: good.Subject, Data: []byte(`{"sessionId":"ses_a"}`)},
		"no id":           {Subject: good.Subject, Data: good.Data},
		"another subject": {ID: "1", Subject: "stock.reserved", Data: good.Data},
	} {
		require.ErrorIs(t, denied.Handle(t.Context(), m), auth.ErrBadRevocation, name)
	}
	require.False(t, isRevoked(t, denied, "ses_a"))
	require.NoError(t, denied.Handle(t.Context(), good))
	require.True(t, isRevoked(t, denied, "ses_a"))
}

// TestNoRevocationStaysForEver revokes a session for a thousand years. The list forgets it once
// no token of the session can be valid.
func TestNoRevocationStaysForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		denied := auth.NewDenyList()
		denied.Revoke("ses_a", time.Now().AddDate(1000, 0, 0))
		time.Sleep(auth.TokenLife + 3*auth.Leeway) // in the bubble
		denied.Revoke("ses_b", time.Now())
		require.False(t, isRevoked(t, denied, "ses_a"))
	})
}

// TestTheStreamKeepsRevocationsForAsLongAsTokensLive compares the stream's MaxAge with the life
// of tokens.
func TestTheStreamKeepsRevocationsForAsLongAsTokensLive(t *testing.T) {
	t.Parallel()
	require.Equal(t, auth.TokenLife+2*auth.Leeway, events.Sessions().MaxAge)
}
