package graph_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// feed reads server-sent events.
type feed struct {
	t     testing.TB
	lines *bufio.Scanner
}

// watch subscribes to an order.
func (c client) watch(t testing.TB, orderID string) feed {
	t.Helper()
	body, err := json.Marshal(map[string]any{
		"query":     `subscription ($id: ID!) { orderChanged(id: $id) { id version status totalQuantity items { product { id } } } }`,
		"variables": map[string]any{"id": orderID},
	})
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.url, bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Authorization", "Bearer "+c.token)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	t.Cleanup(func() { _ = response.Body.Close() })
	require.Equal(t, "text/event-stream", response.Header.Get("Content-Type"))
	return feed{t, bufio.NewScanner(response.Body)}
}

// next returns the next response; more is false if the feed is complete.
func (f feed) next() (a answer, more bool) {
	f.t.Helper()
	for f.lines.Scan() {
		if f.lines.Text() == "event: complete" {
			return a, false
		}
		if data, isData := strings.CutPrefix(f.lines.Text(), "data: "); isData {
			require.NoError(f.t, json.Unmarshal([]byte(data), &a))
			return a, true
		}
	}
	require.Fail(f.t, "the feed ended without a complete event", "%v", f.lines.Err())
	return a, false
}

func TestAnOrderIsFollowedLive(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c, tea := s.client(t), s.Stock(t, 1290)
	basket := at(t, c.good(t, changeItems, add(tea.ID, 1)), "changeOrderItems", "order", "id").(string)
	events := c.watch(t, basket)
	first, _ := events.next()
	require.Empty(t, first.Errors)
	require.Equal(t, 1.0, at(t, first.Data, "orderChanged", "totalQuantity"))
	c.buy(t, tea.ID)
	for status := ""; status != "CONFIRMED"; {
		change, more := events.next()
		require.True(t, more)
		status = at(t, change.Data, "orderChanged", "status").(string)
		require.Equal(t, tea.ID, at(t, change.Data, "orderChanged", "items", 0, "product", "id"))
	}

	session := s.issuer.Claims(c.userID)
	mine := client{s, c.userID, s.issuer.Sign(t, session)}.watch(t, basket)
	_, more := mine.next()
	require.True(t, more)
	s.revoked.Revoke(session.SessionID, session.ExpiresAt.Time)
	_, more = mine.next()
	require.False(t, more, "it ends with the session")
}

func TestUsersFollowOnlyTheirOwnOrders(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c, tea := s.client(t), s.Stock(t, 1290)
	order, _ := c.buy(t, tea.ID)
	for _, id := range []string{order, ids.New("ord"), "nonsense"} {
		events := s.client(t).watch(t, id)
		first, _ := events.next()
		require.Empty(t, first.Errors)
		require.Nil(t, at(t, first.Data, "orderChanged"), "another's is null")
		_, more := events.next()
		require.False(t, more)
	}
	expired := s.issuer.Claims(c.userID)
	expired.ExpiresAt = jwt.NewNumericDate(time.Now().Add(-time.Minute))
	for _, token := range []string{"", "x.y.z", s.issuer.Sign(t, expired)} {
		first, _ := client{s, c.userID, token}.watch(t, order).next()
		require.Equal(t, []string{"UNAUTHENTICATED"}, first.codes())
		require.Nil(t, at(t, first.Data, "orderChanged"))
	}
}

func TestASubscriptionIsAnsweredWithEventsOnly(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	status, reply := s.client(t).post(t, []byte(`{"query": "subscription { orderChanged(id: \"x\") { id } }"}`))
	require.Equal(t, http.StatusNotAcceptable, status)
	require.Contains(t, string(reply), "text/event-stream")
}

// TestSubscriptionsAreBounded watches as many orders as allowed, and one more.
func TestSubscriptionsAreBounded(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c, tea := s.client(t), s.Stock(t, 1290)
	order, _ := c.buy(t, tea.ID)
	for range sales.MaximumWatched {
		first, _ := c.watch(t, order).next()
		require.Equal(t, order, at(t, first.Data, "orderChanged", "id"))
	}
	events := c.watch(t, order)
	refused, _ := events.next()
	require.Equal(t, []string{"RATE_LIMITED"}, refused.codes())
	require.Nil(t, at(t, refused.Data, "orderChanged"))
	_, more := events.next()
	require.False(t, more)
	staff, _ := s.staff(t).watch(t, order).next()
	require.Equal(t, order, at(t, staff.Data, "orderChanged", "id"))
}
