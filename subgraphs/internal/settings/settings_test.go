package settings_test

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
)

func TestParse(t *testing.T) {
	t.Parallel()
	env := map[string]string{"DATA_DIR": "/srv", "USER_URL": "http://user:4001/", "ORDER_LISTEN": ":9", "DATABASE_URL": "postgres://db/shop", "NATS_KEY": "SU", "NATS_CA": "/run/ca"}
	getenv := func(name string) string { return env[name] }

	s, words, err := settings.Parse("order", ":4003", []string{"-listen", ":7", "retry"}, getenv, io.Discard)

	require.NoError(t, err)
	require.Equal(t, []string{"retry"}, words)
	require.Equal(t, settings.Settings{
		Service: "order", Listen: ":7", DataDir: "/srv", Server: "postgres://db/shop",
		NATSURL: "nats://127.0.0.1:4222", NATSKey: "SU", NATSCA: "/run/ca", UserURL: "http://user:4001/",
		JWKSURL: "http://user:4001/.well-known/jwks.json", Public: "http://127.0.0.1:4000", Introspection: "true",
	}, s)
	require.Equal(t, "postgres://db/shop?search_path=order", s.Database())
	require.Equal(t, "/srv/order-jwks.json", s.KeyCache())
}

func TestEachServiceHasADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	for server, database := range map[string]string{
		"":                                 "/srv/order.db",
		"postgres://shop@db/shop":          "postgres://shop@db/shop?search_path=order",
		"/elsewhere/order.db":              "/elsewhere/order.db",
		"postgres://db/x?a=b":              "postgres://db/x?a=b&search_path=order",
		"postgres://db/x?search_path=mine": "postgres://db/x?search_path=mine",
	} {
		require.Equal(t, database, settings.Settings{Service: "order", DataDir: "/srv", Server: server}.Database())
	}
}

func TestASecretComesFromAFileAndHelpDoesNotShowIt(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "database-url")
	require.NoError(t, os.WriteFile(path, []byte("postgres://u:hidden@db/shop\n"), 0o600))
	env := map[string]string{"DATABASE_URL_FILE": path, "NATS_URL": "nats://u:hidden@bus"}
	getenv := func(name string) string { return env[name] }
	s, _, err := settings.Parse("order", "", nil, getenv, io.Discard)
	require.NoError(t, err)
	require.Equal(t, "postgres://u:hidden@db/shop", s.Server)
	require.Equal(t, "nats://u:hidden@bus", s.NATSURL)
	s, _, err = settings.Parse("order", "", []string{"-database", "other.db", "-nats", "nats://b"}, getenv, io.Discard)
	require.NoError(t, err)
	require.Equal(t, []string{"other.db", "nats://b"}, []string{s.Server, s.NATSURL})

	var help strings.Builder
	_, _, err = settings.Parse("order", "", []string{"-h"}, getenv, &help)
	require.ErrorIs(t, err, flag.ErrHelp)
	require.Contains(t, help.String(), "-database")
	require.NotContains(t, help.String(), "hidden")

	env["DATABASE_URL"] = "postgres://elsewhere"
	_, _, err = settings.Parse("order", "", nil, getenv, io.Discard)
	require.EqualError(t, err, "DATABASE_URL and DATABASE_URL_FILE are both set; unset one of them")
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	none := func(string) string { return "" }
	_, _, err := settings.Parse("order", ":1", []string{"-h"}, none, io.Discard)
	require.ErrorIs(t, err, flag.ErrHelp)
	_, _, err = settings.Parse("order", ":1", []string{"-nonsense"}, none, io.Discard)
	require.Error(t, err)
	_, _, err = settings.Parse("order", ":1", []string{"-introspection", "no"}, none, io.Discard)
	require.EqualError(t, err, `INTROSPECTION or -introspection is "no"; write true or false`)
}

func TestIntrospectionIsOnUnlessSetToFalse(t *testing.T) {
	t.Parallel()
	for text, off := range map[string]bool{"": false, "true": false, "false": true, "0": true} {
		require.Equal(t, off, settings.Settings{Introspection: text}.NoIntrospection(), text)
	}
}

func TestSecure(t *testing.T) {
	t.Parallel()
	for public, secure := range map[string]bool{
		"http://127.0.0.1:4000":  false,
		"http://localhost:4000":  false,
		"http://[::1]:4000":      false,
		"https://127.0.0.1:4000": true,
		"https://shop.example":   true,
		"http://shop.example":    true,
		"http://10.0.0.7:4000":   true,
		"":                       true,
		"%":                      true,
	} {
		require.Equal(t, secure, settings.Settings{Public: public}.Secure(), public)
	}
}
