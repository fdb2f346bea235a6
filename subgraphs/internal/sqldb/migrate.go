package sqldb

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// Migrate brings the schema up to date with the goose migrations (00001_x.sql …)
// in the root of migrations, usually an fs.Sub of an embedded folder.
func Migrate(ctx context.Context, db *DB, migrations fs.FS) error {
	return MigratePart(ctx, db, "schema", migrations)
}

// MigratePart does the same for a part of the schema that has its own history
// in the database, such as the tables of a shared package.
func MigratePart(ctx context.Context, db *DB, part string, migrations fs.FS) error {
	provider, err := goose.NewProvider(goose.DialectSQLite3, db.writer.DB, migrations,
		goose.WithTableName(part+"_migrations"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read %s migrations: %w", part, err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate %s: %w", part, err)
	}
	return nil
}
