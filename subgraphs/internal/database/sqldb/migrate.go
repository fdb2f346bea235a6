package sqldb

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// Migrate updates the schema with the goose migrations (00001_x.sql …) in migrations/sqlite or
// migrations/postgres. The files are usually embedded.
func Migrate(ctx context.Context, db *DB, migrations fs.FS) error {
	return MigratePart(ctx, db, "schema", migrations)
}

// MigratePart is Migrate for a part of the schema with its own history in the database, such as
// the tables of a shared package.
func MigratePart(ctx context.Context, db *DB, part string, migrations fs.FS) error {
	provider, err := Migrations(db, part, migrations)
	if err != nil {
		return err
	}
	err = db.Alone(ctx, "migration", func(ctx context.Context) error {
		_, err := provider.Up(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("migrate %s: %w", part, err)
	}
	return nil
}

// Migrations returns the migrations of a part of the schema. They can also run down.
func Migrations(db *DB, part string, migrations fs.FS) (*goose.Provider, error) {
	words := map[Dialect]goose.Dialect{SQLite: goose.DialectSQLite3, Postgres: goose.DialectPostgres}
	files, err := fs.Sub(migrations, "migrations/"+string(db.Dialect()))
	if err != nil {
		return nil, fmt.Errorf("read %s migrations: %w", part, err)
	}
	provider, err := goose.NewProvider(words[db.Dialect()], db.writer.DB, files,
		goose.WithTableName(part+"_migrations"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("read %s migrations: %w", part, err)
	}
	return provider, nil
}
