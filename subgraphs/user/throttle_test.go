package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/user/social"
)

// frozen returns a service whose clock stands still, so that no throttled client ever gets
// another attempt.
func frozen(t *testing.T, env func(string) string) *service {
	t.Helper()
	start := time.Now()
	return newServiceAt(t, false, env, func() time.Time { return start })
}

func unset(string) string { return "" }

// guesses sends wrong log-ins, one in each request, and returns how many hashes they cost. at
// gives each one's account and client address.
func (s *service) guesses(t *testing.T, count int, at func(i int) (login, address string)) int64 {
	t.Helper()
	before := s.hash.Computed()
	for i := range count {
		login, address := at(i)
		query := []string{signIn, createToken}[i%2]
		require.NotContains(t, s.from(t, address).data(query, credentials(login, "wrong")), `"errors":[]`)
	}
	return s.hash.Computed() - before
}

const createToken = `mutation($input:CredentialsInput!){createToken(input:$input){device errors{__typename ...on UserError{code message path} ...on TooManyAttempts{retryAfter}}}}`

// from returns a client whose requests come through a trusted router.
func (s *service) from(t *testing.T, address string) *client {
	t.Helper()
	c := s.api(t)
	c.http = &http.Client{Transport: passedOn(address)}
	return c
}

type passedOn string

func (p passedOn) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("X-Forwarded-For", string(p))
	return http.DefaultTransport.RoundTrip(r)
}

func TestManyWrongLoginsCostFewHashes(t *testing.T) {
	t.Parallel()
	const count = 300
	s := frozen(t, unset)
	s.from(t, "192.0.2.1").register("ada")
	names := []string{"ada", "ADA"}
	everywhere := func(i int) string { return fmt.Sprintf("198.51.%d.%d", i/200, i%200) }
	for what, c := range map[string]struct {
		want int64
		at   func(i int) (login, address string)
	}{
		"one account, from everywhere":            {100, func(i int) (string, string) { return names[i%2], everywhere(i) }},
		"its e-mail address, from everywhere":     {100, func(i int) (string, string) { return "ada@example.org", everywhere(i + 1000) }},
		"nobody's account, from everywhere":       {100, func(i int) (string, string) { return "nobody", everywhere(i + 2000) }},
		"one account, from one address":           {10, func(i int) (string, string) { return "bob", "203.0.113.9" }},
		"nobody's account, from nowhere":          {10, func(int) (string, string) { return "nobody else", "" }},
		"many accounts, from one address":         {10, func(i int) (string, string) { return fmt.Sprint("nobody", i), "203.0.113.7" }},
		"many accounts, from one network of IPv6": {10, func(i int) (string, string) { return fmt.Sprint("somebody", i), fmt.Sprintf("2001:db8::%x", i+1) }},
	} {
		require.Equal(t, c.want, s.guesses(t, count, c.at), what)
	}
}

// A login that looks like the name of another limit counts only as a login.
func TestLoginsCannotCollideWithOtherLimits(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	s.from(t, "192.0.2.1").register("ada")
	for i := range 40 {
		s.from(t, fmt.Sprintf("198.51.100.%d", i)).data(signIn, credentials("address 192.0.2.1", "wrong"))
	}
	require.Contains(t, s.from(t, "192.0.2.1").data(signIn, credentials("ada", password)), `"errors":[]`)
}

// Clients with unknown addresses share one limit, and one of them must not lock out the others.
func TestGuessesFromUnknownAddressesAreLimited(t *testing.T) {
	t.Parallel()
	start := time.Now()
	passed := time.Duration(0)
	s := newServiceAt(t, false, unset, func() time.Time { return start.Add(passed) })
	s.api(t).register("ada")
	nowhere := func(i int) (string, string) { return fmt.Sprint("nobody", i), "" }
	require.EqualValues(t, 100, s.guesses(t, 200, nowhere))
	require.Contains(t, s.api(t).data(signIn, credentials("ada", password)), "TooManyAttempts")
	passed = time.Second
	require.Contains(t, s.api(t).data(signIn, credentials("ada", password)), `"errors":[]`)
}

