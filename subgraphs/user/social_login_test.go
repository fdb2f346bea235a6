package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

const (
	beginSocial  = `mutation($provider:ID!){beginSocialLogin(provider:$provider){url errors{__typename ...on UserError{code}}}}`
	finishSocial = `mutation($state:String!$code:String!){finishSocialLogin(input:{state:$state code:$code}){user{id} expiresAt errors{__typename ...on UserError{message}}}}`
	elsewhere    = `{me{username displayName email emailVerified socialIdentities{provider email}}}`
)

// toProvider begins a log-in and returns what the browser comes back with.
func (c *client) toProvider(provider, name string) map[string]any {
	c.t.Helper()
	var begun struct {
		BeginSocialLogin struct {
			URL    string
			Errors []any
		}
	}
	c.read(&begun, beginSocial, map[string]any{"provider": provider})
	require.Empty(c.t, begun.BeginSocialLogin.Errors)
	back := visit(c.t, begun.BeginSocialLogin.URL, name)
	return map[string]any{"state": back.Get("state"), "code": back.Get("code")}
}

// finished reads the answer of finishSocialLogin: a user's id, or the kind of error.
func finished(t *testing.T, got response) (userID, problem string) {
	t.Helper()
	require.Empty(t, got.Errors)
	var said struct {
		FinishSocialLogin struct {
			User   *struct{ ID string }
			Errors []struct {
				Typename string `json:"__typename"`
			}
		}
	}
	require.NoError(t, json.Unmarshal(got.Data, &said))
	if said.FinishSocialLogin.User != nil {
		require.Contains(t, got.cookies, "trefoil_access")
		return said.FinishSocialLogin.User.ID, ""
	}
	require.NotContains(t, got.cookies, "trefoil_access")
	return "", said.FinishSocialLogin.Errors[0].Typename
}

func (c *client) socialLogin(provider, name string) (userID, problem string) {
	c.t.Helper()
	return finished(c.t, c.do(finishSocial, c.toProvider(provider, name)))
}

func TestANewPersonGetsAnAccountThroughAProvider(t *testing.T) {
	t.Parallel()
	issuer, users := startProvider(t)
	s := newServiceWith(t, false, socialEnv(issuer))
	require.JSONEq(t, `{"socialProviders":[{"id":"acme","name":"Acme"},{"id":"acme-plain","name":"acme-plain"}]}`,
		s.api(t).data(`{socialProviders{id name}}`, nil))
	users.add("grace", "Grace@navy.example", true)
	users.add("grace2", "grace2@navy.example", true)
	s.api(t).register("grace2") // takes the username, not the address

	browser := s.browser(t)
	id, problem := browser.socialLogin("acme", "grace")
	require.Empty(t, problem)
	require.JSONEq(t, `{"me":{"username":"grace","displayName":"Grace Hopper","email":"Grace@navy.example","emailVerified":true,
		"socialIdentities":[{"provider":"acme","email":"Grace@navy.example"}]}}`, browser.data(elsewhere, nil))
	require.JSONEq(t, `{"me":{"events":[{"kind":"LOGGED_IN","actorId":"`+id+`"},
		{"kind":"SOCIAL_LINKED","actorId":"`+id+`"},{"kind":"REGISTERED","actorId":"`+id+`"}]}}`, browser.data(events, nil))

	users["sub-grace"].Email = "elsewhere@navy.example" // still the same person
	again, problem := s.browser(t).socialLogin("acme", "grace")
	require.Empty(t, problem)
	require.Equal(t, id, again)
	users["sub-grace"].Email = "grace@navy.example"
	other, problem := s.browser(t).socialLogin("acme-plain", "grace")
	require.Empty(t, problem)
	require.Equal(t, id, other, "both providers and the shop have verified the address")
	require.JSONEq(t, `{"me":{"socialIdentities":[{"provider":"acme"},{"provider":"acme-plain"}]}}`,
		browser.data(`{me{socialIdentities{provider}}}`, nil))

	second := s.browser(t)
	_, problem = second.socialLogin("acme-plain", "grace2")
	require.Empty(t, problem)
	require.Regexp(t, `"username":"grace2-[a-z2-7]{4}","displayName":"Grace Hopper"`, second.data(`{me{username displayName}}`, nil))
	require.Contains(t, s.api(t).data(signIn, credentials("grace@navy.example", "")), "InvalidCredentials", "an empty password does not match a missing one")
}

