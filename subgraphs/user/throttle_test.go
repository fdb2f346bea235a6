package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// frozen is a service where no time passes: nobody has waited until they are heard again.
func frozen(t *testing.T, env func(string) string) *service {
	t.Helper()
	start := time.Now()
	return newServiceAt(t, false, env, func() time.Time { return start })
}

func unset(string) string { return "" }

// guesses sends wrong log-ins, one in each request, and returns how many hashes they cost. Each goes to the account and
// comes from the address that at names.
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

// from is a client whose requests a trusted router passes on.
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

// Strangers guess at an account from several addresses, and go on. Its owner is heard each time, from elsewhere.
func TestStrangersDoNotLockTheOwnerOut(t *testing.T) {
	t.Parallel()
	start, passed := time.Now(), time.Duration(0)
	s := newServiceAt(t, false, unset, func() time.Time { return start.Add(passed) })
	s.from(t, "192.0.2.1").register("ada")
	stranger := func(i int) (string, string) { return "ada", fmt.Sprintf("198.51.100.%d", i%5) }
	s.guesses(t, 10, stranger)
	for i := range 12 {
		s.guesses(t, 3, stranger)
		passed += time.Second
		query := []string{signIn, createToken}[i%2]
		require.Contains(t, s.from(t, "192.0.2.99").data(query, credentials("ada", password)), `"errors":[]`, i)
	}
}

// Guesses from ever so many addresses are bounded; the devices that the owner has logged in with are heard all the same.
func TestKnownDevicesAreHeardWhileMyriadsGuess(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	home := s.from(t, "192.0.2.1")
	home.register("ada")
	var api struct{ CreateToken struct{ Device string } }
	home.read(&api, createToken, credentials("ada", password))
	require.NotEmpty(t, api.CreateToken.Device)
	browser := s.browser(t)
	require.Contains(t, browser.data(signIn, credentials("ada", password)), `"errors":[]`)
	browser.data(signOut, map[string]any{"everywhere": true})

	for _, login := range []string{"ada", "ada@example.org"} {
		require.EqualValues(t, 100, s.guesses(t, 150, func(i int) (string, string) { return login, fmt.Sprintf("198.51.%d.%d", i/200, i%200) }))
		require.Contains(t, s.from(t, "203.0.113.1").data(createToken, credentials(login, password)), "TOO_MANY_ATTEMPTS")
		for range 15 { // and each success is as good as the first
			require.Contains(t, browser.data(signIn, credentials(login, password)), `"errors":[]`)
			withDevice := credentials(login, password)
			withDevice["input"].(map[string]any)["device"] = api.CreateToken.Device
			require.Contains(t, s.from(t, "203.0.113.1").data(createToken, withDevice), `"device":"`+api.CreateToken.Device+`","errors":[]`)
		}
	}
}

// A device makes guesses no cheaper: not its own, and not those at other accounts.
func TestADeviceGuessesNoMoreThanOthers(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	eve := s.from(t, "203.0.113.7")
	eve.register("eve")
	s.from(t, "192.0.2.1").register("ada")
	var api struct{ CreateToken struct{ Device string } }
	eve.read(&api, createToken, credentials("eve", password))
	for login, want := range map[string]int64{"eve": 10, "ada": 10, "nobody": 0} { // of the address ten are heard in all
		before := s.hash.Computed()
		for range 30 {
			guess := credentials(login, "wrong")
			guess["input"].(map[string]any)["device"] = api.CreateToken.Device
			eve.data(createToken, guess)
		}
		if login == "eve" {
			require.Equal(t, want, s.hash.Computed()-before)
			continue
		}
		require.LessOrEqual(t, s.hash.Computed()-before, int64(10))
	}
	var kept []string
	require.NoError(t, s.db.Read().SelectContext(t.Context(), &kept, `SELECT user_id FROM devices`))
	require.Len(t, kept, 1, "guesses make nothing known")
}

// What is told of an account that exists and of one that does not is the same, by name or by e-mail address, however
// often and by whichever route it is asked.
func TestAnswersDoNotTellWhichAccountsExist(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	s.stopAnswering()
	s.from(t, "192.0.2.1").register("ada")
	told := func(network int, names ...string) (all []string) {
		for round := range 4 { // 60 addresses each: the first rounds are heard
			for i := range 60 {
				c := s.from(t, fmt.Sprintf("198.51.%d.%d", network, i))
				name := names[min(round, len(names)-1)]
				all = append(all, c.data([]string{signIn, createToken}[i%2], credentials(name, "wrong")))
				if i%20 == 0 {
					all = append(all, c.data(forgot, map[string]any{"login": name}))
				}
			}
		}
		return all
	}
	// Guesses by the name first, then by the e-mail address: it must not be seen that they are one account's.
	known := told(1, "ada", "ada", "ada", "ada@example.org")
	require.Contains(t, strings.Join(known, ""), "TOO_MANY_ATTEMPTS")
	require.Equal(t, known, told(2, "nobody", "nobody", "nobody", "nobody@example.org"))
}

