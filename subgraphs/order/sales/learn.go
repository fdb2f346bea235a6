package sales

import "context"

// Learn adds a product's description to the catalogue's replica, and updates the drafts with the
// product. An old description changes nothing; an invalid one is ErrBadProduct.
//
// At each start the whole catalogue is read again. A product that is already known costs one read
// and does not wait for writers.
func (s *Service) Learn(ctx context.Context, p Product) error {
	if err := p.check(); err != nil {
		return err
	}
	if known, err := s.store.Knows(ctx, p.ID, p.Version); err != nil || known {
		return err
	}
	return s.store.Write(ctx, func(ctx context.Context, tx Tx) error { return s.learn(ctx, tx, p) })
}

func (s *Service) learn(ctx context.Context, tx Tx, p Product) error {
	newer, err := tx.SaveProduct(ctx, p)
	if err != nil || !newer {
		return err
	}
	return tx.Follow(ctx, p, s.time())
}
