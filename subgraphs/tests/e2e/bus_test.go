//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheBusRefusesStrangers has somebody with access to the bus try to end a shopper's session
// and to purge the shop's streams.
func TestTheBusRefusesStrangers(t *testing.T) {
	t.Parallel()
	s := startWithShopper(t)
	url := "nats://" + s.addresses["nats"]
	stranger, err := nats.Connect(url)
	if err == nil {
		defer stranger.Close()
		forge(t, stranger, s)
	}
	require.ErrorIs(t, err, nats.ErrAuthorization)

	// With product's key the client can connect, but it may not publish for user.
	key, err := nats.NkeyOptionFromSeed(filepath.Join(s.data, "bus", "product", "key"))
	require.NoError(t, err)
	violations := make(chan error, 10)
	product, err := nats.Connect(url, key, nats.CustomInboxPrefix("_INBOX.product"),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { violations <- err }))
	require.NoError(t, err)
	defer product.Close()
	s.violations = 2
	forge(t, product, s)
	for _, subject := range []string{"user.session.revoked", "$JS.API.STREAM.PURGE.CATALOGUE"} {
		require.ErrorContains(t, <-violations, fmt.Sprintf("%q", subject))
	}
	s.order(t, s.products[0], s.products[1]) // the session and the streams still work
}

// forge revokes the shopper's session and purges the catalogue.
func forge(t *testing.T, as *nats.Conn, s shopper) {
	t.Helper()
	session := s.right(t, `{ me { sessions { id } } }`, nil).text("me.sessions.0.id")
	require.NotEmpty(t, session)
	revoked := fmt.Sprintf(`{"sessionId":%q,"expiresAt":%q}`, session, time.Now().Add(time.Minute).Format(time.RFC3339))
	require.NoError(t, as.PublishMsg(&nats.Msg{
		Subject: "user.session.revoked", Data: []byte(revoked), Header: nats.Header{"Nats-Msg-Id": {"forged"}},
	}))
	require.NoError(t, as.Publish("$JS.API.STREAM.PURGE.CATALOGUE", nil))
	require.NoError(t, as.Flush())
}

// requirePermitted checks that no service tried to use the bus without permission.
func (s *system) requirePermitted() {
	s.t.Helper()
	log, err := os.ReadFile(filepath.Join(s.logs, "nats"))
	require.NoError(s.t, err)
	var violations []string
	for line := range strings.Lines(string(log)) {
		if strings.Contains(line, "Violation") {
			violations = append(violations, line)
		}
	}
	assert.Len(s.t, violations, s.violations, "%s", strings.Join(violations, ""))
}
