package sqldbtest

import (
	"database/sql"
	"errors"
	"testing"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"
	"github.com/stretchr/testify/require"
)

func hurtFile(t testing.TB, path, damage string) {
	t.Helper()
	file, err := sql.Open("sqlite3", path)
	require.NoError(t, err)
	_, err = file.ExecContext(t.Context(), damage)
	require.NoError(t, errors.Join(err, file.Close()))
}
