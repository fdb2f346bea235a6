package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/authtest"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

const (
	me       = `{me{id username email firstName lastName displayName createdAt}}`
	signIn   = `mutation($input:CredentialsInput!){login(input:$input){user{id} expiresAt errors{__typename ...on UserError{code message path}}}}`
	renew    = `mutation($token:String){refresh(refreshToken:$token){user{id} token{accessToken refreshToken expiresAt} expiresAt errors{__typename}}}`
	signOut  = `mutation($everywhere:Boolean!){logout(everywhere:$everywhere){endedSessions}}`
	entities = `query($r:[_Any!]!){_entities(representations:$r){... on User{id username email}}}`
)

type refreshed struct {
	Refresh struct {
		User      *struct{ ID string }
		Token     *tokens
		ExpiresAt *time.Time
		Errors    []struct {
			Typename string `json:"__typename"`
		}
	}
}

func here() map[string]any { return map[string]any{"everywhere": false} }

func TestBrowserFromRegistrationToLogout(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	browser := s.browser(t)
	id := browser.register("ada")
	require.JSONEq(t, `{"me":null}`, browser.data(me, nil), "registering does not log in")

	got := browser.do(signIn, credentials("ADA@example.org", password))
	require.Empty(t, got.Errors)
	require.NotContains(t, string(got.Data), "eyJ", "no token in the answer")
	for name, hidden := range map[string]bool{"trefoil_access": true, "trefoil_refresh": true, "trefoil_session": false} {
		cookie := got.cookies[name]
		require.NotNil(t, cookie, name)
		require.Equal(t, hidden, cookie.HttpOnly, name)
		require.Equal(t, http.SameSiteLaxMode, cookie.SameSite, name)
		require.Equal(t, "/", cookie.Path, name)
		require.False(t, cookie.Secure, name)
		require.Positive(t, cookie.MaxAge, name)
	}
	user, session, name := sessionTold(t, got.cookies)
	require.Equal(t, id, user)
	require.Equal(t, `Ada Löve; "x"`, name)

	renewed := browser.do(renew, nil)
	_, same, _ := sessionTold(t, renewed.cookies)
	require.Equal(t, session, same, "a refresh does not begin a session")
	_, other, _ := sessionTold(t, s.browser(t).do(signIn, credentials("ada", password)).cookies)
	require.NotEqual(t, session, other, "a log-in begins one, even for the same user")

	var mine struct{ Me map[string]string }
	browser.read(&mine, me, nil)
	_, err := time.Parse("2006-01-02T15:04:05.000Z", mine.Me["createdAt"])
	require.NoError(t, err)
	delete(mine.Me, "createdAt")
	require.Equal(t, map[string]string{
		"id": id, "username": "ada", "email": "ada@example.org",
		"firstName": "Ada", "lastName": `Löve; "x"`, "displayName": `Ada Löve; "x"`,
	}, mine.Me)

	stolen := renewed.cookies["trefoil_access"].Value
	got = browser.do(signOut, here())
	require.JSONEq(t, `{"logout":{"endedSessions":1}}`, string(got.Data))
	for _, cookie := range got.cookies {
		require.Negative(t, cookie.MaxAge)
	}
	require.Len(t, got.cookies, 3)
	require.JSONEq(t, `{"me":null}`, browser.data(me, nil))
	require.JSONEq(t, `{"logout":{"endedSessions":0}}`, browser.data(signOut, here()))

	thief := s.api(t)
	thief.token = stolen
	require.Equal(t, []string{"UNAUTHENTICATED"}, thief.do(me, nil).codes())
}

// sessionTold reads the cookie for scripts: the ids of the user and the session, and the user's
// name.
func sessionTold(t *testing.T, cookies map[string]*http.Cookie) (user, session, name string) {
	t.Helper()
	require.NotNil(t, cookies["trefoil_session"])
	parts := strings.SplitN(cookies["trefoil_session"].Value, ".", 3)
	require.Len(t, parts, 3)
	name, err := url.PathUnescape(parts[2])
	require.NoError(t, err)
	return parts[0], parts[1], name
}

