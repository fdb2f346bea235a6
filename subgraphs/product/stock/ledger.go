package stock

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// LedgerReader reads the ledger.
type LedgerReader interface {
	// Entries returns at most limit entries of a product, the newest first, after a position.
	Entries(
		ctx context.Context, productID string, after *keyset.Position, limit int,
	) ([]*Entry, error)
}

// LedgerPage is a page of a product's ledger.
type LedgerPage struct{ keyset.Page[Entry] }

// LedgerEdge is an entry of the ledger and its cursor.
type LedgerEdge struct {
	Cursor string
	Node   *Entry
}

// Edges returns the page's entries with their cursors.
func (p *LedgerPage) Edges() []*LedgerEdge { return keyset.Edges[LedgerEdge](p.Page) }

// History returns a page of a product's ledger, the newest entries first.
func (s *Service) History(
	ctx context.Context, productID string, first int, after *string,
) (*LedgerPage, error) {
	list := "LEDGER " + productID
	position, err := keyset.Read(first, after, list)
	if err != nil {
		return nil, err
	}
	if !catalog.IsKey(productID) { // such a product has no entries
		return &LedgerPage{keyset.New([]*Entry{}, first, false, nil)}, nil
	}
	found, err := s.store.Entries(ctx, productID, position, first+1)
	if err != nil {
		return nil, err
	}
	return &LedgerPage{keyset.New(found, first, after != nil, func(e *Entry) string {
		return keyset.Position{Number: e.CreatedAt.UnixMicro(), ID: e.ID}.Cursor(list)
	})}, nil
}
