package auth_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/authtest"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/natstest"
)

func isRevoked(t *testing.T, denied *auth.DenyList, session string) bool {
	t.Helper()
	revoked, err := denied.Revoked(t.Context(), session)
	require.NoError(t, err)
	return revoked
}

func TestDenyListForgetsWhatIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		denied := auth.NewDenyList()
		denied.Revoke("ses_a", time.Now().Add(auth.TokenLife))
		require.True(t, isRevoked(t, denied, "ses_a"))
		require.False(t, isRevoked(t, denied, "ses_b"))
		time.Sleep(auth.TokenLife) // of the bubble
		denied.Revoke("ses_b", time.Now().Add(auth.TokenLife))
		require.True(t, isRevoked(t, denied, "ses_a"), "clocks may differ")
		time.Sleep(2 * auth.Leeway)
		denied.Revoke("ses_c", time.Now().Add(auth.TokenLife))
		require.False(t, isRevoked(t, denied, "ses_a"))
		require.True(t, isRevoked(t, denied, "ses_b"))
	})
}

func connect(t *testing.T, url string) *bus.Bus {
	t.Helper()
	b, err := bus.Connect(bus.Config{
		URL: url, Name: "test", Streams: []bus.Stream{auth.RevocationStream()}, Log: quiet(),
	})
	require.NoError(t, err)
	t.Cleanup(b.Close)
	return b
}

// follow is a service with a deny list, until the returned function stops it.
func follow(t *testing.T, b *bus.Bus) (denied *auth.DenyList, stop func()) {
	t.Helper()
	denied = auth.NewDenyList()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- denied.Follow(ctx, b, quiet()) }()
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

func TestLogoutIsFeltEverywhereAlsoAfterARestart(t *testing.T) {
	t.Parallel()
	b := connect(t, natstest.Start(t).URL)
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
	publish(t, b, bus.Message{ID: "nonsense", Subject: events.SessionSubject, Data: []byte("?")}) // is passed over
	revoke(t, b, claims.SessionID)
	require.Eventually(t, refuses(running), 20*time.Second, time.Millisecond)
	stop()

	restarted, stop := follow(t, b)
	defer stop()
	require.Eventually(t, refuses(restarted), 20*time.Second, time.Millisecond)
}