// Browsers accept a cookie with the prefix __Host- only if it is Secure, has the path / and no
// domain.
func TestCookiesBelongToTheHostOffLoopback(t *testing.T) {
	t.Parallel()
	s := newService(t, true)
	id := s.api(t).register("ada")
	got := s.api(t).do(signIn, credentials("ada", password))
	require.Len(t, got.cookies, 4)
	for name, cookie := range got.cookies {
		require.True(t, strings.HasPrefix(name, "__Host-trefoil_"), name)
		require.True(t, cookie.Secure, name)
		require.Equal(t, "/", cookie.Path, name)
		require.Empty(t, cookie.Domain, name)
	}
	access, refresh := got.cookies["__Host-trefoil_access"].Value, got.cookies["__Host-trefoil_refresh"].Value
	require.Contains(t, s.sending(t, "__Host-trefoil_access="+access).data(me, nil), id)
	require.JSONEq(t, `{"me":null}`, s.sending(t, "trefoil_access="+access).data(me, nil), "another host could set this cookie")
	require.Contains(t, s.sending(t, "trefoil_refresh="+refresh).data(renew, nil), "SessionEnded", "and this one")
	renewed := s.sending(t, "__Host-trefoil_refresh="+refresh).do(renew, nil)
	require.NotEmpty(t, renewed.cookies["__Host-trefoil_refresh"].Value)
	signedOut := s.sending(t, "__Host-trefoil_access="+renewed.cookies["__Host-trefoil_access"].Value).do(signOut, here())
	require.Negative(t, signedOut.cookies["__Host-trefoil_access"].MaxAge)
}

func TestBrowserRefreshes(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	browser := s.browser(t)
	id := browser.register("ada")
	first := browser.do(signIn, credentials("ada", password)).cookies["trefoil_refresh"].Value

	got := browser.do(renew, nil)
	require.NotContains(t, string(got.Data), "eyJ")
	require.Len(t, got.cookies, 3)
	require.NotEqual(t, first, got.cookies["trefoil_refresh"].Value)
	require.Contains(t, browser.data(me, nil), id)

	at, err := url.Parse(s.url)
	require.NoError(t, err)
	browser.http.Jar.SetCookies(at, []*http.Cookie{{Name: "trefoil_refresh", Value: first, Path: "/"}}) // the answer got lost
	require.Equal(t, got.cookies["trefoil_refresh"].Value, browser.do(renew, nil).cookies["trefoil_refresh"].Value)
	require.Contains(t, browser.data(me, nil), id)

	var asAPI refreshed // a browser's token does not work as an argument
	s.api(t).read(&asAPI, renew, map[string]any{"token": got.cookies["trefoil_refresh"].Value})
	require.Equal(t, "SessionEnded", asAPI.Refresh.Errors[0].Typename)
	require.Contains(t, browser.data(me, nil), id)

	thief := s.browser(t) // presenting the first token from elsewhere ends the session
	thief.http.Jar.SetCookies(at, []*http.Cookie{{Name: "trefoil_refresh", Value: first}})
	got = thief.do(renew, nil)
	require.Contains(t, string(got.Data), "SessionEnded")
	require.Negative(t, got.cookies["trefoil_refresh"].MaxAge)
	require.Equal(t, []string{"UNAUTHENTICATED"}, browser.do(me, nil).codes())
	require.Contains(t, browser.data(renew, nil), "SessionEnded")
	require.JSONEq(t, `{"me":null}`, browser.data(me, nil), "its cookies were deleted")
}

func TestAPIConsumer(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	c := s.api(t)
	id := c.register("ada")
	got := c.do(`mutation($input:CredentialsInput!){createToken(input:$input){user{id}}}`, credentials("ada", password))
	require.Empty(t, got.cookies, "no cookie is set")

	pair := c.createToken("ada")
	c.token = pair.AccessToken
	require.Contains(t, c.data(me, nil), id)

	c.token = ""
	var next refreshed
	c.read(&next, renew, map[string]any{"token": pair.RefreshToken})
	require.Equal(t, id, next.Refresh.User.ID)
	c.token = next.Refresh.Token.AccessToken
	require.Contains(t, c.data(me, nil), id)

	var again refreshed // the answer got lost
	c.read(&again, renew, map[string]any{"token": pair.RefreshToken})
	require.Empty(t, again.Refresh.Errors)
	require.Equal(t, next.Refresh.Token.RefreshToken, again.Refresh.Token.RefreshToken)

	var reused refreshed
	s.from(t, "192.0.2.7").read(&reused, renew, map[string]any{"token": pair.RefreshToken})
	require.Equal(t, "SessionEnded", reused.Refresh.Errors[0].Typename)
	require.Nil(t, reused.Refresh.Token)
	require.Equal(t, []string{"UNAUTHENTICATED"}, c.do(me, nil).codes(), "reuse ended the session")
}

func TestLogoutEverywhere(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	laptop, phone, script := s.browser(t), s.browser(t), s.api(t)
	laptop.register("ada")
	laptop.data(signIn, credentials("ada", password))
	phone.data(signIn, credentials("ada", password))
	script.token = script.createToken("ada").AccessToken

	require.JSONEq(t, `{"logout":{"endedSessions":3}}`, laptop.data(signOut, map[string]any{"everywhere": true}))
	require.Equal(t, []string{"UNAUTHENTICATED"}, phone.do(me, nil).codes())
	require.Equal(t, []string{"UNAUTHENTICATED"}, script.do(me, nil).codes())
	require.Equal(t, []string{"UNAUTHENTICATED"}, script.do(signOut, here()).codes(), "an expired token ends no session")
	got := phone.do(signOut, here())
	require.Empty(t, got.Errors, "but a browser's cookies are deleted")
	require.JSONEq(t, `{"me":null}`, phone.data(me, nil))
}

