package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
)

type entryRow struct {
	ID        string `db:"id"`
	ProductID string `db:"product_id"`
	Delta     int    `db:"delta"`
	Reason    string `db:"reason"`
	Actor     string `db:"actor"`
	Key       string `db:"key"`
	CreatedAt int64  `db:"created_at"`
}

func (r entryRow) entry() *stock.Entry {
	return &stock.Entry{
		ID: r.ID, ProductID: r.ProductID, Delta: r.Delta, Reason: r.Reason, Actor: r.Actor,
		Key: r.Key, CreatedAt: time.UnixMicro(r.CreatedAt).UTC(),
	}
}

// enter adds an entry to the ledger. It does not change the product.
func enter(ctx context.Context, tx *sqlx.Tx, e stock.Entry) error {
	_, err := tx.NamedExecContext(ctx, `INSERT INTO stock_ledger
		(id, product_id, delta, reason, actor, key, created_at)
		VALUES (:id, :product_id, :delta, :reason, :actor, :key, :created_at)`,
		entryRow{e.ID, e.ProductID, e.Delta, e.Reason, e.Actor, e.Key, e.CreatedAt.UnixMicro()})
	if err != nil {
		return fmt.Errorf("write ledger: %w", err)
	}
	return nil
}

// Entry implements stock.Ledger.
func (t stockTx) Entry(ctx context.Context, key string) (*stock.Entry, error) {
	var row entryRow
	err := t.tx.GetContext(ctx, &row, t.tx.Rebind("SELECT * FROM stock_ledger WHERE key = ?"), key)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	return row.entry(), nil
}

// Entries implements stock.LedgerReader.
func (s *Store) Entries(
	ctx context.Context, productID string, after *keyset.Position, limit int,
) ([]*stock.Entry, error) {
	found := &selection{}
	found.and("product_id = ?", productID)
	if after != nil {
		found.and("(created_at, id) < (?, ?)", after.Number, after.ID)
	}
	var rows []entryRow
	db := s.db.Read()
	query := db.Rebind("SELECT * FROM stock_ledger WHERE " + found.condition() +
		" ORDER BY created_at DESC, id DESC LIMIT ?")
	if err := db.SelectContext(ctx, &rows, query, append(found.args, limit)...); err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	entries := make([]*stock.Entry, len(rows))
	for i, row := range rows {
		entries[i] = row.entry()
	}
	return entries, nil
}

// Enter implements stock.Ledger.
func (t stockTx) Enter(ctx context.Context, e stock.Entry) (*catalog.Product, error) {
	if err := enter(ctx, t.tx, e); err != nil {
		return nil, err
	}
	changed, err := t.exec(ctx, "adjust stock", `UPDATE product SET on_hand = on_hand + ?,
		version = version + 1, updated_at = ? WHERE id = ? AND on_hand - reserved + ? >= 0`,
		e.Delta, e.CreatedAt.UnixMicro(), e.ProductID, e.Delta)
	if err == nil && changed == 0 {
		err = fmt.Errorf("adjust %s: %w", e.ProductID, stock.ErrMoved)
	}
	if err != nil {
		return nil, err
	}
	products, err := t.Products(ctx, []string{e.ProductID})
	if err != nil {
		return nil, err
	}
	adjusted := products[e.ProductID]
	return adjusted, t.store.announce(ctx, t.tx, adjusted)
}
