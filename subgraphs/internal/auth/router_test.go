package auth_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/authentication"
	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/ops/config"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/authtest"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/natstest"
)

// shopRouter authenticates requests as the shop's router.yaml says.
func shopRouter(t *testing.T, environment map[string]string) *authentication.Authenticator {
	t.Helper()
	c, err := config.Load("../../../router/router.yaml", func(name string) (string, bool) {
		value, found := environment[name]
		return value, found
	})
	require.NoError(t, err)
	options, err := authentication.Configured(c.Authentication, quiet())
	require.NoError(t, err)
	router, err := authentication.New(options, nil)
	require.NoError(t, err)
	t.Cleanup(router.Close)
	return router
}

// sees returns the user whom the router takes for the sender of a request, and the code and the
// message of a refusal.
func sees(t *testing.T, router *authentication.Authenticator, r *http.Request) (user, code, message string) {
	t.Helper()
	result, err := router.Authenticate(r)
	if err == nil {
		err = result.Ignored
	}
	var refused *refusal.Refusal
	if errors.As(err, &refused) {
		return "", refused.Errors[0].Extensions["code"].(string), refused.Errors[0].Message
	}
	require.NoError(t, err)
	if result.Identity == nil {
		return "", "", ""
	}
	return result.Identity.Subject(), "", ""
}

// TestTheRouterAcceptsWhatTheServicesAccept compares the shop's router with a service, which has the
// same keys.
func TestTheRouterAcceptsWhatTheServicesAccept(t *testing.T) {
	t.Parallel()
	issuer := authtest.New(t)
	stranger := authtest.New(t)
	claims := func(spoil func(*auth.Claims)) string {
		c := issuer.Claims(ids.New("usr"))
		spoil(&c)
		return issuer.Sign(t, c)
	}
	header := func(h map[string]any) string {
		return issuer.SignWith(t, issuer.Claims(ids.New("usr")), h)
	}
	none, err := jwt.NewWithClaims(jwt.SigningMethodNone, issuer.Claims(ids.New("usr"))).SignedString(jwt.UnsafeAllowNoneSignatureType)
	require.NoError(t, err)
	almost := ids.New("usr")
	almost = almost[:len(almost)-1] + "1" // the spare bits of an id are zero
	at := func(d time.Duration) *jwt.NumericDate { return jwt.NewNumericDate(time.Now().Add(d)) }
	tokens := map[string]string{
		"good":                   issuer.Token(t, ids.New("usr")),
		"aud array":              claims(func(c *auth.Claims) { c.Audience = jwt.ClaimStrings{"other", auth.Audience} }),
		"expired just now":       claims(func(c *auth.Claims) { c.ExpiresAt = at(-auth.Leeway / 2) }),
		"expired":                claims(func(c *auth.Claims) { c.ExpiresAt = at(-2 * auth.Leeway) }),
		"without end":            claims(func(c *auth.Claims) { c.ExpiresAt = nil }),
		"issued later":           claims(func(c *auth.Claims) { c.IssuedAt = at(time.Hour) }),
		"issued in a moment":     claims(func(c *auth.Claims) { c.IssuedAt = at(auth.Leeway / 2) }),
		"not yet":                claims(func(c *auth.Claims) { c.NotBefore = at(time.Hour) }),
		"other issuer":           claims(func(c *auth.Claims) { c.Issuer = "https://evil.example" }),
		"other audience":         claims(func(c *auth.Claims) { c.Audience = jwt.ClaimStrings{"other"} }),
		"no audience":            claims(func(c *auth.Claims) { c.Audience = nil }),
		"no subject":             claims(func(c *auth.Claims) { c.Subject = "" }),
		"not a user":             claims(func(c *auth.Claims) { c.Subject = ids.New("prd") }),
		"almost an id":           claims(func(c *auth.Claims) { c.Subject = almost }),
		"no session":             claims(func(c *auth.Claims) { c.SessionID = "" }),
		"a session of two lines": claims(func(c *auth.Claims) { c.SessionID = "a\nb" }),
		"no roles":               claims(func(c *auth.Claims) { c.Roles = nil }),
		"refresh token":          "rt_" + ids.New("ses") + ".0123456789abcdef",
		"typ in lower case":      header(map[string]any{"typ": "jwt"}),
		"no typ":                 header(map[string]any{"typ": nil}),
		"typ of another token":   header(map[string]any{"typ": "logout+jwt"}),
		"unknown extension":      header(map[string]any{"crit": []string{"exp2"}, "exp2": 1}),
		"no kid":                 header(map[string]any{"kid": nil}),
		"unknown kid":            header(map[string]any{"kid": "other"}),
		"other key":              stranger.Token(t, ids.New("usr")),
		"alg none":               none,
		"nonsense":               "nonsense",
	}
	for range 200 { // ids as they are made
		tokens["user "+ids.New("usr")] = issuer.Token(t, ids.New("usr"))
	}
	service := issuer.Verifier(t, nil)
	router := shopRouter(t, map[string]string{"USER_URL": issuer.URL, "DATA_DIR": t.TempDir()})
	for name, token := range tokens {
		identity, refused := service.Verify(t.Context(), token)
		for _, headers := range []http.Header{
			{"Authorization": {"Bearer " + token}}, {"Cookie": {auth.AccessCookie + "=" + token}},
		} {
			r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
			r.Header = headers
			user, code, message := sees(t, router, r)
			require.Equal(t, identity.UserID, user, name)
			if refused == nil {
				require.Empty(t, code, "%s: %s", name, message)
				continue
			}
			require.Equal(t, "UNAUTHENTICATED", code, name)
			require.Equal(t, refused.Error(), message, name)
		}
	}
}

