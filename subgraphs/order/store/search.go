package store

import (
	"context"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/fulltext"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/words"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// wordsOf returns the words by which an order is found.
func wordsOf(o sales.Order) string {
	var text strings.Builder
	text.WriteString(o.Number)
	if o.Name != nil {
		text.WriteString("\n" + *o.Name)
	}
	for _, item := range o.Items {
		text.WriteString("\n" + item.Title + "\n" + item.SKU)
	}
	return strings.Join(words.Of(text.String()), " ")
}

// search restricts the orders to those with words that begin with the words of a text. A blank
// text matches all.
func (w *where) search(text string) {
	wanted := words.Of(text)
	switch {
	case strings.TrimSpace(text) == "":
	case len(wanted) == 0: // only punctuation
		w.and("1 = 0")
	case w.ofAll:
		index := fulltext.Index{
			Table: "orders", Words: "order_words", ID: "order_id", Search: "order_search",
		}
		w.table, w.words = index.Rows(w.dialect, wanted)
	default:
		w.eachHas(wanted)
	}
}

// eachHas checks a user's orders one by one instead of using the index: a user has few orders,
// while the index lists the orders of everyone who bought the same products.
func (w *where) eachHas(wanted []string) {
	for _, word := range wanted {
		w.and(`EXISTS (
			SELECT 1 FROM order_words
			WHERE order_id = orders.id AND ' ' || words LIKE ?)`, "% "+word+"%")
	}
}

// describe stores the words by which an order is found.
func (t transaction) describe(ctx context.Context, o sales.Order) error {
	_, err := t.tx.ExecContext(ctx, `INSERT INTO order_words (order_id, words) VALUES (?, ?)
		ON CONFLICT (order_id) DO UPDATE SET words = excluded.words`, o.ID, wordsOf(o))
	return wrap("save words", err)
}

// describeAll stores the words of placed orders that have none, in a database from before the
// full text index.
func (s *Store) describeAll(ctx context.Context) error {
	for last := ""; ; {
		next, err := s.describeSome(ctx, last)
		if err != nil || next == last {
			return err
		}
		last = next
	}
}

// describeSome stores the words of a batch of orders with ids greater than after, and returns the
// last id.
func (s *Store) describeSome(ctx context.Context, after string) (last string, err error) {
	const atOnce = 500
	err = s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		t := s.within(tx)
		last = after
		found, err := t.whole(ctx, `SELECT * FROM orders WHERE id > ? AND placed_at IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM order_words WHERE order_id = orders.id)
			ORDER BY id LIMIT ?`, after, atOnce)
		if err != nil {
			return err
		}
		for _, o := range found {
			if err := t.describe(ctx, *o); err != nil {
				return err
			}
			last = o.ID
		}
		return nil
	})
	return last, wrap("index orders for search", err)
}