func TestLogoutByRefreshTokenAfterTheAccessTokenExpires(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	browser := s.browser(t)
	browser.register("ada")
	browser.data(signIn, credentials("ada", password))
	at, err := url.Parse(s.url)
	require.NoError(t, err)
	browser.http.Jar.SetCookies(at, []*http.Cookie{{Name: "trefoil_access", Value: "over"}})
	require.JSONEq(t, `{"logout":{"endedSessions":1}}`, browser.data(signOut, here()))
}

func TestForgedTokensRevealNothing(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	c := s.api(t)
	id := c.register("ada")
	good := c.createToken("ada")
	c.token = good.AccessToken
	require.Contains(t, c.data(me, nil), id)

	var claims auth.Claims
	_, _, err := jwt.NewParser().ParseUnverified(good.AccessToken, &claims)
	require.NoError(t, err)
	stranger := authtest.New(t)
	none, err := jwt.NewWithClaims(jwt.SigningMethodNone, claims).SignedString(jwt.UnsafeAllowNoneSignatureType)
	require.NoError(t, err)
	session := account.Session{ID: claims.SessionID, UserID: id}
	expired, err := s.keys.Sign(account.User{Role: auth.Customer}, session, time.Now().Add(-time.Hour), time.Now().Add(-time.Minute))
	require.NoError(t, err)
	unknown, err := s.keys.Sign(account.User{}, account.Session{ID: ids.New("ses"), UserID: id}, time.Now(), time.Now().Add(time.Hour))
	require.NoError(t, err)

	for name, forged := range map[string]string{
		"nonsense": "x.y.z", "alg none": none, "other key": stranger.Sign(t, claims),
		"expired": expired, "unknown session": unknown, "refresh token": good.RefreshToken,
		"cut": good.AccessToken[:len(good.AccessToken)-5],
	} {
		c.token = forged
		for _, got := range []response{c.do(me, nil), c.do(entities, of(id))} {
			require.Equal(t, []string{"UNAUTHENTICATED"}, got.codes(), name)
			require.NotContains(t, string(got.Data), "ada", name)
		}
		require.Equal(t, []string{"UNAUTHENTICATED"}, c.do(signOut, here()).codes(), name)
	}
	c.token = ""
	require.JSONEq(t, `{"me":null}`, c.data(me, nil))
	require.JSONEq(t, `{"_entities":[null]}`, c.data(entities, of(id)))
}

func of(ids ...string) map[string]any {
	representations := make([]map[string]any, len(ids))
	for i, id := range ids {
		representations[i] = map[string]any{"__typename": "User", "id": id}
	}
	return map[string]any{"r": representations}
}

func TestEntitiesReturnOnlyOwnDataInConstantStatements(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	c := s.api(t)
	ada, bob := c.register("ada"), c.register("bob")
	c.token = c.createToken("ada").AccessToken

	mine := `{"id":"` + ada + `","username":"ada","email":"ada@example.org"}`
	require.JSONEq(t, `{"_entities":[null,`+mine+`,null,`+mine+`,null]}`,
		c.data(entities, of(bob, ada, ids.New("usr"), ada, "nonsense")))

	statements := func(representations map[string]any) int64 {
		before := s.db.Statements()
		c.data(entities, representations)
		return s.db.Statements() - before
	}
	many := make([]string, 500)
	for i := range many {
		many[i] = ids.New("usr")
	}
	require.EqualValues(t, 2, statements(of(ada)), "the session, the user")
	require.EqualValues(t, 2, statements(of(append(many, ada, bob)...)))
}

