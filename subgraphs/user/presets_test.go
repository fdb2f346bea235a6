package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/user/social"
)

// presetsEnv configures the built-in providers, which need only an id and a secret.
func presetsEnv(name string) string {
	switch {
	case name == "SOCIAL_PROVIDERS":
		return "google, linkedin, github, facebook, x"
	case strings.HasSuffix(name, "_CLIENT_ID"):
		return appID
	case strings.HasSuffix(name, "_CLIENT_SECRET"):
		return appSecret
	}
	return ""
}

// newShopOn returns a service with the built-in providers, which it reaches through n.
func newShopOn(t *testing.T, n *internet) *service {
	t.Helper()
	return newServiceOf(t, false, presetsEnv, func(c *choices) {
		configs, err := social.FromEnv(presetsEnv("SOCIAL_PROVIDERS"), presetsEnv)
		require.NoError(t, err)
		c.providers = social.New(configs, "http://127.0.0.1:4000/login/callback", n, quiet())
	})
}

// logInAt logs a new browser in at a provider. It returns the browser with its user's id, or the
// problem.
func (s *service) logInAt(t *testing.T, n *internet, provider string) (browser *client, userID, problem string) {
	t.Helper()
	browser = s.browser(t)
	var begun struct{ BeginSocialLogin struct{ URL string } }
	browser.read(&begun, beginSocial, map[string]any{"provider": provider})
	require.NotEmpty(t, begun.BeginSocialLogin.URL)
	n.requests()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, begun.BeginSocialLogin.URL, nil)
	require.NoError(t, err)
	answer, err := n.RoundTrip(request)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	back, err := url.Parse(answer.Header.Get("Location"))
	require.NoError(t, err, answer.Status)
	n.requests()
	got := browser.do(finishSocial, map[string]any{"state": back.Query().Get("state"), "code": back.Query().Get("code")})
	userID, problem = finished(t, got)
	if problem != "" {
		var said struct {
			FinishSocialLogin struct{ Errors []struct{ Message string } }
		}
		require.NoError(t, json.Unmarshal(got.Data, &said))
		problem += ": " + said.FinishSocialLogin.Errors[0].Message
	}
	return browser, userID, problem
}

func googleOn(n *internet, claims func() jwt.MapClaims) {
	const issuer = "https://accounts.google.com"
	n.discovery(issuer, `{"issuer":"https://accounts.google.com",
		"authorization_endpoint":"https://accounts.google.com/o/oauth2/v2/auth",
		"token_endpoint":"https://oauth2.googleapis.com/token",
		"userinfo_endpoint":"https://openidconnect.googleapis.com/v1/userinfo",
		"jwks_uri":"https://www.googleapis.com/oauth2/v3/certs",
		"response_types_supported":["code"],"subject_types_supported":["public"],
		"id_token_signing_alg_values_supported":["RS256"],
		"token_endpoint_auth_methods_supported":["client_secret_post","client_secret_basic"],
		"code_challenge_methods_supported":["plain","S256"]}`, "www.googleapis.com/oauth2/v3/certs")
	n.page("accounts.google.com/o/oauth2/v2/auth")
	n.tokens("oauth2.googleapis.com/token", false, true, func(w http.ResponseWriter) {
		say(w, http.StatusOK, fmt.Sprintf(`{"access_token":"the-token","expires_in":3599,"scope":"openid","token_type":"Bearer","id_token":%q}`,
			n.idToken(issuer, claims())))
	})
}

func TestGoogle(t *testing.T) {
	t.Parallel()
	n := newInternet(t)
	said := jwt.MapClaims{
		"sub": "110169484474386276334", "email": "ada@gmail.com", "email_verified": true, "name": "Ada Lovelace",
		"given_name": "Ada", "family_name": "Lovelace", "picture": "https://lh3.googleusercontent.com/a", "at_hash": "x",
	}
	googleOn(n, func() jwt.MapClaims { said["nonce"] = n.begun.Get("nonce"); return said })
	s := newShopOn(t, n)
	browser, _, problem := s.logInAt(t, n, "google")
	require.Empty(t, problem)
	require.JSONEq(t, `{"me":{"username":"ada","displayName":"Ada Lovelace","email":"ada@gmail.com","emailVerified":true,
		"socialIdentities":[{"provider":"google","email":"ada@gmail.com"}]}}`, browser.data(elsewhere, nil))
	require.Equal(t, []string{"POST oauth2.googleapis.com/token", "GET www.googleapis.com/oauth2/v3/certs"}, n.requests())
	_, _, problem = s.logInAt(t, n, "google")
	require.Empty(t, problem)
	require.Equal(t, []string{"POST oauth2.googleapis.com/token"}, n.requests(), "the keys are known by now")
}

