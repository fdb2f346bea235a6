package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// cycle returns a query for a customer's orders, their buyer's orders, and so on.
func cycle(depth, first int, below string) string {
	for range depth {
		below = fmt.Sprintf("orders(first: %d) { nodes { user { %s } } }", first, below)
	}
	return "{ " + below + " }"
}

func TestACycleOfListsIsRefusedBeforeItIsExecuted(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t)
	before := s.DB.Statements()
	require.Equal(t, []string{"OPERATION_TOO_LARGE"}, c.ask(t, cycle(6, 100, "id"), nil).codes())
	require.Equal(t, before, s.DB.Statements())
	require.Empty(t, c.ask(t, cycle(2, 20, "id"), nil).codes())
}

func TestACycleEndsWhenItsAnswerIsTooLarge(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c, tea := s.client(t), s.Stock(t, 100)
	for range 22 {
		c.buy(t, tea.ID)
	}
	body, err := json.Marshal(map[string]string{
		"query": cycle(2, 22, "orders(first: 22) { nodes { id number status version totalQuantity } }"),
	})
	require.NoError(t, err)
	_, reply := c.post(t, body)
	require.Less(t, len(reply), 1000)
	require.Contains(t, string(reply), `"code":"RESPONSE_TOO_LARGE"`)
}

func TestAnIDThatIsTooLongIsNotLookedUp(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	admin, long := s.staff(t), strings.Repeat("a", 1<<19)
	before := s.DB.Statements()
	data := admin.good(t, `query($u:ID){allOrders(userId:$u){totalCount nodes{id}}}`, map[string]any{"u": long})
	require.EqualValues(t, 0, at(t, data, "allOrders", "totalCount"))
	require.Equal(t, before, s.DB.Statements())
	const change = `mutation($p:ID!){changeOrderItems(input:{changes:[{action:ADD,productId:$p,quantity:1}]}){errors{__typename}}}`
	data = admin.good(t, change, map[string]any{"p": "prd_unknown"})
	known := s.DB.Statements() - before
	require.Equal(t, data, admin.good(t, change, map[string]any{"p": long}))
	require.Less(t, s.DB.Statements()-before-known, known)
}
