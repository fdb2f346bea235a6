package stock

import "context"

// look returns the reasons why items cannot be held, or nothing if all can.
func look(ctx context.Context, tx Tx, items []Item) (rejections []Rejection, err error) {
	pieces := piecesOf(items)
	products, err := tx.Products(ctx, idsOf(pieces))
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		p := products[item.ProductID]
		switch {
		case p == nil:
			rejections = append(rejections, Rejection{ProductID: item.ProductID, Reason: NotOnSale})
		case !p.Active:
			rejections = append(rejections, Rejection{item.ProductID, NotOnSale, 0, p})
		case p.Price != item.Price:
			rejections = append(rejections, Rejection{item.ProductID, OtherPrice, p.Available(), p})
		case p.Available() < item.Quantity:
			rejections = append(rejections, Rejection{item.ProductID, TooFew, p.Available(), p})
		}
	}
	return rejections, nil
}

func (s *Service) hold(ctx context.Context, tx Tx, a Attempt, items []Item) error {
	pieces, now := piecesOf(items), s.now()
	if err := tx.Take(ctx, pieces); err != nil {
		return err
	}
	reservation := Reservation{
		Attempt: a, Status: Held, Pieces: pieces, ExpiresAt: now.Add(HoldFor),
	}
	return tx.AddReservation(ctx, reservation, now)
}

// answer sends a reply, and keeps it for repetitions of the command.
func (s *Service) answer(ctx context.Context, tx Tx, r Reply) error {
	if err := tx.Keep(ctx, r, s.now()); err != nil {
		return err
	}
	return tx.Send(ctx, r)
}

func (s *Service) commit(ctx context.Context, tx Tx, r *Reservation) (Outcome, error) {
	switch {
	case r == nil:
		return IsLost, nil
	case r.Status == Released:
		return IsReleased, nil // a release arrived before the commit
	case r.Status == Expired:
		taken, err := s.takeAgain(ctx, tx, *r)
		if err != nil || !taken {
			return IsLost, err
		}
	}
	return IsCommitted, tx.SetStatus(ctx, r.Attempt, Committed, s.now())
}

// takeAgain holds the pieces of an expired reservation again. It ignores the current price,
// because the buyer has an invoice.
func (s *Service) takeAgain(ctx context.Context, tx Tx, r Reservation) (taken bool, err error) {
	products, err := tx.Products(ctx, idsOf(r.Pieces))
	if err != nil {
		return false, err
	}
	for _, piece := range r.Pieces {
		if products[piece.ProductID].Available() < piece.Quantity {
			return false, nil
		}
	}
	return true, tx.Take(ctx, r.Pieces)
}

// end ends a reservation, and makes later attempts to reserve fail.
func (s *Service) end(ctx context.Context, tx Tx, a Attempt, r *Reservation, as Status) error {
	reason := NotAnyLonger
	if as == Expired {
		reason = NotInTime
	}
	if r != nil && r.live() {
		if err := tx.GiveBack(ctx, r.Pieces); err != nil {
			return err
		}
	}
	if r != nil && r.Shipped {
		return nil // shipped pieces do not come back
	}
	if r != nil && r.Status != Released {
		if err := tx.SetStatus(ctx, a, as, s.now()); err != nil {
			return err
		}
	}
	return tx.Keep(ctx, Reply{a, IsRejected, []Rejection{{Reason: reason}}}, s.now())
}

func (s *Service) expire(ctx context.Context, tx Tx, a Attempt) error {
	r, err := tx.Reservation(ctx, a)
	if err != nil {
		return err
	}
	if err := s.end(ctx, tx, a, r, Expired); err != nil {
		return err
	}
	return tx.Send(ctx, Reply{a, IsExpired, nil})
}

func piecesOf(items []Item) []Piece {
	pieces := make([]Piece, len(items))
	for i, item := range items {
		pieces[i] = item.Piece
	}
	return pieces
}

func idsOf(pieces []Piece) []string {
	ids := make([]string, len(pieces))
	for i, piece := range pieces {
		ids[i] = piece.ProductID
	}
	return ids
}