func TestOnlyProvidersConfiguredWithoutANonceMayOmitIt(t *testing.T) {
	t.Parallel()
	n := newInternet(t)
	googleOn(n, func() jwt.MapClaims {
		return jwt.MapClaims{"sub": "1", "email": "ada@gmail.com", "email_verified": true}
	})
	nonce := ""
	linkedInOn(n, func() jwt.MapClaims {
		claims := jwt.MapClaims{"sub": "1", "email": "ada@gmail.com", "email_verified": true}
		if nonce != "" {
			claims["nonce"] = nonce
		}
		return claims
	})
	s := newShopOn(t, n)
	_, _, problem := s.logInAt(t, n, "google")
	require.Contains(t, problem, "SocialLoginFailed")
	nonce = "nonce of another attempt"
	_, _, problem = s.logInAt(t, n, "linkedin")
	require.Contains(t, problem, "SocialLoginFailed")
}

func linkedInOn(n *internet, claims func() jwt.MapClaims) {
	const issuer = "https://www.linkedin.com/oauth"
	n.discovery(issuer, `{"issuer":"https://www.linkedin.com/oauth",
		"authorization_endpoint":"https://www.linkedin.com/oauth/v2/authorization",
		"token_endpoint":"https://www.linkedin.com/oauth/v2/accessToken",
		"userinfo_endpoint":"https://api.linkedin.com/v2/userinfo",
		"jwks_uri":"https://www.linkedin.com/oauth/openid/jwks",
		"response_types_supported":["code"],"subject_types_supported":["pairwise"],
		"id_token_signing_alg_values_supported":["RS256"],
		"scopes_supported":["openid","profile","email"],
		"claims_supported":["iss","aud","iat","exp","sub","name","given_name","family_name","picture","email","email_verified","locale"]}`,
		"www.linkedin.com/oauth/openid/jwks")
	n.page("www.linkedin.com/oauth/v2/authorization")
	n.tokens("www.linkedin.com/oauth/v2/accessToken", false, false, func(w http.ResponseWriter) {
		say(w, http.StatusOK, fmt.Sprintf(`{"access_token":"the-token","expires_in":5183999,"scope":"email,openid,profile","token_type":"Bearer","id_token":%q}`,
			n.idToken(issuer, claims())))
	})
}

// LinkedIn's ID tokens have no nonce and contain booleans as the string "true".
func TestLinkedIn(t *testing.T) {
	t.Parallel()
	n := newInternet(t)
	linkedInOn(n, func() jwt.MapClaims {
		return jwt.MapClaims{
			"sub": "782bbtaQ", "name": "John Doe", "given_name": "John", "family_name": "Doe", "locale": "en_US",
			"picture": "https://media.licdn-ei.com/dms/image/x", "email": "doe@example.com", "email_verified": "true",
		}
	})
	browser, _, problem := newShopOn(t, n).logInAt(t, n, "linkedin")
	require.Empty(t, problem)
	require.JSONEq(t, `{"me":{"username":"doe","displayName":"John Doe","email":"doe@example.com","emailVerified":true,
		"socialIdentities":[{"provider":"linkedin","email":"doe@example.com"}]}}`, browser.data(elsewhere, nil))
}

// LinkedIn returns the address only by userinfo for older apps, which did not ask for the scope
// at first.
func TestLinkedInReturnsTheAddressByUserinfo(t *testing.T) {
	t.Parallel()
	n := newInternet(t)
	linkedInOn(n, func() jwt.MapClaims { return jwt.MapClaims{"sub": "782bbtaQ"} })
	info := `{"sub":"782bbtaQ","name":"John Doe","given_name":"John","family_name":"Doe","picture":"https://media.licdn-ei.com/x",
		"locale":"en-US","email":"doe@example.com","email_verified":true}`
	n.api("api.linkedin.com/v2/userinfo", "email", &info)
	s := newShopOn(t, n)
	browser, _, problem := s.logInAt(t, n, "linkedin")
	require.Empty(t, problem)
	require.JSONEq(t, `{"me":{"displayName":"John Doe"}}`, browser.data(`{me{displayName}}`, nil))
	info = `{"sub":"another","email":"eve@example.com","email_verified":true}`
	_, _, problem = s.logInAt(t, n, "linkedin")
	require.Contains(t, problem, "SocialLoginFailed", "the userinfo belongs to another person")
}

