// Package announce says what the stream of the catalogue should hold: the newest change of every
// product. If the stream holds fewer messages, package resend publishes all of them again.
// Receivers accept only a higher version.
package announce

import "context"

// Catalogue counts the products and can publish all of them.
type Catalogue interface {
	// CountAll counts all products, on sale or not.
	CountAll(context.Context) (int, error)
	PublishAll(context.Context) error
}

// Outbox counts the messages that are not published yet.
type Outbox interface {
	Pending(context.Context) (int, error)
}

// Source is the resend.Source of the products.
type Source struct {
	Catalogue

	Outbox Outbox
}

// Due returns the number of products, or 0 while messages wait in the outbox.
func (s Source) Due(ctx context.Context) (int, error) {
	if pending, err := s.Outbox.Pending(ctx); err != nil || pending > 0 {
		return 0, err
	}
	return s.CountAll(ctx)
}