func TestAnAccountIsLinkedOnlyIfBothVerifiedItsAddress(t *testing.T) {
	t.Parallel()
	issuer, users := startProvider(t)
	s := newServiceWith(t, false, socialEnv(issuer))
	box := s.mail(t)
	id := s.api(t).register("ada")
	message := box.token(t, "ada@example.org", "Please confirm your e-mail address")
	users.add("ada", "ADA@example.org", true)
	for _, provider := range []string{"acme", "acme-plain"} {
		_, problem := s.browser(t).socialLogin(provider, "ada")
		require.Equal(t, "EmailNotVerified", problem, "the shop has not verified it: the registrant may be somebody else")
	}
	s.api(t).data(verify, map[string]any{"token": message})

	users["sub-ada"].EmailVerified = false
	for _, provider := range []string{"acme", "acme-plain"} {
		_, problem := s.browser(t).socialLogin(provider, "ada")
		require.Equal(t, "EmailNotVerified", problem, "the provider has not")
	}
	users["sub-ada"].EmailVerified = true
	linked, problem := s.browser(t).socialLogin("acme", "ada")
	require.Empty(t, problem)
	require.Equal(t, id, linked)
}

func TestAProvidersAnswerWorksForOneBrowserAndOneAttempt(t *testing.T) {
	t.Parallel()
	issuer, users := startProvider(t)
	s := newServiceWith(t, false, socialEnv(issuer))
	users.add("grace", "grace@navy.example", true)
	refused := func(c *client, with map[string]any, why string) {
		t.Helper()
		_, problem := finished(t, c.do(finishSocial, with))
		require.Equal(t, "SocialLoginFailed", problem, why)
	}
	for _, provider := range []string{"acme", "acme-plain"} {
		browser, victim := s.browser(t), s.browser(t)
		answer := browser.toProvider(provider, "grace")
		refused(victim, answer, "a link that another browser made")
		victim.toProvider(provider, "grace")
		refused(victim, answer, "a link of another attempt")
		refused(browser, map[string]any{"state": "", "code": answer["code"]}, "no state")

		stolen := s.browser(t)
		mixed := stolen.toProvider(provider, "grace")
		mixed["code"] = answer["code"]
		refused(stolen, mixed, "PKCE: a code of another attempt")

		fresh := browser.toProvider(provider, "grace")
		_, problem := finished(t, browser.do(finishSocial, fresh))
		require.Empty(t, problem)
		refused(browser, fresh, "it works once")
	}

	browser := s.browser(t)
	answer := browser.toProvider("acme", "grace")
	s.change(t, `UPDATE social_attempts SET nonce = 'another'`)
	refused(browser, answer, "an ID token of another attempt")
	answer = browser.toProvider("acme", "grace")
	s.change(t, `UPDATE social_attempts SET expires_at = 1`)
	refused(browser, answer, "too late")
}

const unlink = `mutation($provider:ID!){unlinkIdentity(provider:$provider){user{socialIdentities{provider}} errors{__typename ...on UserError{code path}}}}`

