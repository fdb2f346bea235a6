//go:build e2e

package e2e

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/tests/access"
)

// startProvider runs an OpenID provider that trusts everybody: its codes and tokens contain the
// person's claims. It returns the settings that configure it in the user service.
func startProvider(t *testing.T) []string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"access_token": r.FormValue("code"), "token_type": "Bearer"})
	})
	mux.HandleFunc("GET /user", func(w http.ResponseWriter, r *http.Request) {
		person, _ := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
		_, _ = w.Write(person)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return []string{
		"SOCIAL_PROVIDERS=acme", "SOCIAL_ACME_NAME=Acme", "SOCIAL_ACME_CLIENT_ID=trefoil",
		"SOCIAL_ACME_AUTH_URL=" + server.URL + "/auth", "SOCIAL_ACME_TOKEN_URL=" + server.URL + "/token", "SOCIAL_ACME_USER_URL=" + server.URL + "/user",
	}
}

// throughProvider begins a log-in and returns from the provider, which has verified the asker's
// address or not.
func (c *cast) throughProvider(t *testing.T, asker access.Asker, verified bool) string {
	t.Helper()
	begun := c.right(t, `mutation { beginSocialLogin(provider: "acme") { url } }`, nil)
	address, err := url.Parse(begun.text("beginSocialLogin.url"))
	require.NoError(t, err)
	for _, cookie := range begun.Cookies {
		c.ticket = cookie.Name + "=" + cookie.Value
	}
	email := c.usernames[asker] + "@example.com"
	subject := email
	if !verified {
		subject = "another " + email
	}
	person, err := json.Marshal(map[string]any{"id": subject, "email": email, "email_verified": verified, "name": "Ada Lovelace"})
	require.NoError(t, err)
	return `state: ` + quoted(address.Query().Get("state")) + `, code: ` + quoted(base64.RawURLEncoding.EncodeToString(person))
}

// link links the asker's account to the provider.
func (c *cast) link(t *testing.T, asker access.Asker) {
	t.Helper()
	back := c.throughProvider(t, asker, true)
	browser := c.client
	browser.cookie, c.ticket = c.ticket, ""
	a := browser.right(t, `mutation { finishSocialLogin(input: {`+back+`}) { user { id } errors { __typename } } }`, nil)
	require.NotEmpty(t, a.text("finishSocialLogin.user.id"), a.Body)
}