// A request can try one password or code, right or wrong, whichever fields and aliases it uses.
func TestARequestMayContainOneCredential(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	c := s.api(t)
	c.register("ada")
	c.token = c.createToken("ada").AccessToken
	for what, c2 := range map[string]struct{ first, field string }{
		"log-ins":     {"", `login(input:{login:"ada" password:%q}){errors{...on UserError{code}}}`},
		"tokens":      {"", `createToken(input:{login:"ada" password:%q}){errors{...on UserError{code}}}`},
		"changes":     {"", `changePassword(input:{currentPassword:"wrong" newPassword:%q}){errors{...on UserError{code}}}`},
		"codes":       {"", `finishSocialLogin(input:{state:"s" code:%q}){errors{...on UserError{code}}}`},
		"mails":       {"", `resetPassword(input:{token:"t" newPassword:%q}){errors{...on UserError{code}}}`},
		"addresses":   {"", `verifyEmail(token:%q){errors{...on UserError{code}}}`},
		"newcomers":   {"", `register(input:{username:"ada" email:"ada@example.org" firstName:"M" lastName:"M" password:%q}){errors{...on UserError{code}}}`},
		"all of them": {`v:verifyEmail(token:"x"){errors{__typename}} `, `login(input:{login:"ada" password:%q}){errors{...on UserError{code}}}`},
	} {
		var fields strings.Builder
		for n := range 9 {
			_, _ = fmt.Fprintf(&fields, "a%d:"+c2.field+" ", n, password)
		}
		before := s.hash.Computed()
		got := c.data("mutation{"+c2.first+fields.String()+"}", nil)
		require.LessOrEqual(t, s.hash.Computed()-before, int64(1), what)
		heard := 1
		if c2.first != "" {
			heard = 0
		}
		require.Equal(t, 9-heard, strings.Count(got, `"TOO_MANY_ATTEMPTS"`), what)
	}
	require.Contains(t, c.data(signIn, credentials("ada", password)), `"errors":[]`, "the next request may try another")
}

const signUp = `mutation($i:RegisterInput!){register(input:$i){user{id} errors{__typename ...on UserError{code path} ...on TooManyAttempts{retryAfter}}}}`

func newcomer(name string) map[string]any {
	return map[string]any{"i": map[string]any{
		"username": name, "email": name + "@example.org", "firstName": "New", "lastName": "Comer", "password": password,
	}}
}

func TestRegistrationsFromAnAddressAreThrottled(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	crowd := s.from(t, "203.0.113.7")
	before := s.hash.Computed()
	for i := range 30 {
		crowd.data(signUp, newcomer(fmt.Sprint("crowd", i%20))) // some are taken, which costs as much
	}
	require.EqualValues(t, 10, s.hash.Computed()-before)
	require.JSONEq(t, `{"register":{"user":null,"errors":[
		{"__typename":"TooManyAttempts","code":"TOO_MANY_ATTEMPTS","path":null,"retryAfter":2}]}}`, crowd.data(signUp, newcomer("late")))
	require.Contains(t, crowd.data(signUp, newcomer("")), "InvalidInput", "invalid input is reported first")
	require.Contains(t, crowd.data(signIn, credentials("crowd0", password)), `"errors":[]`, "log-ins are counted separately")
	require.NotEmpty(t, s.from(t, "203.0.113.8").register("other"), "other addresses may register")
	for i := range 30 {
		require.NotEmpty(t, s.api(t).register(fmt.Sprint("local", i)), "clients on this machine may register more often")
	}
}

// requests returns how many requests for new passwords wait while nothing answers them.
func (s *service) requests(t *testing.T) (count int) {
	t.Helper()
	require.NoError(t, s.db.Read().GetContext(t.Context(), &count, `SELECT count(*) FROM reset_requests`))
	return count
}

func TestRequestsForNewPasswordsAreThrottled(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	s.stopAnswering()
	ask := func(login, address string) {
		t.Helper()
		require.JSONEq(t, `{"forgotPassword":{"accepted":true}}`, s.from(t, address).data(forgot, map[string]any{"login": login}))
	}
	for i := range 30 { // one address for everybody
		ask(fmt.Sprint("nobody", i), "203.0.113.7")
	}
	require.Equal(t, 10, s.requests(t))

	s.change(t, `DELETE FROM reset_requests`)
	heard := 0
	for i := range 30 { // many addresses for one account
		ask([]string{"ada", "ADA"}[i%2], fmt.Sprintf("198.51.100.%d", i))
		heard += s.requests(t)
		s.change(t, `DELETE FROM reset_requests`)
	}
	require.Equal(t, 3, heard)
	ask("bob", "198.51.100.1")
	require.Equal(t, 1, s.requests(t), "other accounts are not throttled")
}

