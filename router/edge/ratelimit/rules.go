package ratelimit

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// Parts of a rule's key.
const (
	// ByClient is the subject, or else the API key, or else the address.
	ByClient = "client"
	// BySubject is the authenticated subject.
	BySubject = "subject"
	// ByAPIKey is the name of the API key.
	ByAPIKey = "apiKey"
	// ByAddress is the client's address; of IPv6 the first 64 bits, because one client has all
	// addresses of a network.
	ByAddress = "address"
	// ByOperation is the operation's name. Clients choose it, unless only trusted documents are
	// served.
	ByOperation = "operation"
	// ByField is each root field by itself.
	ByField = "field"
)

// Rule is one limit.
type Rule struct {
	// Name identifies the rule in headers, messages and the shared server's keys: letters, digits,
	// _ and -.
	Name string
	// By are the parts of the key: requests with equal parts share a quota. None means that all
	// requests share one. A rule does not apply to a request that lacks a part, for example to one
	// without a subject.
	By []string
	// Operations are the names of the operations to which the rule applies; none means all.
	Operations []string
	// Fields are the root fields to which the rule applies, as Mutation.login; none means that the
	// rule counts operations. Each use of a field counts, with any alias.
	Fields []string
	// Limit is how much each key may use in each Period, and Burst how much of it at once; 0 means
	// as much as Limit.
	Limit, Burst int64
	Period       time.Duration
}

// check returns an error if a number is out of bounds. Package config checks all of the rule.
func (r Rule) check() error {
	if r.Limit < 1 || r.Limit > maxLimit || r.Burst < 0 || r.Burst > maxLimit ||
		r.Period < minPeriod || r.Period > maxPeriod {
		return fmt.Errorf("limit %d, burst %d or period %s is out of bounds",
			r.Limit, r.Burst, r.Period)
	}
	return nil
}

// isOfOperation reports whether the rule can be checked only when the operation is known.
func (r Rule) isOfOperation() bool {
	return len(r.Operations) > 0 || len(r.Fields) > 0 ||
		slices.Contains(r.By, ByOperation) || slices.Contains(r.By, ByField)
}

func (r Rule) quota() quota {
	q := quota{limit: r.Limit, burst: r.Burst, period: r.Period.Microseconds()}
	if q.burst == 0 {
		q.burst = q.limit
	}
	return q
}

// Caller says who sends a request. A part that is not known is empty.
type Caller struct {
	Subject, APIKey, Address string
	// Issuer says who vouches for the subject. Subjects of several issuers with the same name are
	// different callers.
	Issuer string
}

// charge is what one rule counts for one key of a request.
type charge struct {
	rule  *Rule
	quota quota
	key   string
	cost  int64
}

// ofCaller returns the rule's charge for a number of operations; ok is false if the rule does not
// apply.
func (r *Rule) ofCaller(c Caller, count int64) (charge, bool) {
	key, ok := r.key(c, "", "")
	return charge{rule: r, quota: r.quota(), key: key, cost: count}, ok
}

// ofOperation appends the rule's charges for an operation.
func (r *Rule) ofOperation(charges []charge, c Caller, op *operation.Operation) []charge {
	if len(r.Operations) > 0 && !slices.Contains(r.Operations, op.Name) {
		return charges
	}
	add := func(field string, cost int64) {
		if key, ok := r.key(c, op.Name, field); ok && cost > 0 {
			charges = append(charges, charge{rule: r, quota: r.quota(), key: key, cost: cost})
		}
	}
	perField := slices.Contains(r.By, ByField)
	if !perField && len(r.Fields) == 0 {
		add("", 1)
		return charges
	}
	names, counts := r.uses(op)
	if perField {
		for i, name := range names {
			add(name, counts[i])
		}
		return charges
	}
	total := int64(0)
	for _, n := range counts {
		total += n
	}
	add("", total)
	return charges
}

// uses returns the operation's root fields to which the rule applies, and how often each is used.
// Two selections with one response key are one use. A field under @skip or @include counts.
func (r *Rule) uses(op *operation.Operation) (names []string, counts []int64) {
	seen := map[string]bool{}
	for _, f := range op.Fields {
		name := op.RootType + "." + f.Name
		if seen[f.Key] || len(r.Fields) > 0 && !slices.Contains(r.Fields, name) {
			continue
		}
		seen[f.Key] = true
		at := slices.Index(names, name)
		if at < 0 {
			names, counts = append(names, name), append(counts, 0)
			at = len(names) - 1
		}
		counts[at]++
	}
	return names, counts
}

// longestPart is the length of the longest part of a key that is kept as it is. The hash of a
// longer one stands for it, so that a key's length is bounded.
const longestPart = 64

// key returns the key of a request. ok is false if the request lacks a part.
func (r *Rule) key(c Caller, operationName, field string) (key string, ok bool) {
	var b strings.Builder
	b.WriteString(r.Name)
	for _, part := range r.By {
		kind, value := part, ""
		switch part {
		case ByClient:
			kind, value = c.identity()
		case BySubject:
			value = c.Subject
		case ByAPIKey:
			value = c.APIKey
		case ByAddress:
			value = c.Address
		case ByOperation:
			value = operationName
		case ByField:
			value = field
		}
		if value == "" && part != ByOperation {
			return "", false
		}
		writePart(&b, kind, value)
		if kind == BySubject && c.Issuer != "" {
			writePart(&b, "issuer", c.Issuer)
		}
	}
	return b.String(), true
}

func writePart(b *strings.Builder, kind, value string) {
	if len(value) > longestPart {
		value = fmt.Sprintf("sha256-%x", sha256.Sum256([]byte(value)))
	}
	fmt.Fprintf(b, "|%s:%d:%s", kind, len(value), value)
}

// identity returns what is best known about the caller, and what it is.
func (c Caller) identity() (kind, value string) {
	switch {
	case c.Subject != "":
		return BySubject, c.Subject
	case c.APIKey != "":
		return ByAPIKey, c.APIKey
	default:
		return ByAddress, c.Address
	}
}
