// Package denylist holds the values of a claim whose tokens are no longer valid although they have
// not expired: the sessions that ended, or the ids of single tokens.
//
//	NATS stream, from its beginning ──FollowNATS──▶ ┐
//	                                                ├ List ──Denies──▶ authentication
//	HTTP endpoint, page by page ─────FollowHTTP───▶ ┘
//
// Input: messages in JSON, each with a value and the time at which its last token expires. Output:
// whether a value is denied. Denies never waits.
//
// A gap loses no entry. A NATS stream keeps its messages, and each time the connection or the
// consumer is lost, or a number of the sequence is missing, the list reads the stream from its
// beginning again; what it has already does no harm. The HTTP endpoint returns the entries after a
// cursor, and the cursor moves only when a page was read completely.
//
// Memory is bounded: an entry ends with its tokens, and a full list forgets the entry that would
// end first. An entry has a fixed size, because the list stores a hash of the value.
package denylist
