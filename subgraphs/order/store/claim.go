package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// changesKept is how long the key of a change is kept. The key of a placed order is kept for as
// long as the order.
const changesKept = 30 * 24 * time.Hour

// changesOfAUser is how many keys of changes are kept for each user: the latest.
const changesOfAUser = 1000

// Claim implements sales.ClaimTx.
func (t transaction) Claim(ctx context.Context, userID, key string) (sales.Claim, bool, error) {
	const statement = `SELECT request_hash, order_id, attempt, placed_at AS at FROM placements
		WHERE user_id = ? AND key = ?`
	return t.claim(ctx, statement, userID, key)
}

// SaveClaim implements sales.ClaimTx.
func (t transaction) SaveClaim(ctx context.Context, c sales.Claim) error {
	const statement = `
INSERT INTO placements (user_id, key, request_hash, order_id, attempt, placed_at)
VALUES (?, ?, ?, ?, ?, ?)`
	_, err := t.tx.ExecContext(ctx, statement,
		c.UserID, c.Key, c.RequestHash, c.OrderID, c.Attempt, c.At.UnixMicro())
	return wrap("save claim", err)
}

// ChangeClaim implements sales.ClaimTx.
func (t transaction) ChangeClaim(
	ctx context.Context, userID, key string,
) (sales.Claim, bool, error) {
	const statement = `SELECT request_hash, order_id, 0 AS attempt, changed_at AS at
		FROM item_changes WHERE user_id = ? AND key = ?`
	return t.claim(ctx, statement, userID, key)
}

// SaveChangeClaim implements sales.ClaimTx.
func (t transaction) SaveChangeClaim(ctx context.Context, c sales.Claim) error {
	const forget = `
DELETE FROM item_changes WHERE changed_at < ? OR user_id = ? AND changed_at <=
	(SELECT changed_at FROM item_changes WHERE user_id = ? ORDER BY changed_at DESC LIMIT 1 OFFSET ?)`
	const save = `
INSERT INTO item_changes (user_id, key, request_hash, order_id, changed_at)
VALUES (?, ?, ?, ?, ?)`
	oldest := c.At.Add(-changesKept).UnixMicro()
	_, err := t.tx.ExecContext(ctx, forget, oldest, c.UserID, c.UserID, changesOfAUser-1)
	if err != nil {
		return wrap("forget claims", err)
	}
	_, err = t.tx.ExecContext(ctx, save, c.UserID, c.Key, c.RequestHash, c.OrderID, c.At.UnixMicro())
	return wrap("save claim", err)
}

func (t transaction) claim(
	ctx context.Context, statement, userID, key string,
) (sales.Claim, bool, error) {
	row := struct {
		RequestHash string `db:"request_hash"`
		OrderID     string `db:"order_id"`
		Attempt     int    `db:"attempt"`
		At          int64  `db:"at"`
	}{}
	err := t.tx.GetContext(ctx, &row, statement, userID, key)
	if errors.Is(err, sql.ErrNoRows) {
		return sales.Claim{}, false, nil
	}
	claim := sales.Claim{
		UserID: userID, Key: key, RequestHash: row.RequestHash, OrderID: row.OrderID,
		Attempt: row.Attempt, At: instant(row.At),
	}
	return claim, err == nil, wrap("read claim", err)
}