// Whoever sets a new password by a letter is let in with it, though strangers go on guessing.
func TestALetterLetsTheOwnerIn(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	box := s.mail(t)
	s.from(t, "192.0.2.1").register("ada")
	box.letter(t, "Please confirm your e-mail address")
	myriads := func(i int) (string, string) { return "ada", fmt.Sprintf("198.51.%d.%d", i/200, i%200) }
	require.EqualValues(t, 100, s.guesses(t, 150, myriads))
	browser := s.browser(t)
	require.Contains(t, browser.data(signIn, credentials("ada", password)), "TOO_MANY_ATTEMPTS")
	browser.data(forgot, map[string]any{"login": "ada"})
	token := tokenInLetter.FindStringSubmatch(box.letter(t, "Set a new password").Body)[1]
	require.Contains(t, browser.data(reset, map[string]any{"token": token, "new": another}), `"done":true`)
	s.guesses(t, 150, func(i int) (string, string) { return myriads(i + 1000) })
	require.Contains(t, browser.data(signIn, credentials("ada", another)), `"errors":[]`)
}

// Who guesses at the password of a session does not delay log-ins, and is bounded too.
func TestGuessesByASessionAreBounded(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	c := s.api(t)
	c.register("ada")
	c.token = c.createToken("ada").AccessToken
	before := s.hash.Computed()
	for range 30 {
		c.data(changePassword, map[string]any{"old": "wrong", "new": another})
	}
	require.EqualValues(t, 10, s.hash.Computed()-before)
	require.Contains(t, s.from(t, "192.0.2.1").data(signIn, credentials("ada", password)), `"errors":[]`)
}

// A changed password makes the devices unknown that whoever knew the old one may have logged in with.
func TestAChangedPasswordForgetsDevices(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	devices := func() (count int) {
		require.NoError(t, s.db.Read().GetContext(t.Context(), &count, `SELECT count(*) FROM devices`))
		return count
	}
	browser, c := s.browser(t), s.api(t)
	browser.register("ada")
	browser.data(signIn, credentials("ada", password))
	for range 30 {
		c.createToken("ada")
	}
	require.Equal(t, 21, devices(), "twenty of a kind at most")
	browser.data(changePassword, map[string]any{"old": password, "new": another})
	require.Equal(t, 1, devices())
	require.Contains(t, browser.data(signIn, credentials("ada", another)), `"errors":[]`)
	require.Equal(t, 1, devices(), "the browser's own stayed")
}

// An address may be another's until it is verified: its mailbox cannot be filled.
func TestLettersThatVerifyAreThrottled(t *testing.T) {
	t.Parallel()
	start, passed := time.Now(), time.Duration(0)
	s := newServiceAt(t, false, unset, func() time.Time { return start.Add(passed) })
	c := s.api(t)
	c.register("ada")
	letters := func() (count int) {
		require.NoError(t, s.db.Read().GetContext(t.Context(), &count, `SELECT count(*) FROM letters`))
		return count
	}
	for range 24 * 12 { // every five minutes of a day
		passed += 5 * time.Minute
		c.token = c.createToken("ada").AccessToken
		require.JSONEq(t, `{"sendVerification":{"accepted":true}}`, c.data(`mutation{sendVerification{accepted}}`, nil))
	}
	require.Less(t, letters(), 20)
}

// A name that looks like what an address, or somebody's account, is counted under is counted as a name.
func TestNobodyIsThrottledByTheNamesThatOthersTry(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	s.from(t, "192.0.2.1").register("ada")
	for i := range 40 {
		s.from(t, fmt.Sprintf("198.51.100.%d", i)).data(signIn, credentials("address 192.0.2.1", "wrong"))
	}
	require.Contains(t, s.from(t, "192.0.2.1").data(signIn, credentials("ada", password)), `"errors":[]`)
}

