package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// KnowsDevice reports whether the user has used a device after a time.
func (s *Store) KnowsDevice(
	ctx context.Context, hash []byte, userID string, after time.Time,
) (known bool, err error) {
	err = s.db.Read().GetContext(ctx, &known,
		`SELECT EXISTS (SELECT 1 FROM devices WHERE hash = ? AND user_id = ? AND used_at > ?)`,
		hash, userID, after.UnixMicro())
	return known, err
}

// keepDevice stores a device that was used. If the user has too many devices of its kind, it
// deletes the least recently used ones.
func keepDevice(ctx context.Context, tx *sqlx.Tx, d account.Device) error {
	if _, err := tx.ExecContext(ctx, `INSERT INTO devices (hash, user_id, kind, used_at)
		VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at`,
		d.Hash, d.UserID, d.Kind, d.UsedAt.UnixMicro()); err != nil {
		return fmt.Errorf("keep device: %w", err)
	}
	_, err := tx.ExecContext(
		ctx,
		`DELETE FROM devices WHERE user_id = ? AND kind = ? AND hash NOT IN (
		SELECT hash FROM devices WHERE user_id = ? AND kind = ? ORDER BY used_at DESC, hash LIMIT ?)`,
		d.UserID,
		d.Kind,
		d.UserID,
		d.Kind,
		d.Most,
	)
	return err
}

// changeDevices deletes the user's devices, which somebody who knew the old password may have
// added. It keeps those that the change names.
func changeDevices(ctx context.Context, tx *sqlx.Tx, c account.PasswordChange) error {
	keep := c.KeepDevice
	if keep == nil {
		keep = []byte{} // hash <> NULL is never true
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM devices WHERE user_id = ? AND hash <> ?`,
		c.UserID, keep); err != nil {
		return fmt.Errorf("forget devices: %w", err)
	}
	if c.NewDevice == nil {
		return nil
	}
	return keepDevice(ctx, tx, *c.NewDevice)
}
