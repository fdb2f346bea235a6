package account

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

// attemptsMemory is how long attempts are remembered after the last one.
const attemptsMemory = 15 * time.Minute

// rule says how many consecutive attempts are free, and how long a client waits for each further
// one. The wait doubles up to a bound, so that nobody can lock others out for long.
type rule struct {
	free           int
	first, longest time.Duration
	// memory is how long attempts are remembered after the last one.
	memory time.Duration
}

// forOne is the rule for one client: for its address, and for its guesses at one login.
func forOne() rule {
	return rule{free: 10, first: 2 * time.Second, longest: 5 * time.Minute, memory: attemptsMemory}
}

// forLogin is the rule for all guesses at one login, from any address. NIST SP 800-63B, section
// 5.2.2, allows 100 consecutive failures for an account.
func forLogin() rule {
	return rule{free: 100, first: 2 * time.Second, longest: 5 * time.Minute, memory: attemptsMemory}
}

// forMany is the rule for all clients without a known address. Once the routers are configured,
// those are only clients on this machine, such as developers and scripts; one of them must not
// lock out the others. It is also the rule for social log-ins from one address, because an office
// shares an address.
func forMany() rule {
	return rule{free: 100, first: time.Second, longest: time.Second, memory: attemptsMemory}
}

// forMailbox is the rule for mails that anybody can request. Each accepted request sends a
// mail, so the owner gets one.
func forMailbox() rule {
	return rule{free: 3, first: time.Minute, longest: 5 * time.Minute, memory: attemptsMemory}
}

// forVerification is the rule for mails to an address that may belong to somebody else. Their
// links are valid for a day.
func forVerification() rule {
	return rule{free: 3, first: time.Minute, longest: 6 * time.Hour, memory: verifyLife}
}

// limit is a counter and its rule. Each name begins with a fixed word, so no login can collide
// with the name of another limit.
type limit struct {
	name string
	rule rule
}

// digest returns a name for text that a client chooses. It has a fixed length, and does not
// contain the text, which may be a password typed as a login.
func digest(words ...string) string {
	return base64.RawURLEncoding.EncodeToString(hashToken(strings.Join(words, "\x00")))
}

// perLogin returns the limit of an action for a login.
func perLogin(what, login string, r rule) limit {
	return limit{name: what + digest(login), rule: r}
}

// perAddress returns the limit of an action for an address. Clients without a known address share
// one.
func perAddress(what, address string) limit {
	if address == "" {
		return limit{name: what + "address", rule: forMany()}
	}
	return limit{name: what + "address " + address, rule: forOne()}
}

// attempt lists the limits that count one password guess.
type attempt struct {
	// own are the limits of this client for this account. A success deletes their failures.
	own []limit
	// shared are limits that also count other clients or other accounts. A success subtracts only
	// its own attempt: otherwise logging in to an account of one's own would erase guesses at
	// others.
	shared []limit
}

// attemptAt returns the limits for an attempt of a client at a login. A device that the account's
// owner has logged in with has its own limit, which strangers cannot use up. Other guesses are
// counted by login and address together, by login, and by address. Logins are counted as typed,
// whether they exist or not: if a username and an e-mail address shared a counter, it would show
// that they belong to one account.
func attemptAt(login string, from Client, known bool) attempt {
	if known {
		return attempt{own: []limit{perLogin("device ", from.Device, forOne())}}
	}
	return attempt{
		own:    []limit{{name: "login at address " + digest(login, from.Address), rule: forOne()}},
		shared: []limit{perLogin("login ", login, forLogin()), perAddress("", from.Address)},
	}
}

// changeBy returns the limit for password changes by a logged-in user. Strangers cannot use it
// up.
func changeBy(userID string) attempt {
	return attempt{own: []limit{{name: "change " + userID, rule: forOne()}}}
}

// repeatBy is an attempt to repeat the reset of a user's password with a used link.
func repeatBy(userID string) attempt {
	return attempt{own: []limit{{name: "repeat " + userID, rule: forOne()}}}
}

// limitsOf returns the names of the limits that count a user's failed log-ins and password
// changes.
func limitsOf(u User) []string {
	return []string{
		perLogin("login ", typed.Login(u.Username), forLogin()).name,
		perLogin("login ", typed.Login(u.Email), forLogin()).name,
		changeBy(u.ID).own[0].name,
	}
}

func namesOf(limits []limit) []string {
	names := make([]string, len(limits))
	for i, l := range limits {
		names[i] = l.name
	}
	return names
}

// Failures counts consecutive attempts under one name, such as failed log-ins or registrations.
type Failures struct {
	Count int
	Last  time.Time
}

// remembered returns the failures that still count.
func (r rule) remembered(f Failures, now time.Time) Failures {
	if now.Sub(f.Last) > r.memory {
		return Failures{}
	}
	return f
}

func (f Failures) another(now time.Time) Failures {
	return Failures{Count: f.Count + 1, Last: now}
}

// wait returns how long it takes until the next attempt is allowed.
func (r rule) wait(f Failures, now time.Time) time.Duration {
	if f.Count < r.free {
		return 0
	}
	pause := r.longest
	if doublings := f.Count - r.free; doublings < 10 {
		pause = min(r.first<<doublings, r.longest)
	}
	return max(f.Last.Add(pause).Sub(now), 0)
}