// Clients whose address is not known are many, and have a limit together: one of them must not lock out the others.
func TestGuessesFromNowhereAreBounded(t *testing.T) {
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

// A request tries one password or code, by whatever fields and aliases, right or wrong.
func TestARequestBringsOneCredential(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	c := s.api(t)
	c.register("ada")
	c.token = c.createToken("ada").AccessToken
	for what, c2 := range map[string]struct{ first, field string }{
		"log-ins":     {"", `login(input:{login:"ada" password:%q}){errors{__typename ...on UserError{code}}}`},
		"tokens":      {"", `createToken(input:{login:"ada" password:%q}){errors{__typename ...on UserError{code}}}`},
		"changes":     {"", `changePassword(input:{currentPassword:"wrong" newPassword:%q}){errors{__typename ...on UserError{code}}}`},
		"codes":       {"", `finishSocialLogin(input:{state:"s" code:%q}){errors{__typename ...on UserError{code}}}`},
		"letters":     {"", `resetPassword(input:{token:"t" newPassword:%q}){errors{__typename ...on UserError{code}}}`},
		"addresses":   {"", `verifyEmail(token:%q){errors{__typename ...on UserError{code}}}`},
		"newcomers":   {"", `register(input:{username:"ada" email:"ada@example.org" firstName:"M" lastName:"M" password:%q}){errors{__typename ...on UserError{code}}}`},
		"all of them": {`v:verifyEmail(token:"x"){errors{__typename}} `, `login(input:{login:"ada" password:%q}){errors{__typename ...on UserError{code}}}`},
	} {
		var fields strings.Builder
		for n := range 100 {
			_, _ = fmt.Fprintf(&fields, "a%d:"+c2.field+" ", n, password)
		}
		before := s.hash.Computed()
		got := c.data("mutation{"+c2.first+fields.String()+"}", nil)
		require.LessOrEqual(t, s.hash.Computed()-before, int64(1), what)
		heard := 1
		if c2.first != "" {
			heard = 0
		}
		require.Equal(t, 100-heard, strings.Count(got, `"TOO_MANY_ATTEMPTS"`), what)
	}
	require.Contains(t, c.data(signIn, credentials("ada", password)), `"errors":[]`, "the next request is another")
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
		crowd.data(signUp, newcomer(fmt.Sprint("crowd", i%20))) // of which some are taken: they cost as much
	}
	require.EqualValues(t, 10, s.hash.Computed()-before)
	require.JSONEq(t, `{"register":{"user":null,"errors":[
		{"__typename":"TooManyAttempts","code":"TOO_MANY_ATTEMPTS","path":null,"retryAfter":2}]}}`, crowd.data(signUp, newcomer("late")))
	require.Contains(t, crowd.data(signUp, newcomer("")), "InvalidInput", "what is wrong is told before")
	require.Contains(t, crowd.data(signIn, credentials("crowd0", password)), `"errors":[]`, "log-ins are counted apart")
	require.NotEmpty(t, s.from(t, "203.0.113.8").register("other"), "others are let in")
	for i := range 30 {
		require.NotEmpty(t, s.api(t).register(fmt.Sprint("local", i)), "on this machine there is work to do")
	}
}

// requests is how many requests for new passwords wait to be answered, when nobody answers them.
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
	for i := range 30 { // everybody for one account
		ask([]string{"ada", "ADA"}[i%2], fmt.Sprintf("198.51.100.%d", i))
		heard += s.requests(t)
		s.change(t, `DELETE FROM reset_requests`)
	}
	require.Equal(t, 3, heard)
	ask("bob", "198.51.100.1")
	require.Equal(t, 1, s.requests(t), "others are heard")
}

// Whether there is such an account makes no difference in what a request for a new password costs, heard or not.
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

// What costs the same for accounts that are there and for those that are not: hashes, and statements.
func TestUnknownAccountsCostTheSame(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	s.stopAnswering() // that costs statements too
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

func TestASuccessMakesUpForNoOtherGuess(t *testing.T) {
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
	require.Contains(t, s.from(t, "203.0.113.8").data(signIn, credentials("eve", password)), `"errors":[]`, "others are let in")
}

func TestOnlyRoutersTellAddresses(t *testing.T) {
	t.Parallel()
	s := frozen(t, func(name string) string {
		return map[string]string{"TRUSTED_ROUTERS": "10.0.0.0/8"}[name] // and we are not among them
	})
	// They all come from here, whatever they say.
	require.EqualValues(t, 10, s.guesses(t, 40, func(i int) (string, string) {
		return fmt.Sprint("nobody", i), fmt.Sprintf("198.51.100.%d", i)
	}))

	trusting := frozen(t, unset) // a chain: the last address that is not trusted counts
	require.EqualValues(t, 10, trusting.guesses(t, 40, func(i int) (string, string) {
		return fmt.Sprint("nobody", i), fmt.Sprintf("198.51.100.%d, 203.0.113.7, 127.0.0.1", i)
	}))

	_, err := trustedRouters(func(string) string { return "10.0.0.0/8, everybody" })
	require.ErrorContains(t, err, "TRUSTED_ROUTERS")
}