func TestGitHub(t *testing.T) {
	t.Parallel()
	n := newInternet(t)
	n.page("github.com/login/oauth/authorize")
	n.tokens("github.com/login/oauth/access_token", false, true, func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
		_, _ = w.Write([]byte("access_token=the-token&scope=read%3Auser%2Cuser%3Aemail&token_type=bearer"))
	})
	user := `{"login":"Octocat","id":583231,"node_id":"MDQ6VXNlcjU4MzIzMQ==","type":"User","site_admin":false,"name":"Mona Lisa Octocat","email":null}`
	emails := `[{"email":"octocat@users.noreply.github.com","verified":true,"primary":false,"visibility":null},
		{"email":"octocat@github.com","verified":true,"primary":true,"visibility":"private"}]`
	n.api("api.github.com/user", "read:user", &user)
	n.api("api.github.com/user/emails", "user:email", &emails)
	s := newShopOn(t, n)
	box := s.mail(t)
	browser, id, problem := s.logInAt(t, n, "github")
	require.Empty(t, problem)
	require.JSONEq(t, `{"me":{"username":"octocat","displayName":"Mona Lisa Octocat","email":"octocat@github.com","emailVerified":true,
		"socialIdentities":[{"provider":"github","email":"octocat@github.com"}]}}`, browser.data(elsewhere, nil))
	require.Equal(t, []string{"POST github.com/login/oauth/access_token", "GET api.github.com/user", "GET api.github.com/user/emails"}, n.requests())

	emails = `[]` // a known user is found by id
	_, again, problem := s.logInAt(t, n, "github")
	require.Empty(t, problem)
	require.Equal(t, id, again)

	user = `{"login":"hubot","id":2,"name":null,"email":"octocat@github.com"}` // anybody can claim a public address
	emails = `[{"email":"octocat@github.com","verified":false,"primary":true,"visibility":"public"},
		{"email":"hubot@github.com","verified":true,"primary":false,"visibility":null}]`
	_, _, problem = s.logInAt(t, n, "github")
	require.Contains(t, problem, "EmailNotVerified: There is an account with this e-mail address")
	emails = `[{"email":"hubot@github.com","verified":false,"primary":true,"visibility":"public"}]`
	browser, _, problem = s.logInAt(t, n, "github")
	require.Empty(t, problem)
	require.JSONEq(t, `{"me":{"username":"hubot","displayName":"hubot","emailVerified":false}}`, browser.data(`{me{username displayName emailVerified}}`, nil))
	box.token(t, "hubot@github.com", "Please confirm your e-mail address")
}

func facebookOn(n *internet, person *string) {
	n.page("www.facebook.com/dialog/oauth")
	n.tokens("graph.facebook.com/oauth/access_token", false, true, func(w http.ResponseWriter) {
		say(w, http.StatusOK, `{"access_token":"the-token","token_type":"bearer","expires_in":5183944}`)
	})
	n.mux.HandleFunc("GET graph.facebook.com/me", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("fields") != "id,name,email" || r.Header.Get("Authorization") != "Bearer the-token" {
			say(w, http.StatusBadRequest, `{"error":{"message":"An active access token must be used.","type":"OAuthException","code":2500}}`)
			return
		}
		say(w, http.StatusOK, *person)
	})
}

// Facebook does not say whether it has verified an address.
func TestFacebook(t *testing.T) {
	t.Parallel()
	n := newInternet(t)
	person := `{"id":"10158812345678901","name":"Grace Hopper","email":"grace@navy.example"}`
	facebookOn(n, &person)
	s := newShopOn(t, n)
	box := s.mail(t)
	browser, id, problem := s.logInAt(t, n, "facebook")
	require.Empty(t, problem)
	require.JSONEq(t, `{"me":{"username":"grace","displayName":"Grace Hopper","email":"grace@navy.example","emailVerified":false,
		"socialIdentities":[{"provider":"facebook","email":"grace@navy.example"}]}}`, browser.data(elsewhere, nil))
	message := box.token(t, "grace@navy.example", "Please confirm your e-mail address")
	browser.data(verify, map[string]any{"token": message})
	require.JSONEq(t, `{"me":{"emailVerified":true}}`, browser.data(`{me{emailVerified}}`, nil))

	person = `{"id":"10158812345678901","name":"Grace Hopper"}`
	_, again, problem := s.logInAt(t, n, "facebook")
	require.Empty(t, problem)
	require.Equal(t, id, again)

	person = `{"id":"2","name":"Eve","email":"grace@navy.example"}`
	_, _, problem = s.logInAt(t, n, "facebook")
	require.Contains(t, problem, "EmailNotVerified", "an unverified address gives no access to an account")
	person = `{"id":"3","name":"Nobody Special"}`
	_, _, problem = s.logInAt(t, n, "facebook")
	require.Equal(t, "EmailNotVerified: The provider did not share your e-mail address. Register with a password instead.", problem)
}

