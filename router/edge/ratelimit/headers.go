package ratelimit

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
)

// Names of the headers of draft-ietf-httpapi-ratelimit-headers-10.
const (
	headerQuotas = "Ratelimit"
	headerPolicy = "Ratelimit-Policy"
)

// Quotas are what is left of each rule that applies to a request.
type Quotas []quotaLeft

type quotaLeft struct {
	rule      *Rule
	remaining int64
	reset     time.Duration
}

// with adds the state of a charge. Of several keys of one rule, the one with the least left
// counts.
func (q Quotas) with(c charge, s state) Quotas {
	for i := range q {
		if q[i].rule == c.rule {
			if s.remaining < q[i].remaining {
				q[i].remaining, q[i].reset = s.remaining, s.reset
			}
			return q
		}
	}
	return append(q, quotaLeft{rule: c.rule, remaining: s.remaining, reset: s.reset})
}

// Set adds the headers RateLimit and RateLimit-Policy, which are lists with an entry for each
// rule:
//
//	RateLimit-Policy: "logins";q=5;w=60
//	RateLimit: "logins";r=3;t=24
//
// q is the quota in each window of w seconds, r what is left now, and t the seconds until the
// quota is whole again.
func (q Quotas) Set(header http.Header) {
	if len(q) == 0 {
		return
	}
	policies, quotas := make([]string, len(q)), make([]string, len(q))
	for i, one := range q {
		policies[i] = fmt.Sprintf("%q;q=%d;w=%d", one.rule.Name, one.rule.Limit,
			seconds(one.rule.Period))
		quotas[i] = fmt.Sprintf("%q;r=%d;t=%d", one.rule.Name, one.remaining, seconds(one.reset))
	}
	header.Add(headerPolicy, strings.Join(policies, ", "))
	header.Add(headerQuotas, strings.Join(quotas, ", "))
}

func seconds(d time.Duration) int64 { return int64(math.Ceil(d.Seconds())) }
