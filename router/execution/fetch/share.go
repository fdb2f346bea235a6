package fetch

import (
	"context"
	"encoding/binary"
	"maps"
	"regexp"
	"slices"

	"github.com/trefoil-graph/trefoil/router/execution/headers"
)

// outcome is the result of a request that several callers may share.
type outcome struct {
	answer
	err error
}

// askTogether sends a request, or waits for the answer to an equal request in flight. Requests are
// equal if the subgraph is sent the same, apart from the request's ID, and no mutation has ended
// in between. An error is not shared, because its cause may be a lack of time, and later requests
// have more time left. An answer with headers for the client is not shared, because they may be
// for one person alone.
func (c *Client) askTogether(ctx context.Context, q question) (answer, error) {
	key := q.appendKey(c.buffers.Get(len(q.body) + 256))
	flight, joined := c.flights.Do(ctx, key, func(ctx context.Context) (outcome, bool) {
		got, err := c.ask(ctx, q)
		return outcome{got, err}, err == nil && !returns(got, q.to)
	})
	c.buffers.Put(key)
	if joined { // the leader has charged its own budget only
		if err := q.budget.take(len(flight.Value.body)); err != nil {
			flight.Release()
			return answer{}, err
		}
	}
	own := flight.Take(c.copyOf)
	return own.answer, own.err
}

func returns(a answer, from target) bool {
	return slices.ContainsFunc(from.ReturnHeaders, func(name string) bool {
		return len(a.header[name]) > 0
	}) || from.ResponseRules.IsForOne(a.header)
}

// copyOf copies an outcome for one of several holders, because the executor owns the memory that
// it gets.
func (c *Client) copyOf(o outcome) outcome {
	o.body = append(c.buffers.Get(len(o.body)), o.body...)
	return o
}

// appendKey appends everything that is sent to the subgraph, each part after its length, so that
// different requests have different keys.
func (q *question) appendKey(key []byte) []byte {
	key = binary.AppendUvarint(appendPart(key, q.to.Name), q.changes)
	key = binary.AppendUvarint(key, uint64(len(q.forwarded.text))) // without the request's ID
	return append(append(key, q.forwarded.text...), q.body...)
}

func appendParts(key []byte, parts []string) []byte {
	key = binary.AppendUvarint(key, uint64(len(parts)))
	for _, part := range parts {
		key = appendPart(key, part)
	}
	return key
}

func appendPart(key []byte, part string) []byte {
	return append(binary.AppendUvarint(key, uint64(len(part))), part...)
}

// AppendIdentity appends all headers and cookies of the client that any subgraph may get, and how
// many mutations had ended when the request started. An operation may have different responses for
// two requests that differ in these.
func (r *Request) AppendIdentity(key []byte) []byte {
	key = binary.AppendUvarint(key, r.changes)
	for _, name := range r.client.passedHeaders {
		key = appendParts(key, r.incoming[name])
	}
	if len(r.client.passedPatterns) > 0 {
		key = r.appendMatches(key)
	}
	return appendPart(key, cookies(r.incoming["Cookie"], r.client.passedCookies))
}

// appendMatches appends the headers whose names match a pattern by which they may be forwarded.
func (r *Request) appendMatches(key []byte) []byte {
	for _, name := range slices.Sorted(maps.Keys(r.incoming)) {
		matches := func(p *regexp.Regexp) bool { return p.MatchString(name) }
		if !headers.IsReserved(name) && slices.ContainsFunc(r.client.passedPatterns, matches) {
			key = appendParts(appendPart(key, name), r.incoming[name])
		}
	}
	return appendPart(key, "") // no name is empty
}
