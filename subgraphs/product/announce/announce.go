// Package announce knows what the stream of the catalogue ought to hold: the newest change of every
// product. When it holds fewer, package resend has all of them told again. Receivers take only a
// higher version.
package announce

import "context"

// Catalogue is what there is to tell.
type Catalogue interface {
	// CountAll counts all products, those that are not on sale too.
	CountAll(context.Context) (int, error)
	TellAll(context.Context) error
}

// Outbox is what is being told already.
type Outbox interface {
	Pending(context.Context) (int, error)
}

// Source is a resend.Source: the products.
type Source struct {
	Catalogue

	Outbox Outbox
}

// Due is all products, once none of their changes is on its way.
func (s Source) Due(ctx context.Context) (int, error) {
	if pending, err := s.Outbox.Pending(ctx); err != nil || pending > 0 {
		return 0, err
	}
	return s.CountAll(ctx)
}
