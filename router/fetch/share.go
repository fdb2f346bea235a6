package fetch

import (
	"context"
	"encoding/binary"
	"slices"
)

// outcome is what became of a request that several may have asked for.
type outcome struct {
	answer
	err error
}

// askTogether asks, or waits for what another request in flight is answered that is equal in all that the subgraph is
// sent but the request's id, if no mutation has ended in between. There is nothing to share in the answer that did not come, for that may be for lack of
// time, and those who came later have some left; and nothing in headers for the client, which may be of one person alone.
func (c *Client) askTogether(ctx context.Context, q question) (answer, error) {
	key := q.appendKey(c.buffers.Get(len(q.body) + 256))
	flight, joined := c.flights.Do(ctx, key, func(ctx context.Context) (outcome, bool) {
		got, err := c.ask(ctx, q)
		return outcome{got, err}, err == nil && !returns(got, q.to.ReturnHeaders)
	})
	c.buffers.Put(key)
	if joined { // who leads has taken it for itself alone
		if err := q.budget.take(len(flight.Value.body)); err != nil {
			flight.Release()
			return answer{}, err
		}
	}
	own := flight.Take(c.copyOf)
	return own.answer, own.err
}

func returns(a answer, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return len(a.header[name]) > 0 })
}

// copyOf is for one of several: the executor is given memory of its own.
func (c *Client) copyOf(o outcome) outcome {
	o.body = append(c.buffers.Get(len(o.body)), o.body...)
	return o
}

// appendKey appends all that is sent, each part with its length before it, so that no two requests look alike.
func (q *question) appendKey(key []byte) []byte {
	key = binary.AppendUvarint(appendPart(key, q.to.Name), q.changes)
	key = binary.AppendUvarint(key, uint64(len(q.forwarded.text))) // which has not the request's id
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

// AppendIdentity appends all of the client's that any subgraph may be sent, and how many mutations had ended when it asked: for
// two requests that differ in this an operation may have different answers.
func (r *Request) AppendIdentity(key []byte) []byte {
	key = binary.AppendUvarint(key, r.changes)
	for _, name := range r.client.passedHeaders {
		key = appendParts(key, r.incoming[name])
	}
	return appendPart(key, cookies(r.incoming["Cookie"], r.client.passedCookies))
}
