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
	var read struct {
		A string `env:"A"`
		B string `env:"B"`
		C string `env:"C"`
		D string `env:"D"`
		E string `env:"E"`
		F string `env:"F"`
	}
	err := env.Load(&read, "", of(map[string]string{
		"A": "password", "A_FILE": secret(t, "other"),
		"B_FILE": "/nowhere/b",
		"C_FILE": secret(t, strings.Repeat("x", 64<<10+1)),
		"D_FILE": "/dev/zero",
		"E_FILE": "/dev/null",
		"F":      "fine",
	}))
	require.Empty(t, read.A+read.B+read.C+read.D+read.E)
	require.Equal(t, "fine", read.F)
	require.ErrorContains(t, err, "A and A_FILE are both set; unset one of them")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "B_FILE: open /nowhere/b")
	require.ErrorContains(t, err, "C_FILE:")
	require.ErrorContains(t, err, "D_FILE: /dev/zero is larger than 65536 bytes")
	require.ErrorContains(t, err, "E_FILE: /dev/null is empty; write the value into it")
	require.NotContains(t, err.Error(), "password")
}

func TestLoadKeepsValuesWithoutAVariable(t *testing.T) {
	t.Setenv("SHOP_URL", "the environment of the process is not read")
	type inner struct {
		User string `env:"USER"`
		Name string `env:"NAME" envDefault:"Shop"`
	}
	read := struct {
		URL   string `env:"URL"`
		Inner inner
	}{URL: "built in", Inner: inner{User: "ada"}}
	given := map[string]string{"SHOP_USER_FILE": secret(t, "eve\n"), "SHOP_NAME": "", "URL": "without the prefix"}
	require.NoError(t, env.Load(&read, "SHOP_", of(given)))
	require.Equal(t, "built in", read.URL)
	require.Equal(t, inner{User: "eve", Name: "Shop"}, read.Inner)
}
