//go:build !race

package gateway_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/gateway"
)

// TestUnrestrictedSchemasCostNothing checks that the step allocates nothing for an operation
// without restricted fields, with a schema that has restrictions and with one that has none.
func TestUnrestrictedSchemasCostNothing(t *testing.T) {
	allocations := func(sdl string) float64 {
		g := newRestricted(t, map[string]string{"a": sdl}, nil, gateway.Authorization{})
		const body = `{"query":"{ __typename }"}`
		return testing.AllocsPerRun(200, func() {
			r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			g.ServeHTTP(httptest.NewRecorder(), r)
		})
	}
	without := allocations(accessLink + `type Query { a: Int }`)
	require.InDelta(t, without, allocations(accessLink+`type Query { a: Int b: Int @signedIn }`), 0.5)
}
