package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/mail"
)

const (
	changePassword = `mutation($old:String!$new:String!){changePassword(input:{currentPassword:$old newPassword:$new}){user{id} endedSessions errors{__typename ...on UserError{code path}}}}`
	forgot         = `mutation($login:String!){forgotPassword(login:$login){accepted}}`
	reset          = `mutation($token:String!$new:String!){resetPassword(input:{token:$token newPassword:$new}){done errors{__typename}}}`
	verify         = `mutation($token:String!){verifyEmail(token:$token){done errors{__typename}}}`
	sessions       = `{me{sessions{id kind current createdAt renewedAt expiresAt}}}`
	events         = `{me{events{kind actorId}}}`
	revoke         = `mutation($id:ID!){revokeSession(id:$id){endedSessions}}`
	setRole        = `mutation($id:ID!$role:Role!){setRole(input:{userId:$id role:$role}){user{role} errors{__typename}}}`
	find           = `query($id:ID$username:String){user(id:$id username:$username){username email events{kind} sessions{kind}}}`
	list           = `query($search:String$first:Int!=20$after:String){users(search:$search first:$first after:$after){totalCount pageInfo{hasNextPage hasPreviousPage endCursor} edges{node{username}}}}`
	another        = "another long enough one"
)

// mailbox receives the mails that were sent.
type mailbox struct{ mails chan account.Mail }