// Somebody registers with another person's address and waits. They lose the account as soon as
// that person sets a password by mail.
func TestAnUnconfirmedAddressGivesNoLastingAccess(t *testing.T) {
	t.Parallel()
	n := newInternet(t)
	person := `{"id":"666","name":"Eve","email":"ada@example.org"}`
	facebookOn(n, &person)
	s := newShopOn(t, n)
	box := s.mail(t)
	eve, _, problem := s.logInAt(t, n, "facebook")
	require.Empty(t, problem)
	box.token(t, "ada@example.org", "Please confirm your e-mail address") // Ada ignores this message
	ada := s.api(t)
	ada.data(forgot, map[string]any{"login": "ada@example.org"})
	message := box.token(t, "ada@example.org", "Set a new password")
	require.Contains(t, ada.data(reset, map[string]any{"token": message, "new": another}), `"done":true`)
	require.Equal(t, []string{"UNAUTHENTICATED"}, eve.do(me, nil).codes())
	_, _, problem = s.logInAt(t, n, "facebook")
	require.Contains(t, problem, "EmailNotVerified")
	ada.token = ada.createTokenWith("ada@example.org", another).AccessToken
	require.JSONEq(t, `{"me":{"emailVerified":true,"socialIdentities":[]}}`, ada.data(`{me{emailVerified socialIdentities{provider}}}`, nil))
}

func TestX(t *testing.T) {
	t.Parallel()
	n := newInternet(t)
	n.page("x.com/i/oauth2/authorize")
	n.tokens("api.x.com/2/oauth2/token", true, true, func(w http.ResponseWriter) {
		say(w, http.StatusOK, `{"token_type":"bearer","expires_in":7200,"access_token":"the-token","scope":"users.email tweet.read users.read"}`)
	})
	person := `{"data":{"id":"2244994945","name":"Developers","username":"XDevelopers"}}`
	n.mux.HandleFunc("GET api.x.com/2/users/me", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("user.fields") != "confirmed_email" || n.begun.Get("scope") != "users.read tweet.read users.email" {
			say(w, http.StatusForbidden, `{"title":"Forbidden","status":403}`)
			return
		}
		say(w, http.StatusOK, person)
	})
	s := newShopOn(t, n)
	_, _, problem := s.logInAt(t, n, "x")
	require.Equal(t, "EmailNotVerified: The provider did not share your e-mail address. Register with a password instead.", problem)

	person = `{"data":{"id":"2244994945","name":"Developers","username":"XDevelopers","confirmed_email":"dev@x.example"}}`
	browser, id, problem := s.logInAt(t, n, "x")
	require.Empty(t, problem)
	require.JSONEq(t, `{"me":{"username":"xdevelopers","displayName":"Developers","email":"dev@x.example","emailVerified":true,
		"socialIdentities":[{"provider":"x","email":"dev@x.example"}]}}`, browser.data(elsewhere, nil))
	person = `{"data":{"id":"2244994945","name":"Developers","username":"renamed"}}`
	_, again, problem := s.logInAt(t, n, "x")
	require.Empty(t, problem)
	require.Equal(t, id, again)
}

// All requests to a provider must finish before the router gives up; a slow provider is reported.
func TestASlowProviderTimesOut(t *testing.T) {
	t.Parallel()
	n := newInternet(t)
	n.page("www.facebook.com/dialog/oauth")
	n.tokens("graph.facebook.com/oauth/access_token", false, true, func(w http.ResponseWriter) {
		say(w, http.StatusOK, `{"access_token":"the-token","token_type":"bearer"}`)
	})
	n.mux.HandleFunc("GET graph.facebook.com/me", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	_, _, problem := newShopOn(t, n).logInAt(t, n, "facebook")
	require.Equal(t, "SocialLoginFailed: The provider did not answer in time. Please try again later.", problem)
}
