// Package settings reads the settings of a service from the command line and the environment.
//
// A flag overrides the environment, and the environment overrides the default. With the defaults,
// a service runs on loopback and keeps its files in ./data. A variable NAME can also come from a
// file, whose path is in NAME_FILE.
package settings

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/trefoil-graph/trefoil/router/shared/env"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
)

// Settings are the settings that every service has.
type Settings struct {
	Service string // user, product or order
	Listen  string // -listen, <SERVICE>_LISTEN: address of the HTTP server
	DataDir string // -data, DATA_DIR: folder of the service's files
	Server  string // -database, DATABASE_URL: postgres://… or a SQLite file (default in DataDir)
	NATSURL string // -nats, NATS_URL: the message server, or several with commas
	// NATSKey, from NATS_KEY, is the service's key for the message server. If it is empty, the
	// key is in DataDir, or the URL has a user.
	NATSKey string
	NATSCA  string // NATS_CA: certificates that sign the server's; empty: the system's
	JWKSURL string // -jwks, USER_URL + /.well-known/jwks.json: keys that sign tokens
	Public  string // -public, PUBLIC_URL: where browsers find the shop
	// NoIntrospection, from -introspection=false or INTROSPECTION=false, refuses __schema and
	// __type.
	NoIntrospection bool
}

// Parse reads the settings of a service, whose default address is listen, and returns the
// arguments that are not flags. more adds the flags of a command. Parse explains wrong flags on
// stderr. With -h the error is flag.ErrHelp.
func Parse(
	service, listen string, args []string, getenv func(string) string, stderr io.Writer,
	more ...func(*flag.FlagSet),
) (Settings, []string, error) {
	environment := env.NewReader(getenv)
	of := func(name, fallback string) string { return cmp.Or(environment.Get(name), fallback) }
	keys := strings.TrimRight(of("USER_URL", "http://127.0.0.1:4001"), "/") + "/.well-known/jwks.json"
	introspection := ""
	s := Settings{
		Service: service, Server: of("DATABASE_URL", ""),
		NATSURL: of("NATS_URL", "nats://127.0.0.1:4222"),
		NATSKey: of("NATS_KEY", ""), NATSCA: of("NATS_CA", ""),
	}
	flags := flag.NewFlagSet(service, flag.ContinueOnError)
	flags.SetOutput(stderr)
	address := of(strings.ToUpper(service)+"_LISTEN", listen)
	flags.StringVar(&s.Listen, "listen", address, "`address` to listen on")
	flags.StringVar(&s.DataDir, "data", of("DATA_DIR", "data"), "`folder` of the service's files")
	flags.Func("database",
		"`database`: postgres://… or a SQLite file (default a SQLite file in the data folder)",
		secret(&s.Server))
	flags.Func("nats", "`url` of the message server, or several of a cluster with commas "+
		"(default nats://127.0.0.1:4222)", secret(&s.NATSURL))
	flags.StringVar(&introspection, "introspection", of("INTROSPECTION", "true"),
		"`true` or false: whether the service answers __schema and __type")
	flags.StringVar(&s.Public, "public", of("PUBLIC_URL", "http://127.0.0.1:4000"),
		"`url` where browsers find the shop")
	flags.StringVar(&s.JWKSURL, "jwks", keys, "`url` of the keys that sign tokens")
	for _, add := range more {
		add(flags)
	}
	words, err := cli.Parse(flags, args)
	if err != nil {
		return Settings{}, nil, fmt.Errorf("flags: %w", err)
	}
	if err := environment.Err(); err != nil {
		return Settings{}, nil, err
	}
	introspects, err := strconv.ParseBool(introspection)
	if err != nil {
		return Settings{}, nil, fmt.Errorf("introspection must be true or false, not %q", introspection)
	}
	s.NoIntrospection = !introspects
	return s, words, nil
}

// secret returns a function for flag.FlagSet.Func that sets a string. Unlike with StringVar, -h
// does not print the current value, which may come from the environment and hold a password.
func secret(into *string) func(value string) error {
	return func(value string) error {
		*into = value
		return nil
	}
}

// Database returns the service's database for sqldb.Open. This is a SQLite file, or a schema of a
// Postgres server. The schema has the name of the service, unless the URL sets search_path.
func (s Settings) Database() string {
	if s.Server == "" {
		return filepath.Join(s.DataDir, s.Service+".db")
	}
	server, err := url.Parse(s.Server)
	if err != nil || server.Scheme == "" || server.Query().Has("search_path") {
		return s.Server
	}
	query := server.Query()
	query.Set("search_path", s.Service)
	server.RawQuery = query.Encode()
	return server.String()
}

// Secure reports whether cookies are for https only. They are, unless browsers reach the shop by
// http on loopback.
func (s Settings) Secure() bool {
	public, err := url.Parse(s.Public)
	if err != nil || public.Scheme != "http" {
		return true
	}
	host := public.Hostname()
	// Host names other than localhost do not count as loopback.
	return host != "localhost" && !net.ParseIP(host).IsLoopback()
}

// KeyCache returns the path of the file that caches the keys of tokens, so that the service can
// start while the user service is down.
func (s Settings) KeyCache() string { return filepath.Join(s.DataDir, s.Service+"-jwks.json") }