func TestAnIdentityIsUnlinkedUnlessItIsTheLastLogIn(t *testing.T) {
	t.Parallel()
	issuer, users := startProvider(t)
	s := newServiceWith(t, false, socialEnv(issuer))
	box := s.mail(t)
	users.add("grace", "grace@navy.example", true)
	browser := s.browser(t)
	id, problem := browser.socialLogin("acme", "grace")
	require.Empty(t, problem)
	from := func(provider string) map[string]any { return map[string]any{"provider": provider} }
	last := `{"unlinkIdentity":{"user":null,"errors":[{"__typename":"LastLogin","code":"LAST_LOGIN","path":["provider"]}]}}`

	require.Equal(t, []string{"UNAUTHENTICATED"}, s.api(t).do(unlink, from("acme")).codes())
	require.JSONEq(t, last, browser.data(unlink, from("acme")))
	require.JSONEq(t, `{"unlinkIdentity":{"user":{"socialIdentities":[{"provider":"acme"}]},"errors":[]}}`,
		browser.data(unlink, from("acme-plain")), "it is not linked")
	require.NoError(t, s.kept.LinkIdentity(t.Context(), account.SocialIdentity{Provider: "gone", Subject: "1", UserID: id, LinkedAt: time.Now()}))
	require.JSONEq(t, last, browser.data(unlink, from("acme")), "a removed provider is no way to log in")

	_, problem = s.browser(t).socialLogin("acme-plain", "grace")
	require.Empty(t, problem)
	left := `{"unlinkIdentity":{"user":{"socialIdentities":[{"provider":"gone"},{"provider":"acme-plain"}]},"errors":[]}}`
	require.JSONEq(t, left, browser.data(unlink, from("acme")))
	require.Contains(t, browser.data(events, nil), "SOCIAL_UNLINKED")
	require.JSONEq(t, last, browser.data(unlink, from("acme-plain")))

	browser.data(forgot, map[string]any{"login": "grace"})
	message := box.token(t, "grace@navy.example", "Set a new password")
	browser.data(reset, map[string]any{"token": message, "new": another})
	c := s.api(t)
	c.token = c.createTokenWith("grace", another).AccessToken
	require.JSONEq(t, `{"unlinkIdentity":{"user":{"socialIdentities":[{"provider":"gone"}]},"errors":[]}}`, c.data(unlink, from("acme-plain")))
	require.Contains(t, c.data(unlink, from("gone")), `"socialIdentities":[]`)
}

// change changes the database directly.
func (s *service) change(t *testing.T, statement string) {
	t.Helper()
	require.NoError(t, s.db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, statement)
		return err
	}))
}

func TestTheSecretOfASocialLoginIsHidden(t *testing.T) {
	t.Parallel()
	issuer, _ := startProvider(t)
	s := newServiceWith(t, false, socialEnv(issuer))
	got := s.browser(t).do(beginSocial, map[string]any{"provider": "acme"})
	cookie := got.cookies["trefoil_social"]
	require.True(t, cookie.HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, cookie.SameSite)
	require.NotContains(t, string(got.Data), cookie.Value)
	var begun struct{ BeginSocialLogin struct{ URL string } }
	require.NoError(t, json.Unmarshal(got.Data, &begun))
	at, err := url.Parse(begun.BeginSocialLogin.URL)
	require.NoError(t, err)
	require.Equal(t, "S256", at.Query().Get("code_challenge_method"))
	require.NotEmpty(t, at.Query().Get("nonce"))
	require.Equal(t, "http://127.0.0.1:4000/login/callback", at.Query().Get("redirect_uri"))
}

func TestProvidersThatAreDownOrUnknown(t *testing.T) {
	t.Parallel()
	failed := `{"beginSocialLogin":{"url":null,"errors":[{"__typename":"SocialLoginFailed","code":"SOCIAL_LOGIN_FAILED"}]}}`
	none := newService(t, false).api(t)
	require.JSONEq(t, `{"socialProviders":[]}`, none.data(`{socialProviders{id}}`, nil))
	require.JSONEq(t, failed, none.data(beginSocial, map[string]any{"provider": "acme"}))

	down := newServiceWith(t, false, socialEnv("http://127.0.0.1:1")).api(t) // it starts even so
	require.JSONEq(t, failed, down.data(beginSocial, map[string]any{"provider": "acme"}))
	require.JSONEq(t, failed, down.data(beginSocial, map[string]any{"provider": "nobody"}))
}