func TestBadInputIsAClientError(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	c := s.api(t)
	for body, code := range map[string]string{
		`{"query":"{me{id}`:                  "BAD_USER_INPUT",
		`{"query":"{me{id}}","variables":5}`: "BAD_USER_INPUT",
		`{"query":"{me{nope}}"}`:             "GRAPHQL_VALIDATION_FAILED",
		`{"query":"{me{id"}`:                 "GRAPHQL_PARSE_FAILED",
		`{"query":"mutation{register(input:{username:5}){user{id}}}"}`:                                           "GRAPHQL_VALIDATION_FAILED",
		`{"query":"mutation($i:RegisterInput!){register(input:$i){user{id}}}","variables":{"i":{"x":1}}}`:        "BAD_USER_INPUT",
		`{"query":"mutation($i:RegisterInput!){register(input:$i){user{id}}}"}`:                                  "BAD_USER_INPUT",
		`{"query":"mutation($e:Boolean!){logout(everywhere:$e){endedSessions}}","variables":{"e":"yes"}}`:        "BAD_USER_INPUT",
		`{"query":"mutation($e:Boolean=true){logout(everywhere:$e){endedSessions}}","variables":{"e":null}}`:     "BAD_USER_INPUT",
		`{"query":"query($i:Boolean=true){me@skip(if:$i){id}}","variables":{"i":null}}`:                          "BAD_USER_INPUT",
		`{"query":"{_entities(representations:[{__typename:\"Product\",id:\"1\"}]){__typename}}"}`:               "BAD_USER_INPUT",
		`{"query":"{_entities(representations:[{__typename:\"Query\"}]){__typename}}"}`:                          "BAD_USER_INPUT",
		`{"query":"{_entities(representations:[{__typename:\"User\"}]){__typename}}"}`:                           "BAD_USER_INPUT",
		`{"query":"{_entities(representations:[{__typename:\"User\",id:null}]){__typename}}"}`:                   "BAD_USER_INPUT",
		`{"query":"{_entities(representations:[{__typename:\"User\",id:{}}]){__typename}}"}`:                     "BAD_USER_INPUT",
		`{"query":"{_entities(representations:[{id:\"1\"}]){__typename}}"}`:                                      "BAD_USER_INPUT",
		`{"query":"query($r:[_Any!]!){_entities(representations:$r){__typename}}","variables":{"r":[5]}}`:        "BAD_USER_INPUT",
		`{"query":"query($r:[_Any!]!){_entities(representations:$r){__typename}}","variables":{"r":{"id":"1"}}}`: "BAD_USER_INPUT",
	} {
		got := c.send(body)
		require.Less(t, got.status, 500, body)
		require.Equal(t, []string{code}, slices.Compact(got.codes()), body)
	}
	got := c.send(`{"query":"` + strings.Repeat("x", 1<<20) + `"}`)
	require.Equal(t, http.StatusRequestEntityTooLarge, got.status)
}

func TestProblemsAreData(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	c := s.api(t)
	c.register("ada")
	const problems = `errors{__typename ...on UserError{code path}}`
	register := `mutation($input:RegisterInput!){register(input:$input){user{id} ` + problems + `}}`
	input := func(username, email, first, secret string) map[string]any {
		return map[string]any{"input": map[string]any{
			"username": username, "email": email, "firstName": first, "lastName": "Last", "password": secret,
		}}
	}
	require.JSONEq(t, `{"register":{"user":null,"errors":[
		{"__typename":"InvalidInput","code":"INVALID_INPUT","path":["input","firstName"]},
		{"__typename":"WeakPassword","code":"WEAK_PASSWORD","path":["input","password"]}]}}`,
		c.data(register, input("bob", "bob@example.org", "", "password123")))
	require.JSONEq(t, `{"register":{"user":null,"errors":[
		{"__typename":"UsernameTaken","code":"USERNAME_TAKEN","path":["input","username"]},
		{"__typename":"EmailTaken","code":"EMAIL_TAKEN","path":["input","email"]}]}}`,
		c.data(register, input("Ada", "ADA@example.org", "Ada", password)))

	wrong := `{"login":{"user":null,"expiresAt":null,"errors":[{"__typename":"InvalidCredentials",
		"code":"INVALID_CREDENTIALS","message":"Unknown user or wrong password.","path":["input"]}]}}`
	for range 10 {
		got := c.do(signIn, credentials("ada", "wrong"))
		require.JSONEq(t, wrong, string(got.Data))
		require.Empty(t, got.cookies)
	}
	require.JSONEq(t, wrong, c.data(signIn, credentials("nobody", "wrong")))
	var blocked struct {
		CreateToken struct {
			Errors []struct {
				Typename   string `json:"__typename"`
				RetryAfter int
			}
		}
	}
	c.read(&blocked, `mutation($input:CredentialsInput!){createToken(input:$input){errors{__typename ...on TooManyAttempts{retryAfter}}}}`,
		credentials("ada", password))
	require.Equal(t, "TooManyAttempts", blocked.CreateToken.Errors[0].Typename)
	require.Positive(t, blocked.CreateToken.Errors[0].RetryAfter)
}

func TestLostDatabaseRevealsNothing(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	c := s.api(t)
	c.register("ada")
	c.token = c.createToken("ada").AccessToken
	require.NoError(t, s.db.Close())
	got := c.do(me, nil)
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, []string{"INTERNAL"}, got.codes())
	require.NotContains(t, got.Errors[0].Message, "sql")
	require.JSONEq(t, `{"me":null}`, string(got.Data))
}
