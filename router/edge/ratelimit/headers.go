package ratelimit

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Names of the headers of draft-ietf-httpapi-ratelimit-headers-10.
const (
	headerQuotas = "Ratelimit"
	headerPolicy = "Ratelimit-Policy"
)

// Quotas are the states of the quotas of each rule that applies to a request.
type Quotas []quotaLeft

type quotaLeft struct {
	rule      *Rule
	remaining int64
	reset     time.Duration
}

// with adds the state of a charge. If one rule has several keys, it keeps the state of the key
// with the smallest rest.
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

// Set sets the headers RateLimit and RateLimit-Policy, which are lists with an entry for each
// rule:
//
//	RateLimit-Policy: "logins";q=5;w=60
//	RateLimit: "logins";r=3;t=24
//
// q is the quota in each window of w seconds, r is the rest, and t is the number of seconds until
// the full quota is available again.
func (q Quotas) Set(header http.Header) {
	for _, one := range q {
		name := strconv.Quote(one.rule.Name)
		put(header, headerPolicy, name, fmt.Sprintf(";q=%d;w=%d", one.rule.Limit,
			seconds(one.rule.Period)))
		put(header, headerQuotas, name, fmt.Sprintf(";r=%d;t=%d", one.remaining, seconds(one.reset)))
	}
}

// put sets the entry of one rule. In a batch, the entry of a later operation replaces that of an
// earlier one.
func put(header http.Header, field, name, value string) {
	entry := name + value
	for i, other := range header[field] {
		if strings.HasPrefix(other, name+";") {
			header[field][i] = entry
			return
		}
	}
	header[field] = append(header[field], entry)
}

func seconds(d time.Duration) int64 { return int64(math.Ceil(d.Seconds())) }