// On https the cookie of the access token has another name, and neither the router nor a service
// reads the one that another host of the domain could set.
func TestTheRouterReadsTheCookieOfTheSite(t *testing.T) {
	t.Parallel()
	issuer := authtest.New(t)
	for site, secure := range map[string]bool{"https://shop.example": true, "http://127.0.0.1:4000": false} {
		router := shopRouter(t, map[string]string{"USER_URL": issuer.URL, "DATA_DIR": t.TempDir(), "PUBLIC_URL": site})
		service := issuer.Verifier(t, nil).ForSite(secure)
		for _, cookie := range []string{"trefoil_access", "__Host-trefoil_access"} {
			r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
			r.AddCookie(&http.Cookie{Name: cookie, Value: issuer.Token(t, ids.New("usr"))})
			var identity auth.Identity
			service.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				identity, _ = auth.From(r.Context())
			})).ServeHTTP(httptest.NewRecorder(), r)
			user, _, _ := sees(t, router, r)
			require.Equal(t, identity.UserID, user, "%s at %s", cookie, site)
			require.Equal(t, cookie == auth.CookieName(auth.AccessCookie, secure), user != "", "%s at %s", cookie, site)
		}
	}
}

// TestALogoutReachesTheRouter revokes a session on the shop's bus, with the router's own key and
// its rights.
func TestALogoutReachesTheRouter(t *testing.T) {
	t.Parallel()
	issuer, server := authtest.New(t), natstest.Start(t)
	environment := map[string]string{"USER_URL": issuer.URL, "DATA_DIR": server.Data, "NATS_URL": server.URL}
	router := shopRouter(t, environment)
	claims := issuer.Claims(ids.New("usr"))
	token := issuer.Sign(t, claims)
	refused := func(by *authentication.Authenticator) func() bool {
		return func() bool {
			_, err := by.Verify(context.Background(), token)
			return err != nil
		}
	}
	require.False(t, refused(router)())
	revoke(t, server.Connect(t, "user"), claims.SessionID)
	require.Eventually(t, refused(router), 20*time.Second, time.Millisecond)

	// A router that starts later reads what was published before, and verifies by the copy of the
	// keys, which the first has written.
	require.FileExists(t, filepath.Join(server.Data, "router-jwks.json"))
	environment["USER_URL"] = "http://127.0.0.1:1"
	later := shopRouter(t, environment)
	_, err := later.Verify(t.Context(), issuer.Token(t, ids.New("usr")))
	require.NoError(t, err)
	require.Eventually(t, refused(later), 20*time.Second, time.Millisecond)
}
