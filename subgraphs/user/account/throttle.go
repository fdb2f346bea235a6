package account

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

// attemptsMemory is after how long without another attempt all are forgotten.
const attemptsMemory = 15 * time.Minute

// Request counts the credentials that a request has brought. Its fields may be answered at once.
type Request struct{ credentials atomic.Int64 }

// spend is false from the second password or code of a request on. People send one at a time; only
// who guesses, or wants to keep the service busy, repeats a field under many aliases.
func (r *Request) spend() bool { return r == nil || r.credentials.Add(1) == 1 }

func tooMuch() *Problem {
	const message = "A request can bring one password or code. Send this one in a request of its own."
	return tooMany(message, time.Second)
}

// rule is how many attempts in a row are free, and how long one waits for the next: longer after each, up to a bound, so
// that nobody can lock others out for long.
type rule struct {
	free           int
	first, longest time.Duration
	// memory is after how long without another attempt all are forgotten.
	memory time.Duration
}

// forOne is the rule for one client: for its address, and for its guesses at one login.
func forOne() rule {
	return rule{free: 10, first: 2 * time.Second, longest: 5 * time.Minute, memory: attemptsMemory}
}

// forLogin is the rule for all guesses at one login, from wherever they come. NIST SP 800-63B,
// section 5.2.2, allows 100 failures in a row for an account.
func forLogin() rule {
	return rule{free: 100, first: 2 * time.Second, longest: 5 * time.Minute, memory: attemptsMemory}
}

// forMany is the rule for all whose address is not known: those on this machine, where people develop and scripts ask,
// and nobody else once the routers are known. One of them must not lock out the others. It is also
// the rule for log-ins with providers that an address begins: an office has one address.
func forMany() rule {
	return rule{free: 100, first: time.Second, longest: time.Second, memory: attemptsMemory}
}

// forMailbox is the rule for letters that others ask for. Each that is heard does arrive, so the owner lacks nothing.
func forMailbox() rule {
	return rule{free: 3, first: time.Minute, longest: 5 * time.Minute, memory: attemptsMemory}
}

// forVerification is the rule for letters to an address that may be another's. Their links hold
// for a day.
func forVerification() rule {
	return rule{free: 3, first: time.Minute, longest: 6 * time.Hour, memory: verifyLife}
}

// limit is what is counted under a name. The names begin with a word of ours each, so that nobody's choice of a login
// name makes it another's.
type limit struct {
	name string
	rule rule
}

// digest names something that others choose: it is short however long that is, and keeps no
// password that somebody typed as a login.
func digest(words ...string) string {
	return base64.RawURLEncoding.EncodeToString(hashToken(strings.Join(words, "\x00")))
}

// perLogin limits what is done for a login by what it is.
func perLogin(what, login string, r rule) limit {
	return limit{name: what + digest(login), rule: r}
}

// perAddress limits what comes from an address, by what it is; all clients without one have one limit together.
func perAddress(what, address string) limit {
	if address == "" {
		return limit{name: what + "address", rule: forMany()}
	}
	return limit{name: what + "address " + address, rule: forOne()}
}

// attempt is a password that somebody tries.
type attempt struct {
	// own are the limits of this client for this account. A success forgets their failures.
	own []limit
	// shared are limits that other clients, or other accounts, have a part in. A success takes back
	// the one attempt alone: else an account of one's own would make up for guesses at others.
	shared []limit
}

// attemptAt is an attempt at a login by a client. A device that the account's owner logged in with
// has a limit of its own, which no stranger can use up. For all others the guesses are counted by
// login and address together, by login and by address. Logins are counted as they are typed,
// whether they are somebody's or not: a username and an e-mail address that shared a counter would
// be seen to be one account's.
func attemptAt(login string, from Client, known bool) attempt {
	if known {
		return attempt{own: []limit{perLogin("device ", from.Device, forOne())}}
	}
	return attempt{
		own:    []limit{{name: "login at address " + digest(login, from.Address), rule: forOne()}},
		shared: []limit{perLogin("login ", login, forLogin()), perAddress("", from.Address)},
	}
}

// changeBy is an attempt to change the password of a user who is logged in: a stranger has no part
// in that.
func changeBy(userID string) attempt {
	return attempt{own: []limit{{name: "change " + userID, rule: forOne()}}}
}

// repeatBy is an attempt to repeat the reset of a user's password, by who has the used link.
func repeatBy(userID string) attempt {
	return attempt{own: []limit{{name: "repeat " + userID, rule: forOne()}}}
}

// limitsOf are the names under which failures to log a user in, and to change the password, are
// counted by user.
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

// throttle counts an attempt under each name, unless it has to wait under one of them; then it
// tells how long. It is asked before the work is done: else a thousand attempts at once would all
// come in time.
func (s *Service) throttle(ctx context.Context, limits ...limit) (wait time.Duration, err error) {
	now := s.now()
	err = s.store.CountAttempts(ctx, namesOf(limits), func(past []Failures) []Failures {
		wait = 0
		for i, l := range limits {
			past[i] = l.rule.remembered(past[i], now)
			wait = max(wait, l.rule.wait(past[i], now))
		}
		if wait > 0 {
			return past
		}
		next := slices.Clone(past)
		for i := range next {
			next[i] = next[i].another(now)
		}
		return next
	})
	if err != nil {
		return 0, fmt.Errorf("count attempt: %w", err)
	}
	return wait, nil
}

func tooMany(message string, wait time.Duration) *Problem {
	return &Problem{Kind: TooManyAttempts, Message: message, RetryAfter: wait}
}

// remembered are the failures that still count.
func (r rule) remembered(f Failures, now time.Time) Failures {
	if now.Sub(f.Last) > r.memory {
		return Failures{}
	}
	return f
}

func (f Failures) another(now time.Time) Failures { return Failures{Count: f.Count + 1, Last: now} }

// wait is how long it takes until the next attempt is heard.
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