// A request for a new password costs the same whether the account exists or not, throttled or
// not.
func TestForgottenPasswordsCostTheSame(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	s.stopAnswering()
	s.from(t, "192.0.2.1").register("ada")
	costs := func(login string) (all []int64) {
		for i := range 5 {
			before := s.db.Statements()
			s.from(t, fmt.Sprintf("198.51.100.%d", i)).data(forgot, map[string]any{"login": login})
			all = append(all, s.db.Statements()-before)
		}
		return all
	}
	require.Equal(t, costs("nobody"), costs("ada"))
}

// Existing and unknown accounts cost the same number of hashes and statements.
func TestUnknownAccountsCostTheSame(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	s.stopAnswering() // answering costs statements too
	s.from(t, "192.0.2.1").register("ada")
	cost := func(login string) [2]int64 {
		hashes, statements := s.hash.Computed(), s.db.Statements()
		require.Contains(t, s.from(t, "192.0.2.1").data(signIn, credentials(login, "wrong")), "InvalidCredentials")
		return [2]int64{s.hash.Computed() - hashes, s.db.Statements() - statements}
	}
	known := cost("ada")
	require.EqualValues(t, 1, known[0])
	require.Equal(t, known, cost("nobody"))
	require.Equal(t, known, cost("nobody@example.org"))
}

func TestASuccessDoesNotEraseOtherGuesses(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	c := s.from(t, "203.0.113.7")
	c.register("eve")
	heard := 0
	for i := range 20 {
		if strings.Contains(c.data(signIn, credentials(fmt.Sprint("victim", i), "wrong")), "InvalidCredentials") {
			heard++
			if i < 9 {
				c.createToken("eve")
			}
		}
	}
	require.Equal(t, 10, heard)
	require.Contains(t, s.from(t, "203.0.113.8").data(signIn, credentials("eve", password)), `"errors":[]`, "other addresses can log in")
}

func TestOnlyTrustedRoutersSetClientAddresses(t *testing.T) {
	t.Parallel()
	s := frozen(t, func(name string) string {
		return map[string]string{"TRUSTED_ROUTERS": "10.0.0.0/8"}[name] // does not include this machine
	})
	// All guesses come from this machine, whatever the header says.
	require.EqualValues(t, 10, s.guesses(t, 40, func(i int) (string, string) {
		return fmt.Sprint("nobody", i), fmt.Sprintf("198.51.100.%d", i)
	}))

	trusting := frozen(t, unset) // in a chain, the last address that is not trusted counts
	require.EqualValues(t, 10, trusting.guesses(t, 40, func(i int) (string, string) {
		return fmt.Sprint("nobody", i), fmt.Sprintf("198.51.100.%d, 203.0.113.7, 127.0.0.1", i)
	}))

	_, err := choicesOf(settings.Settings{}, func(name string) string {
		return map[string]string{"TRUSTED_ROUTERS": "10.0.0.0/8, everybody"}[name]
	}, quiet())
	require.ErrorContains(t, err, "TRUSTED_ROUTERS")
}

// Each social log-in that a client begins is stored for a while.
func TestSocialLoginsAreLimited(t *testing.T) {
	t.Parallel()
	n := newInternet(t)
	googleOn(n, nil)
	start := time.Now()
	s := newServiceOf(t, false, presetsEnv, func(c *choices) {
		configs, err := social.FromEnv(presetsEnv("SOCIAL_PROVIDERS"), presetsEnv)
		require.NoError(t, err)
		c.providers = social.New(configs, "http://127.0.0.1:4000/login/callback", n, quiet())
		c.now = func() time.Time { return start }
	})
	begun := func(address string) string {
		return s.from(t, address).data(`mutation{beginSocialLogin(provider:"google"){url errors{
			...on UserError{code} ...on TooManyAttempts{retryAfter}}}}`, nil)
	}
	for range 120 {
		begun("203.0.113.7")
	}
	var kept int
	require.NoError(t, s.db.Read().GetContext(t.Context(), &kept, `SELECT count(*) FROM social_attempts`))
	require.Equal(t, 100, kept)
	require.JSONEq(t, `{"beginSocialLogin":{"url":null,"errors":[{"code":"TOO_MANY_ATTEMPTS","retryAfter":1}]}}`,
		begun("203.0.113.7"))
	require.Contains(t, begun("203.0.113.8"), `"errors":[]`)
}
