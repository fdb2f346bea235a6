package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/user/token"
)

type keyRow struct {
	ID        string `db:"id"`
	Seed      []byte `db:"seed"`
	CreatedAt int64  `db:"created_at"`
	SignsFrom int64  `db:"signs_from"`
}

// ChangeKeys calls change with the keys, in the order in which they sign, and applies its result.
// All of it is one transaction: if two services look at the same time, the second sees what the
// first changed.
func (s *Store) ChangeKeys(
	ctx context.Context, change func([]token.Key) token.Change,
) ([]token.Key, error) {
	var keys []token.Key
	err := s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		found, err := signingKeys(ctx, tx)
		if err != nil {
			return err
		}
		wanted := change(found)
		if err := dropKeys(ctx, tx, wanted.Drop); err != nil {
			return err
		}
		if k := wanted.Add; k != nil {
			_, err := tx.ExecContext(ctx, `
				INSERT INTO signing_keys (id, seed, created_at, signs_from) VALUES (?, ?, ?, ?)`,
				k.ID, k.Seed, k.CreatedAt.UnixMicro(), k.SignsFrom.UnixMicro())
			if err != nil {
				return fmt.Errorf("add signing key: %w", err)
			}
		}
		keys, err = signingKeys(ctx, tx)
		return err
	})
	return keys, err
}

func signingKeys(ctx context.Context, tx *sqlx.Tx) ([]token.Key, error) {
	var rows []keyRow
	const query = `SELECT id, seed, created_at, signs_from FROM signing_keys
		ORDER BY signs_from, id`
	if err := tx.SelectContext(ctx, &rows, query); err != nil {
		return nil, fmt.Errorf("select signing keys: %w", err)
	}
	keys := make([]token.Key, len(rows))
	for i, r := range rows {
		keys[i] = token.Key{
			ID: r.ID, Seed: r.Seed, CreatedAt: time.UnixMicro(r.CreatedAt).UTC(),
			SignsFrom: time.UnixMicro(r.SignsFrom).UTC(),
		}
	}
	return keys, nil
}

func dropKeys(ctx context.Context, tx *sqlx.Tx, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	query, args, err := sqlx.In(`DELETE FROM signing_keys WHERE id IN (?)`, ids)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("drop signing keys: %w", err)
	}
	return nil
}
