//go:build e2e

package e2e

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// A browser's session is in cookies that scripts cannot read; it works through the router.
func TestBrowserSession(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, email := s.client("router").signUp(t)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := s.client("router")
	browser.http = &http.Client{Jar: jar}
	names := func() []string {
		router, err := url.Parse(browser.url)
		require.NoError(t, err)
		var out []string
		for _, c := range jar.Cookies(router) {
			out = append(out, c.Name)
		}
		return out
	}

	logIn := browser.right(t, `mutation($input: CredentialsInput!) { login(input: $input) { user { email } errors { ... on UserError { code } } } }`,
		map[string]any{"input": map[string]any{"login": email, "password": password}})
	require.Equal(t, email, logIn.text("login.user.email"), logIn.Body)
	require.ElementsMatch(t, []string{"trefoil_access", "trefoil_device", "trefoil_refresh", "trefoil_session"}, names())
	for _, set := range logIn.Cookies {
		require.Equal(t, set.Name != "trefoil_session", set.HttpOnly, set.String())
		require.Equal(t, http.SameSiteLaxMode, set.SameSite, set.String())
		require.NotContains(t, logIn.Body, set.Value, "the answer contains no token")
	}

	require.Equal(t, email, browser.right(t, `{ me { email } }`, nil).text("me.email"))
	browser.right(t, `{ orders { nodes { id } } }`, nil)
	browser.right(t, `mutation { refresh { expiresAt errors { ... on UserError { code } } } }`, nil)
	require.Equal(t, email, browser.right(t, `{ me { email } }`, nil).text("me.email"))

	browser.right(t, `mutation { logout { endedSessions } }`, nil)
	require.Equal(t, []string{"trefoil_device"}, names(), "it proves nothing, but strangers cannot delay its next log-in")
	require.Nil(t, browser.right(t, `{ me { email } }`, nil).at("me"))
}

// A session ends on another device. The browser still sends the old access token, with everything
// that the page asks. It sees the public part of the shop, and learns that its session is over.
func TestABrowserWhoseSessionHasEndedSeesTheShop(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, email := s.client("router").signUp(t)
	logIn := s.client("router").right(t, `mutation($input: CredentialsInput!) { login(input: $input) { user { email } errors { ... on UserError { code } } } }`,
		map[string]any{"input": map[string]any{"login": email, "password": password}})
	browser := s.client("router")
	for _, set := range logIn.Cookies {
		browser.cookie += set.Name + "=" + set.Value + "; "
	}
	require.Equal(t, email, browser.right(t, `{ me { email } }`, nil).text("me.email"))

	other := s.client("router").as(s.client("router").logIn(t, email))
	other.right(t, `mutation { logout(everywhere: true) { endedSessions } }`, nil)
	eventually(t, "the access token is refused", func() error { return refuses(t, browser, `{ orders { nodes { id } } }`) })
	require.NotEmpty(t, browser.right(t, `{ categories { id } }`, nil).list("categories"))
	refreshed := browser.right(t, `mutation { refresh { expiresAt errors { __typename } } }`, nil)
	require.Equal(t, "SessionEnded", refreshed.text("refresh.errors.0.__typename"), refreshed.Body)
	browser.right(t, `mutation($input: CredentialsInput!) { login(input: $input) { user { email } errors { ... on UserError { code } } } }`,
		map[string]any{"input": map[string]any{"login": email, "password": password}})
}
