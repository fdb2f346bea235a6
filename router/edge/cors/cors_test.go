package cors_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/cors"
)

func policy(t testing.TB) *cors.Policy {
	t.Helper()
	p, err := cors.New(cors.Options{
		Origins:  []string{"https://shop.example", "http://127.0.0.1:5173"},
		Suffixes: []string{"https://.shop.example", "https://.Other.example:8443"},
		Patterns: []string{`https://pr-[0-9]+\.preview\.example`, `https://a\.example|https://b\.example`},
		Methods:  []string{"GET", "POST"}, Headers: []string{"content-type", "authorization"},
		ExposedHeaders: []string{"x-request-id"}, Credentials: true, MaxAge: time.Hour,
	})
	require.NoError(t, err)
	return p
}

func TestAllows(t *testing.T) {
	t.Parallel()
	p := policy(t)
	for origin, want := range map[string]bool{
		"https://shop.example":                   true,
		"https://SHOP.example":                   true,
		"http://shop.example":                    false,
		"https://shop.example:444":               false,
		"https://shop.example.evil.example":      false,
		"http://127.0.0.1:5173":                  true,
		"http://127.0.0.1:51731":                 false,
		"https://www.shop.example":               true,
		"https://a.b.shop.example":               true,
		"https://evilshop.example":               false,
		"https://.shop.example":                  false,
		"https://evil.example/.shop.example":     false,
		"https://evil.example#.shop.example":     false,
		"https://evil.example?.shop.example":     false,
		"https://user@evil.shop.example":         false,
		"https://www.other.example:8443":         true,
		"https://www.other.example":              false,
		"https://pr-12.preview.example":          true,
		"https://pr-12.preview.example.evil":     false,
		"https://evil/https://pr-1.preview":      false,
		"https://xpr-1.preview.example":          false,
		"https://a.example":                      true,
		"https://b.example":                      true,
		"https://b.example.evil.example":         false,
		"https://evil.example/https://b.example": false,
		"null":                                   false,
		"":                                       false,
		"*":                                      false,
	} {
		require.Equal(t, want, p.Allows(origin), origin)
	}
	require.False(t, (*cors.Policy)(nil).Allows("https://shop.example"))
}

func TestApply(t *testing.T) {
	t.Parallel()
	apply := func(r *http.Request, headers ...string) (http.Header, int, bool) {
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		w.Header().Set("Vary", "Accept")
		answered := policy(t).Apply(w, r)
		return w.Header(), w.Code, answered
	}
	preflight := func(headers ...string) (http.Header, int, bool) {
		return apply(httptest.NewRequest(http.MethodOptions, "/graphql", nil), headers...)
	}
	const origin, method, names = "Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"

	h, status, answered := preflight(origin, "https://shop.example", method, "POST", names, "authorization,content-type")
	require.True(t, answered)
	require.Equal(t, http.StatusNoContent, status)
	require.Equal(t, "https://shop.example", h.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "POST", h.Get("Access-Control-Allow-Methods"))
	require.Equal(t, "authorization,content-type", h.Get("Access-Control-Allow-Headers"))
	require.Equal(t, "true", h.Get("Access-Control-Allow-Credentials"))
	require.Equal(t, "3600", h.Get("Access-Control-Max-Age"))
	require.Contains(t, h["Vary"], "Accept")
	require.Contains(t, fmt.Sprint(h["Vary"]), "Origin")

	for name, headers := range map[string][]string{
		"origin":  {origin, "https://evil.example", method, "POST"},
		"method":  {origin, "https://shop.example", method, "DELETE"},
		"headers": {origin, "https://shop.example", method, "POST", names, "x-other"},
	} {
		h, _, answered = preflight(headers...)
		require.True(t, answered, name)
		require.Empty(t, h.Get("Access-Control-Allow-Origin"), name)
	}
	_, _, answered = preflight(origin, "https://shop.example")
	require.False(t, answered, "an OPTIONS that is no preflight")

	h, _, answered = apply(httptest.NewRequest(http.MethodPost, "/graphql", nil), origin, "https://shop.example")
	require.False(t, answered)
	require.Equal(t, "https://shop.example", h.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "X-Request-Id", h.Get("Access-Control-Expose-Headers"))
	h, _, _ = apply(httptest.NewRequest(http.MethodPost, "/graphql", nil))
	require.Empty(t, h.Get("Access-Control-Allow-Origin"))
	require.Equal(t, []string{"Accept", "Origin"}, h["Vary"], "a cache must not give this response to a page")
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, o := range []cors.Options{
		{Origins: []string{"*"}}, {Origins: []string{"null"}}, {Origins: []string{"https://a.example/"}},
		{Suffixes: []string{"a.example"}}, {Suffixes: []string{"https://a.example"}}, {Suffixes: []string{"https://."}},
		{Suffixes: []string{".a.example"}}, {Patterns: []string{"("}},
		{Patterns: []string{"https://a.example)|(?:.*"}},
	} {
		_, err := cors.New(o)
		require.Error(t, err, o)
	}
	p, err := cors.New(cors.Options{Methods: []string{"GET"}})
	require.NoError(t, err)
	require.Nil(t, p, "without an origin there is no policy")
}

func ExamplePolicy_Allows() {
	p, err := cors.New(cors.Options{Suffixes: []string{"https://.shop.example"}})
	fmt.Println(p.Allows("https://www.shop.example"), p.Allows("https://evilshop.example"), err)
	// Output: true false <nil>
}
