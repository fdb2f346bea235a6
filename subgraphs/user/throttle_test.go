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

// guesses sends wrong log-ins, of which many go in one operation, and returns how many hashes they cost. Each goes to
// the account and comes by the address that it is told.
func (s *service) guesses(t *testing.T, count, together int, at func(i int) (login, address string)) int64 {
	t.Helper()
	before := s.hash.Computed()
	for i := 0; i < count; i += together {
		var fields strings.Builder
		_, address := at(i)
		for n := range together {
			login, _ := at(i + n)
			_, _ = fmt.Fprintf(&fields, `a%d:%s(input:{login:%q password:"wrong"}){errors{__typename}} `, n,
				[]string{"login", "createToken"}[n%2], login)
		}
		c := s.from(t, address)
		require.NotContains(t, c.data("mutation{"+fields.String()+"}", nil), `"errors":[]`)
	}
	return s.hash.Computed() - before
}

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

func TestAThousandWrongLoginsCostTenHashes(t *testing.T) {
	t.Parallel()
	const count = 1000
	s := frozen(t, unset)
	s.from(t, "192.0.2.1").register("ada")
	names := []string{"ada", "ADA", "ada@example.org"}
	for what, c := range map[string]struct {
		together int
		at       func(i int) (login, address string)
	}{
		"one account, a few at a time, from everywhere": {4, func(i int) (string, string) { return names[i%3], fmt.Sprintf("198.51.%d.%d", i/200, i%200) }},
		"nobody's account, in operations of a hundred":  {100, func(int) (string, string) { return "nobody", "" }},
		"a thousand accounts, from one address":         {50, func(i int) (string, string) { return fmt.Sprint("nobody", i), "203.0.113.7" }},
		"a thousand accounts, from one network of IPv6": {50, func(i int) (string, string) { return fmt.Sprint("somebody", i), fmt.Sprintf("2001:db8::%x", i+1) }},
	} {
		require.EqualValues(t, 10, s.guesses(t, count, c.together, c.at), what)
	}
}

func TestGuessesByAllRoutesAreCountedTogether(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
	c := s.api(t)
	c.register("ada")
	c.token = c.createToken("ada").AccessToken
	before := s.hash.Computed()
	for range 8 {
		c.data(`mutation{
			a:login(input:{login:"ada" password:"wrong"}){errors{__typename}}
			b:createToken(input:{login:"ADA@example.org" password:"wrong"}){errors{__typename}}
			c:changePassword(input:{currentPassword:"wrong" newPassword:"a new and long one"}){errors{__typename}}
		}`, nil)
	}
	require.EqualValues(t, 10, s.hash.Computed()-before)
}

// What costs the same for accounts that are there and for those that are not: hashes, and statements.
func TestUnknownAccountsCostTheSame(t *testing.T) {
	t.Parallel()
	s := frozen(t, unset)
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
	require.EqualValues(t, 10, s.guesses(t, 40, 1, func(i int) (string, string) {
		return fmt.Sprint("nobody", i), fmt.Sprintf("198.51.100.%d", i)
	}))

	trusting := frozen(t, unset) // a chain: the last address that is not trusted counts
	require.EqualValues(t, 10, trusting.guesses(t, 40, 1, func(i int) (string, string) {
		return fmt.Sprint("nobody", i), fmt.Sprintf("198.51.100.%d, 203.0.113.7, 127.0.0.1", i)
	}))

	_, err := trustedRouters(func(string) string { return "10.0.0.0/8, everybody" })
	require.ErrorContains(t, err, "TRUSTED_ROUTERS")
}