func (m mailbox) Send(ctx context.Context, l account.Mail) error {
	select {
	case m.mails <- l:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// mail delivers the mails of a service until the test ends.
func (s *service) mail(t *testing.T) mailbox {
	t.Helper()
	box := mailbox{mails: make(chan account.Mail)}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- mail.Relay{Mails: s.kept, Sender: box, Log: quiet()}.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
	return box
}

var tokenInMail = regexp.MustCompile(`http://127\.0\.0\.1:4000/(?:verify|reset-password)#token=([A-Z2-7]+)\n`)

// token waits for a mail and returns the token in it.
func (m mailbox) token(t *testing.T, recipient, subject string) string {
	t.Helper()
	select {
	case message := <-m.mails:
		require.Equal(t, recipient, message.Recipient)
		require.Equal(t, subject, message.Subject)
		found := tokenInMail.FindStringSubmatch(message.Body)
		require.NotNil(t, found, message.Body)
		return found[1]
	case <-time.After(20 * time.Second):
		require.FailNow(t, "no message arrived")
		return ""
	}
}

func TestEmailIsVerifiedByMail(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	box, c := s.mail(t), s.api(t)
	c.register("ada")
	c.token = c.createToken("ada").AccessToken
	require.JSONEq(t, `{"me":{"emailVerified":false}}`, c.data(`{me{emailVerified}}`, nil))
	token := box.token(t, "ada@example.org", "Please confirm your e-mail address")

	require.Contains(t, c.data(verify, map[string]any{"token": "A" + token}), "TokenInvalid")
	require.Contains(t, c.data(reset, map[string]any{"token": token, "new": another}), "TokenInvalid", "a token for another purpose")
	require.JSONEq(t, `{"verifyEmail":{"done":true,"errors":[]}}`, s.api(t).data(verify, map[string]any{"token": token}))
	require.JSONEq(t, `{"me":{"emailVerified":true}}`, c.data(`{me{emailVerified}}`, nil))
	require.JSONEq(t, `{"verifyEmail":{"done":true,"errors":[]}}`,
		s.api(t).data(verify, map[string]any{"token": token}), "its answer was lost")
	require.Equal(t, 1, strings.Count(c.data(events, nil), "EMAIL_VERIFIED"))
	require.Equal(t, []string{"UNAUTHENTICATED"}, s.api(t).do(`mutation{sendVerification{accepted}}`, nil).codes())
	require.JSONEq(t, `{"sendVerification":{"accepted":true}}`, c.data(`mutation{sendVerification{accepted}}`, nil))
}

func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	box, c := s.mail(t), s.api(t)
	c.register("ada")
	box.token(t, "ada@example.org", "Please confirm your e-mail address")
	c.token = c.createToken("ada").AccessToken

	stranger := s.api(t)
	require.JSONEq(t, `{"forgotPassword":{"accepted":true}}`, stranger.data(forgot, map[string]any{"login": "nobody"}))
	require.JSONEq(t, `{"forgotPassword":{"accepted":true}}`, stranger.data(forgot, map[string]any{"login": "ADA"}))
	token := box.token(t, "ada@example.org", "Set a new password")
	require.Contains(t, c.data(events, nil), `{"kind":"PASSWORD_RESET_REQUESTED","actorId":null}`, "nobody was logged in")

	require.Contains(t, stranger.data(reset, map[string]any{"token": token, "new": "short"}), "WeakPassword")
	require.JSONEq(t, `{"resetPassword":{"done":true,"errors":[]}}`, stranger.data(reset, map[string]any{"token": token, "new": another}))
	require.Contains(t, stranger.data(reset, map[string]any{"token": token, "new": password}), "TokenInvalid", "it works once")
	require.JSONEq(t, `{"resetPassword":{"done":true,"errors":[]}}`,
		stranger.data(reset, map[string]any{"token": token, "new": another}), "its answer was lost")

	require.Equal(t, []string{"UNAUTHENTICATED"}, c.do(me, nil).codes(), "the reset ended all sessions")
	require.Contains(t, stranger.data(signIn, credentials("ada", password)), "InvalidCredentials")
	require.NotContains(t, stranger.data(signIn, credentials("ada", another)), "InvalidCredentials")
	c.token = ""
	c.token = c.createTokenWith("ada", another).AccessToken
	require.JSONEq(t, `{"me":{"emailVerified":true}}`, c.data(`{me{emailVerified}}`, nil), "the message arrived")
}

func TestAUsedMailHelpsNobodyToGuess(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	box, c := s.mail(t), s.api(t)
	c.register("ada")
	box.token(t, "ada@example.org", "Please confirm your e-mail address")
	c.data(forgot, map[string]any{"login": "ada"})
	token := box.token(t, "ada@example.org", "Set a new password")
	again := func(password string) string {
		return c.data(reset, map[string]any{"token": token, "new": password})
	}
	require.Contains(t, again(another), `"done":true`)

	session := s.api(t)
	session.token = session.createTokenWith("ada", another).AccessToken
	require.Contains(t, again(another), `"done":true`)
	require.NotContains(t, session.data(me, nil), "null", "a repetition ends no session")
	for range 10 {
		require.Contains(t, again("a guess of somebody"), "TokenInvalid")
	}
	require.Contains(t, again(another), "TooManyAttempts")
	s.change(t, `UPDATE letter_tokens SET expires_at = 1`)
	require.Contains(t, again(another), "TokenInvalid", "a repetition after the link's end")
}

func TestExpiredMailsAreDropped(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	c := s.api(t)
	c.register("ada")
	s.change(t, `UPDATE letters SET expires_at = 1`) // the link expired before the mail was sent
	c.register("bob")
	box := s.mail(t)
	box.token(t, "bob@example.org", "Please confirm your e-mail address")
	require.Eventually(t, func() bool {
		var left int
		require.NoError(t, s.db.Read().GetContext(t.Context(), &left, `SELECT count(*) FROM letters`))
		return left == 0
	}, 20*time.Second, time.Millisecond)
}

func TestChangedPasswordEndsMails(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	box, c := s.mail(t), s.api(t)
	c.register("ada")
	box.token(t, "ada@example.org", "Please confirm your e-mail address")
	c.data(forgot, map[string]any{"login": "ada"})
	token := box.token(t, "ada@example.org", "Set a new password")
	c.token = c.createToken("ada").AccessToken
	require.Contains(t, c.data(changePassword, map[string]any{"old": password, "new": another}), `"errors":[]`)
	require.Contains(t, c.data(reset, map[string]any{"token": token, "new": password}), "TokenInvalid")
}

func TestChangePasswordEndsOtherSessions(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	c, thief := s.api(t), s.api(t)
	c.register("ada")
	c.token, thief.token = c.createToken("ada").AccessToken, c.createToken("ada").AccessToken
	change := func(old, next string) map[string]any { return map[string]any{"old": old, "new": next} }

	require.Equal(t, []string{"UNAUTHENTICATED"}, s.api(t).do(changePassword, change(password, another)).codes())
	require.Contains(t, c.data(changePassword, change("wrong", another)), `"path":["input","currentPassword"]`)
	require.Contains(t, c.data(changePassword, change(password, "ada@example.org")), "WeakPassword")
	require.Contains(t, c.data(changePassword, change(password, another)), `"endedSessions":1,"errors":[]`)
	require.Contains(t, c.data(me, nil), "ada")
	require.Equal(t, []string{"UNAUTHENTICATED"}, thief.do(me, nil).codes())
	require.Contains(t, s.api(t).data(signIn, credentials("ada", password)), "InvalidCredentials")

	for range 10 { // guesses are limited as at log-in
		c.data(changePassword, change("guess", password))
	}
	require.Contains(t, c.data(changePassword, change("guess", password)), "TooManyAttempts")
}

func TestSessionsAreListedAndRevoked(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	browser, c, eve := s.browser(t), s.api(t), s.api(t)
	id := browser.register("ada")
	browser.do(signIn, credentials("ada", password))
	c.token = c.createToken("ada").AccessToken
	eve.register("eve")
	eve.token = eve.createToken("eve").AccessToken

	var mine struct {
		Me struct {
			Sessions []struct {
				ID, Kind string
				Current  bool
			}
		}
	}
	c.read(&mine, sessions, nil)
	require.Len(t, mine.Me.Sessions, 2)
	require.Equal(t, "API", mine.Me.Sessions[0].Kind)
	require.True(t, mine.Me.Sessions[0].Current)
	require.Equal(t, "BROWSER", mine.Me.Sessions[1].Kind)
	require.False(t, mine.Me.Sessions[1].Current)

	other := map[string]any{"id": mine.Me.Sessions[1].ID}
	require.JSONEq(t, `{"revokeSession":{"endedSessions":0}}`, eve.data(revoke, other), "another's")
	require.JSONEq(t, `{"revokeSession":{"endedSessions":1}}`, c.data(revoke, other))
	require.JSONEq(t, `{"revokeSession":{"endedSessions":0}}`, c.data(revoke, other), "over")
	require.Equal(t, []string{"UNAUTHENTICATED"}, browser.do(me, nil).codes())
	require.JSONEq(t, fmt.Sprintf(`{"me":{"events":[
		{"kind":"LOGGED_OUT","actorId":%[1]q},{"kind":"LOGGED_IN","actorId":%[1]q},
		{"kind":"LOGGED_IN","actorId":%[1]q},{"kind":"REGISTERED","actorId":%[1]q}]}}`, id), c.data(events, nil))

	hidden := s.api(t).data(`mutation($i:RegisterInput!){register(input:$i){user{sessions{id} events{id}}}}`, map[string]any{"i": map[string]any{
		"username": "bob", "email": "bob@example.org", "firstName": "B", "lastName": "B", "password": password,
	}})
	require.JSONEq(t, `{"register":{"user":{"sessions":[],"events":[]}}}`, hidden, "registering does not log in")
}

func TestAUserHasAHundredSessions(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	c := s.api(t)
	c.register("ada")
	c.token = c.createToken("ada").AccessToken
	for range 99 {
		s.api(t).createToken("ada")
	}
	require.Equal(t, 100, strings.Count(c.data(`{me{sessions{kind}}}`, nil), "API"))
	last := s.api(t)
	last.token = last.createToken("ada").AccessToken
	require.Equal(t, []string{"UNAUTHENTICATED"}, c.do(me, nil).codes(), "the first session has ended")
	require.Equal(t, 100, strings.Count(last.data(`{me{sessions{kind}}}`, nil), "API"))
}

func TestStaffFindNamesInAnyCase(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	staff := s.api(t)
	require.NoError(t, s.kept.SetRole(t.Context(), account.RoleChange{UserID: staff.register("ada"), Role: auth.Support, At: time.Now()}))
	staff.token = staff.createToken("ada").AccessToken
	for _, search := range []string{"LÖVE", "löve", "ada LöVe"} {
		require.Contains(t, staff.data(list, map[string]any{"search": search}), `"totalCount":1`, search)
	}
}

// TestEachChangeShowsTheEventsUpToIt changes a role twice in one request.
func TestEachChangeShowsTheEventsUpToIt(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	admin := s.api(t)
	adminID, id := admin.register("root"), s.api(t).register("ada")
	require.NoError(t, s.kept.SetRole(t.Context(), account.RoleChange{UserID: adminID, Role: auth.Admin, At: time.Now()}))
	admin.token = admin.createToken("root").AccessToken
	const document = `mutation($id:ID!){one:setRole(input:{userId:$id role:SUPPORT}){user{events{kind}}} two:setRole(input:{userId:$id role:ADMIN}){user{events{kind}}}}`
	require.JSONEq(t, `{"one":{"user":{"events":[{"kind":"ROLE_CHANGED"},{"kind":"REGISTERED"}]}},
		"two":{"user":{"events":[{"kind":"ROLE_CHANGED"},{"kind":"ROLE_CHANGED"},{"kind":"REGISTERED"}]}}}`,
		admin.data(document, map[string]any{"id": id}))
}

func TestRoles(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	admin, c := s.api(t), s.api(t)
	adminID, id := admin.register("root"), c.register("ada")
	make := func(user string, role auth.Role) error {
		return s.kept.SetRole(t.Context(), account.RoleChange{UserID: user, Role: role, At: time.Now()})
	}
	require.NoError(t, make(adminID, auth.Admin))
	admin.token, c.token = admin.createToken("root").AccessToken, c.createToken("ada").AccessToken
	to := func(id string, role auth.Role) map[string]any { return map[string]any{"id": id, "role": role} }

	for _, document := range []string{find, list, setRole} {
		variables := to(id, auth.Admin)
		require.Equal(t, []string{"FORBIDDEN"}, c.do(document, variables).codes(), document)
		require.Equal(t, []string{"UNAUTHENTICATED"}, s.api(t).do(document, variables).codes(), document)
	}
	require.JSONEq(t, `{"setRole":{"user":null,"errors":[{"__typename":"LastAdmin"}]}}`, admin.data(setRole, to(adminID, auth.Customer)))
	require.JSONEq(t, `{"setRole":{"user":null,"errors":[{"__typename":"UserNotFound"}]}}`, admin.data(setRole, to(ids.New("usr"), auth.Support)))
	require.JSONEq(t, `{"setRole":{"user":{"role":"SUPPORT"},"errors":[]}}`, admin.data(setRole, to(id, auth.Support)))
	require.Equal(t, []string{"UNAUTHENTICATED"}, c.do(me, nil).codes(), "tokens with the old role end")
	c.token = ""
	c.token = c.createToken("ada").AccessToken
	require.JSONEq(t, `{"me":{"role":"SUPPORT"}}`, c.data(`{me{role}}`, nil))
	require.Contains(t, c.data(find, map[string]any{"username": "ROOT"}), "root@example.org")
	require.Contains(t, c.data(find, map[string]any{"id": adminID}), "ROLE_CHANGED")
	require.Contains(t, c.data(entities, of(adminID)), "root@example.org", "staff see every user as an entity")
	require.JSONEq(t, `{"user":null}`, c.data(find, map[string]any{"username": "nobody"}))
	require.Equal(t, []string{"BAD_USER_INPUT"}, c.do(find, nil).codes())
	require.Equal(t, []string{"FORBIDDEN"}, c.do(setRole, to(id, auth.Admin)).codes(), "support may read but not change")

	require.NoError(t, make(id, auth.Admin))
	require.NoError(t, make(adminID, auth.Customer))
	require.ErrorIs(t, make(id, auth.Customer), account.ErrLastAdmin)
}

func TestUsersAreListedInPages(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	c := s.api(t)
	var first string
	for i := range 5 {
		id := c.register(fmt.Sprintf("user%d", i))
		if i == 0 {
			first = id
		}
	}
	require.NoError(t, s.kept.SetRole(t.Context(), account.RoleChange{UserID: first, Role: auth.Support, At: time.Now()}))
	c.token = c.createToken("user0").AccessToken

	var seen []string
	after := any(nil)
	for {
		var page struct {
			Users struct {
				TotalCount int
				PageInfo   struct {
					HasNextPage bool
					EndCursor   string
				}
				Edges []struct{ Node struct{ Username string } }
			}
		}
		before := s.db.Statements()
		c.read(&page, list, map[string]any{"first": 2, "after": after, "search": "USER"})
		require.EqualValues(t, 3, s.db.Statements()-before, "session, page, count")
		require.Equal(t, 5, page.Users.TotalCount)
		for _, edge := range page.Users.Edges {
			seen = append(seen, edge.Node.Username)
		}
		if after = page.Users.PageInfo.EndCursor; !page.Users.PageInfo.HasNextPage {
			break
		}
	}
	require.Equal(t, "user4 user3 user2 user1 user0", strings.Join(seen, " "))
	require.Contains(t, c.data(list, map[string]any{"search": "%"}), `"totalCount":0`)
	for _, bad := range []map[string]any{{"first": -1}, {"first": 101}, {"after": "x"}, {"search": strings.Repeat("x", 101)}} {
		require.Equal(t, []string{"BAD_USER_INPUT"}, c.do(list, bad).codes(), bad)
	}
	whole := func(n int) int64 {
		before := s.db.Statements()
		c.data(`query($n:Int!){users(first:$n){edges{node{sessions{id} events{id}}}}}`, map[string]any{"n": n})
		return s.db.Statements() - before
	}
	require.Equal(t, whole(1), whole(5), "the number of statements does not grow with the users")
}
