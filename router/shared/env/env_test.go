package env_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/shared/env"
)

func secret(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func of(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

func TestAValueComesFromItsVariableOrFromAFile(t *testing.T) {
	t.Parallel()
	for text, value := range map[string]string{
		"smtp://u:p@host\n": "smtp://u:p@host",
		"two\r\n":           "two",
		" kept \n\n":        " kept \n",
	} {
		got, err := env.Lookup(of(map[string]string{"SMTP_URL_FILE": secret(t, text), "SMTP_URL": ""}), "SMTP_URL")
		require.NoError(t, err)
		require.Equal(t, value, got)
	}
	got, err := env.Lookup(of(map[string]string{"SMTP_URL": "plain", "SMTP_URL_FILE": ""}), "SMTP_URL")
	require.NoError(t, err)
	require.Equal(t, "plain", got)
	got, err = env.Lookup(of(nil), "SMTP_URL")
	require.NoError(t, err)
	require.Empty(t, got)
}

func TestAllMistakesAreReportedAndNoValue(t *testing.T) {
	t.Parallel()
	r := env.NewReader(of(map[string]string{
		"A": "password", "A_FILE": secret(t, "other"),
		"B_FILE": "/nowhere/b",
		"C_FILE": secret(t, strings.Repeat("x", 64<<10+1)),
		"D_FILE": "/dev/zero",
		"E_FILE": "/dev/null",
		"F":      "fine",
	}))
	for _, name := range []string{"A", "B", "C", "D", "E"} {
		require.Empty(t, r.Get(name), name)
	}
	require.Equal(t, "fine", r.Get("F"))
	err := r.Err()
	require.ErrorContains(t, err, "A and A_FILE are both set; unset one of them")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "B_FILE: open /nowhere/b")
	require.ErrorContains(t, err, "C_FILE:")
	require.ErrorContains(t, err, "D_FILE: /dev/zero is larger than 65536 bytes")
	require.ErrorContains(t, err, "E_FILE: /dev/null is empty; write the value into it")
	require.NotContains(t, err.Error(), "password")
}
