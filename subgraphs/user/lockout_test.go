package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// manyStrangers returns guesses at a login, each from another address.
func manyStrangers(login string) func(i int) (string, string) {
	return func(i int) (string, string) { return login, fmt.Sprintf("198.51.%d.%d", i/200, i%200) }
}

// Strangers at several addresses keep guessing the password of an account. Its owner can still
// log in each time, from another address.
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

// Guesses from many addresses are limited, but the owner's known devices can log in all the same.
func TestKnownDevicesCanLogInWhileManyGuess(t *testing.T) {
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
		require.EqualValues(t, 100, s.guesses(t, 150, manyStrangers(login)))
		away := s.from(t, "203.0.113.1")
		require.Contains(t, away.data(createToken, credentials(login, password)), "TOO_MANY_ATTEMPTS")
		for range 15 { // each log-in succeeds as the first did
			require.Contains(t, browser.data(signIn, credentials(login, password)), `"errors":[]`)
			withDevice := credentials(login, password)
			withDevice["input"].(map[string]any)["device"] = api.CreateToken.Device
			same := `"device":"` + api.CreateToken.Device + `","errors":[]`
			require.Contains(t, away.data(createToken, withDevice), same)
		}
	}
}

// A known device gets no further guesses, neither at its own account nor at others.
func TestAKnownDeviceGetsNoFurtherGuesses(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	eve := s.from(t, "203.0.113.7")
	eve.register("eve")
	s.from(t, "192.0.2.1").register("ada")
	var api struct{ CreateToken struct{ Device string } }
	eve.read(&api, createToken, credentials("eve", password))
	for _, c := range []struct {
		login string
		heard int64
	}{{"eve", 10}, {"ada", 10}, {"nobody", 0}} { // at other accounts, ten from the address
		before := s.hash.Computed()
		for range 30 {
			guess := credentials(c.login, "wrong")
			guess["input"].(map[string]any)["device"] = api.CreateToken.Device
			eve.data(createToken, guess)
		}
		require.Equal(t, c.heard, s.hash.Computed()-before, c.login)
	}
	var kept []string
	require.NoError(t, s.db.Read().SelectContext(t.Context(), &kept, `SELECT user_id FROM devices`))
	require.Len(t, kept, 1, "failed guesses add no device")
}

// The answers for an existing account and for an unknown one are the same, by username or by
// e-mail address, for any number of attempts and from any address.
func TestAnswersDoNotRevealWhichAccountsExist(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	s.stopAnswering()
	s.from(t, "192.0.2.1").register("ada")
	answers := func(network int, names ...string) (all []string) {
		for round := range 4 { // 60 addresses each: the first rounds are not throttled
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
	// Guesses by the username first, then by the e-mail address: the answers must not reveal that
	// both belong to one account.
	known := answers(1, "ada", "ada", "ada", "ada@example.org")
	require.Contains(t, strings.Join(known, ""), "TOO_MANY_ATTEMPTS")
	require.Equal(t, known, answers(2, "nobody", "nobody", "nobody", "nobody@example.org"))
}

// An owner who sets a new password by mail can log in with it while strangers keep guessing.
func TestTheOwnerCanLogInAfterAResetByMail(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	box := s.mail(t)
	s.from(t, "192.0.2.1").register("ada")
	box.mail(t, "Please confirm your e-mail address")
	require.EqualValues(t, 100, s.guesses(t, 150, manyStrangers("ada")))
	browser := s.browser(t)
	require.Contains(t, browser.data(signIn, credentials("ada", password)), "TOO_MANY_ATTEMPTS")
	browser.data(forgot, map[string]any{"login": "ada"})
	token := tokenInMail.FindStringSubmatch(box.mail(t, "Set a new password").Body)[1]
	require.Contains(t, browser.data(reset, map[string]any{"token": token, "new": another}), `"done":true`)
	s.guesses(t, 150, manyStrangers("ada"))
	require.Contains(t, browser.data(signIn, credentials("ada", another)), `"errors":[]`)
}

// Guesses at the password by a logged-in session do not delay log-ins, and are limited too.
func TestGuessesByASessionAreLimited(t *testing.T) {
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

// Changing the password removes all other devices: somebody who knew the old password may have
// added them.
func TestAChangedPasswordRemovesDevices(t *testing.T) {
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
	require.Equal(t, 21, devices(), "at most twenty of each kind")
	browser.data(changePassword, map[string]any{"old": password, "new": another})
	require.Equal(t, 1, devices())
	require.Contains(t, browser.data(signIn, credentials("ada", another)), `"errors":[]`)
	require.Equal(t, 1, devices(), "the browser that changed it stays")
}

// An unverified address may belong to somebody else, so nobody may fill its mailbox.
func TestVerificationMailsAreThrottled(t *testing.T) {
	t.Parallel()
	start, passed := time.Now(), time.Duration(0)
	s := newServiceAt(t, false, unset, func() time.Time { return start.Add(passed) })
	c := s.api(t)
	c.register("ada")
	mails := func() (count int) {
		require.NoError(t, s.db.Read().GetContext(t.Context(), &count, `SELECT count(*) FROM letters`))
		return count
	}
	for range 24 * 12 { // every five minutes of a day
		passed += 5 * time.Minute
		c.token = c.createToken("ada").AccessToken
		require.JSONEq(t, `{"sendVerification":{"accepted":true}}`, c.data(`mutation{sendVerification{accepted}}`, nil))
	}
	require.Less(t, mails(), 20)
}
