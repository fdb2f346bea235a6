package gateway

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/planner"
)

// TestSharedErrorsStayAsTheyAre checks that many requests can share an error of preparing an
// operation: each response has the ID of its own request, and the error is unchanged.
func TestSharedErrorsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	invalid := &gqlerror.Error{Message: "invalid", Extensions: map[string]any{"code": operation.CodeValidation}}
	for name, shared := range map[string]error{
		"document": &operation.Error{Status: http.StatusBadRequest, Errors: gqlerror.List{invalid, invalid}},
		"plan":     &planner.Error{Code: planner.CodeTooLarge, Message: "too large"},
		"refusal":  refusal.New(http.StatusBadRequest, codeUnsupported, "not served"),
		"bare":     &operation.Error{Status: http.StatusBadRequest, Errors: gqlerror.List{{Message: "bare"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine := finder(t)
			engine.cache.prepare = func(key) (*prepared, error) { return nil, shared }
			g := New(Options{BodyBytes: 1000, Log: slog.New(slog.DiscardHandler)})
			g.Use(engine)
			before := fmt.Sprintf("%+v", shared)
			var group sync.WaitGroup
			for i := range 64 {
				group.Go(func() {
					request := httptest.NewRequest(http.MethodPost, graphqlPath, strings.NewReader(`{"query":"{a}"}`))
					request.Header.Set("Content-Type", "application/json")
					request.Header.Set(requestIDHeader, fmt.Sprint("request-", i))
					recorder := httptest.NewRecorder()
					g.ServeHTTP(recorder, request)
					body := recorder.Body.String()
					own := strings.Count(body, fmt.Sprintf(`"requestId":"request-%d"`, i))
					if own == 0 || own != strings.Count(body, `"requestId"`) {
						t.Errorf("request %d: %s", i, body)
					}
				})
			}
			group.Wait()
			require.Equal(t, before, fmt.Sprintf("%+v", shared))
			require.NotContains(t, invalid.Extensions, "requestId")
		})
	}
}
