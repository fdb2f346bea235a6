// Package settings reads the settings of a service from the command line and the environment.
//
// A flag overrides the environment, and the environment overrides the default. With the defaults,
// a service runs on loopback and keeps its files in ./data. A variable NAME can also come from a
// file, whose path is in NAME_FILE.
package settings

import (
	"cmp"
	"errors"
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
	// Listen is the address of the HTTP server: -listen, <SERVICE>_LISTEN.
	Listen string
	// DataDir is the folder of the service's files: -data.
	DataDir string `env:"DATA_DIR" envDefault:"data"`
	// Server is postgres://… or a SQLite file: -database. The default is a file in DataDir.
	Server string `env:"DATABASE_URL"`
	// NATSURL is the message server, or several with commas: -nats.
	NATSURL string `env:"NATS_URL" envDefault:"nats://127.0.0.1:4222"`
	// NATSKey is the service's key for the message server. If it is empty, the key is in DataDir,
	// or the URL has a user.
	NATSKey string `env:"NATS_KEY"`
	// NATSCA is a file with the certificates that sign the server's; empty: the system's.
	NATSCA string `env:"NATS_CA"`
	// UserURL is where the user service publishes the keys that sign tokens.
	UserURL string `env:"USER_URL" envDefault:"http://127.0.0.1:4001"`
	// JWKSURL is the whole address of these keys: -jwks.
	JWKSURL string
	// Public is where browsers find the shop: -public.
	Public string `env:"PUBLIC_URL" envDefault:"http://127.0.0.1:4000"`
	// Introspection is "false" if the service refuses __schema and __type: -introspection.
	Introspection string `env:"INTROSPECTION" envDefault:"true"`
}

// Parse reads the settings of a service, whose default address is listen, and returns the
// arguments that are not flags. more adds the flags of a command. Parse explains wrong flags on
// stderr. With -h the error is flag.ErrHelp.
func Parse(
	service, listen string, args []string, getenv func(string) string, stderr io.Writer,
	more ...func(*flag.FlagSet),
) (Settings, []string, error) {
	s := Settings{Service: service}
	err := env.Load(&s, "", getenv)
	address, failure := env.Lookup(getenv, strings.ToUpper(service)+"_LISTEN")
	s.Listen = cmp.Or(address, listen)
	s.JWKSURL = strings.TrimRight(s.UserURL, "/") + "/.well-known/jwks.json"
	flags := flag.NewFlagSet(service, flag.ContinueOnError)
	flags.SetOutput(stderr)
	s.addFlags(flags)
	for _, add := range more {
		add(flags)
	}
	words, wrong := cli.Parse(flags, args)
	if wrong != nil {
		return Settings{}, nil, fmt.Errorf("flags: %w", wrong)
	}
	if err = errors.Join(err, failure); err != nil {
		return Settings{}, nil, err
	}
	if _, err := strconv.ParseBool(s.Introspection); err != nil {
		return Settings{}, nil, fmt.Errorf("INTROSPECTION or -introspection is %q; "+
			"write true or false", s.Introspection)
	}
	return s, words, nil
}

func (s *Settings) addFlags(flags *flag.FlagSet) {
	flags.StringVar(&s.Listen, "listen", s.Listen, "`address` to listen on")
	flags.StringVar(&s.DataDir, "data", s.DataDir, "`folder` of the service's files")
	flags.Func("database",
		"`database`: postgres://… or a SQLite file (default a SQLite file in the data folder)",
		secret(&s.Server))
	flags.Func("nats", "`url` of the message server, or several of a cluster with commas "+
		"(default nats://127.0.0.1:4222)", secret(&s.NATSURL))
	flags.StringVar(&s.Introspection, "introspection", s.Introspection,
		"`true` or false: whether the service answers __schema and __type")
	flags.StringVar(&s.Public, "public", s.Public, "`url` where browsers find the shop")
	flags.StringVar(&s.JWKSURL, "jwks", s.JWKSURL, "`url` of the keys that sign tokens")
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

// NoIntrospection reports whether the service refuses __schema and __type.
func (s Settings) NoIntrospection() bool {
	answers, err := strconv.ParseBool(s.Introspection)
	return err == nil && !answers
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
