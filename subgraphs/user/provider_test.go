package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

const (
	providerClient = "trefoil"
	providerSecret = "a secret of the provider"
)

// people are the users of a provider; all have the same password.
type people map[string]*storage.User

func (p people) GetUserByID(id string) *storage.User { return p[id] }

func (p people) GetUserByUsername(name string) *storage.User {
	for _, user := range p {
		if user.Username == name {
			return user
		}
	}
	return nil
}

func (p people) ExampleClientID() string { return storage.ServiceUserID }

// add adds a user to the provider.
func (p people) add(name, email string, verified bool) {
	p["sub-"+name] = &storage.User{
		ID: "sub-" + name, Username: name, Password: password,
		FirstName: "Grace", LastName: "Hopper", Email: email, EmailVerified: verified,
	}
}

// startProvider runs a real OpenID provider on loopback.
func startProvider(t *testing.T) (issuer string, users people) {
	t.Helper()
	server := httptest.NewServer(nil)
	t.Cleanup(server.Close)
	users = people{}
	clients := map[string]*storage.Client{
		providerClient: storage.WebClient(providerClient, providerSecret, "http://127.0.0.1:4000/login/callback"),
	}
	server.Config.Handler = exampleop.SetupServer(server.URL, storage.NewStorageWithClients(users, clients), quiet(), false)
	return server.URL, users
}

// socialEnv configures a provider twice: with OpenID Connect, and with plain OAuth 2.
func socialEnv(issuer string) func(string) string {
	return func(name string) string {
		return map[string]string{
			"SOCIAL_PROVIDERS":      "acme, acme-plain",
			"SOCIAL_ACME_NAME":      "Acme",
			"SOCIAL_ACME_ISSUER":    issuer,
			"SOCIAL_ACME_CLIENT_ID": providerClient, "SOCIAL_ACME_CLIENT_SECRET": providerSecret,
			"SOCIAL_ACME_PLAIN_CLIENT_ID": providerClient, "SOCIAL_ACME_PLAIN_CLIENT_SECRET": providerSecret,
			"SOCIAL_ACME_PLAIN_AUTH_URL": issuer + "/auth", "SOCIAL_ACME_PLAIN_TOKEN_URL": issuer + "/oauth/token",
			"SOCIAL_ACME_PLAIN_USER_URL": issuer + "/userinfo", "SOCIAL_ACME_PLAIN_SCOPES": "openid email profile",
			"SOCIAL_ACME_PLAIN_SUBJECT_FIELD": "sub", "SOCIAL_ACME_PLAIN_USERNAME_FIELD": "preferred_username",
		}[name]
	}
}

// visit follows the shop's link to the provider, logs in there, and returns the parameters that
// the browser comes back with.
func visit(t *testing.T, address, name string) url.Values {
	t.Helper()
	cookies, err := cookiejar.New(nil)
	require.NoError(t, err)
	var back *url.URL
	browser := &http.Client{Jar: cookies, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/login/callback" {
			back = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	form, err := browser.Do(request)
	require.NoError(t, err)
	require.NoError(t, form.Body.Close())
	require.Equal(t, http.StatusOK, form.StatusCode)

	at := *form.Request.URL
	filled := url.Values{"id": {at.Query().Get("authRequestID")}, "username": {name}, "password": {password}}
	at.RawQuery = filled.Encode()
	request, err = http.NewRequestWithContext(t.Context(), http.MethodPost, at.String(), nil)
	require.NoError(t, err)
	answer, err := browser.Do(request)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.NotNil(t, back, "the provider did not send the browser back")
	return back.Query()
}
