package events

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
)

// ErrMalformed says that the service that owns the subject cannot have published the message. The
// server's permissions keep other publishers out; receivers check nevertheless.
var ErrMalformed = errors.New("malformed message")

// DecodeProductChanged decodes a message of the stream Catalogue.
func DecodeProductChanged(m bus.Message) (p ProductChanged, err error) {
	if err := decode(m, &p); err != nil {
		return p, err
	}
	whole := p.ID != "" && p.Version > 0
	return p, about(m, ProductSubject(p.ID), whole, "id %q, version %d", p.ID, p.Version)
}

// DecodeSessionRevoked decodes a message of the stream Sessions.
func DecodeSessionRevoked(m bus.Message) (r SessionRevoked, err error) {
	if err := decode(m, &r); err != nil {
		return r, err
	}
	whole := r.SessionID != "" && !r.ExpiresAt.IsZero()
	return r, about(m, SessionSubject, whole, "session %q, expires at %s", r.SessionID, r.ExpiresAt)
}

// DecodeStockCommand decodes a message of the stream StockCommands.
func DecodeStockCommand(m bus.Message) (c StockCommand, err error) {
	if err := decode(m, &c); err != nil {
		return c, err
	}
	return c, ofStock(m, c.Kind, commandKinds(), c.OrderID, c.Attempt)
}

// DecodeStockReply decodes a message of the stream StockReplies.
func DecodeStockReply(m bus.Message) (r StockReply, err error) {
	if err := decode(m, &r); err != nil {
		return r, err
	}
	if (r.Kind == Rejected) != (len(r.Rejections) > 0) {
		return r, fmt.Errorf("%w: kind %q with %d rejections", ErrMalformed, r.Kind, len(r.Rejections))
	}
	return r, ofStock(m, r.Kind, replyKinds(), r.OrderID, r.Attempt)
}

// decode refuses a message without an id. All our publishers set one. The server's own answers
// have none, and a client can make the server send them to any subject.
func decode(m bus.Message, into any) error {
	if m.ID == "" {
		return fmt.Errorf("%w: no id", ErrMalformed)
	}
	if err := json.Unmarshal(m.Data, into); err != nil {
		return fmt.Errorf("%w: decode: %w", ErrMalformed, err)
	}
	return nil
}

func ofStock(m bus.Message, kind StockKind, kinds []StockKind, order string, attempt int) error {
	whole := slices.Contains(kinds, kind) && order != "" && attempt > 0
	return about(m, StockSubject(kind), whole, "kind %q, order %q, attempt %d", kind, order, attempt)
}

// about checks that a message is complete and was published under the subject that fits its
// content.
func about(m bus.Message, subject string, whole bool, what string, values ...any) error {
	if whole && m.Subject == subject {
		return nil
	}
	return fmt.Errorf("%w: %s, published as %s",
		ErrMalformed, fmt.Sprintf(what, values...), m.Subject)
}
