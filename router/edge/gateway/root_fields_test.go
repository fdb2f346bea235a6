package gateway_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/gateway"
)

// TestRootFieldsOfARequestToASubgraph checks that a request to a subgraph has at most 100 root
// fields, including look-ups, because services refuse more. The router refuses an operation that
// needs more with one error, before it sends a request to any subgraph.
func TestRootFieldsOfARequestToASubgraph(t *testing.T) {
	t.Parallel()
	shop := newShop(t, gateway.EngineOptions{})
	for name, c := range map[string]struct {
		document string
		value    float64 // 0: answered
	}{
		"100 products":           {"{" + times(100, `a#:product(slug:"s#"){id}`) + "}", 0},
		"101 products":           {"{" + times(101, `a#:product(slug:"s#"){id}`) + "}", 101},
		"101 in fragments":       {"{" + times(51, `a#:product(slug:"s#"){id}`) + "... {" + times(50, `b#:product(slug:"s#"){id}`) + "}}", 101},
		"one field often":        {"{" + times(200, `a:product(slug:"s"){id}`) + "}", 0},
		"of two services":        {"{" + times(100, `a#:product(slug:"s#"){id} b#:me{id}`) + "}", 0},
		"101 with conditions":    {"query($x:Boolean!=true){" + times(101, `a#:product(slug:"s#")@include(if:$x){id}`) + "}", 101},
		"101 beside __typename":  {"{__typename " + times(101, `a#:product(slug:"s#"){id}`) + "}", 101},
		"200 times __typename":   {"{" + times(200, `a#:__typename `) + "}", 0},
		"look-ups of one kind":   {"{me{" + times(101, "a#:basket{items{product{id title}}}") + "}}", 0},
		"look-ups of 101 kinds":  {"{me{" + times(101, "a#:basket{items{product{x#:title}}}") + "}}", 101},
		"look-ups behind others": {"{" + times(100, `a#:product(slug:"s#"){id}`) + "me{" + times(101, "a#:basket{items{product{x#:title}}}") + "}}", 101},
	} {
		got := shop.do(t, query(c.document))
		if c.value == 0 {
			require.Empty(t, got.Errors, name)
			continue
		}
		require.Equal(t, http.StatusBadRequest, got.status, name)
		require.Len(t, got.Errors, 1, "%s: %.300s", name, got.body)
		require.NotContains(t, got.body, `"data"`, name)
		require.Equal(t, "The operation needs 101 root fields of one service, look-ups among them, "+
			"and 100 are allowed. Send it in several requests.", got.Errors[0].Message, name)
		extensions := got.Errors[0].Extensions
		delete(extensions, "requestId")
		require.Equal(t, map[string]any{
			"code": "OPERATION_TOO_LARGE", "limit": "rootFields", "max": 100.0, "value": c.value,
		}, extensions, name)
	}
}
