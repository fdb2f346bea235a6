// Package settings reads what differs from one installation to the next.
//
// In go the command line and the environment, out comes a Settings. Flags win
// over the environment, the environment over the defaults, and the defaults
// run a service on loopback with its files in ./data. Each variable NAME can
// be in a file that NAME_FILE names instead.
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
	"github.com/trefoil-graph/trefoil/subgraphs/internal/cli"
)

// Settings are the settings that every service has.
type Settings struct {
	Service string // user, product or order
	Listen  string // -listen, <SERVICE>_LISTEN: address of the HTTP server
	DataDir string // -data, DATA_DIR: folder of the service's files
	Server  string // -database, DATABASE_URL: postgres://…, or a SQLite file; one of the folder if it is empty
	NATSURL string // -nats, NATS_URL: the message server, or those of a cluster, with commas
	// NATSKey, NATS_KEY, is the service's key for the message server. Without it the key is in the
	// folder, or the URL has a user.
	NATSKey string
	NATSCA  string // NATS_CA: certificates that sign the server's; else the system's
	JWKSURL string // -jwks, USER_URL + /.well-known/jwks.json: keys that sign tokens
	Public  string // -public, PUBLIC_URL: where browsers find the shop
	// NoIntrospection, -introspection=false, INTROSPECTION=false, refuses __schema and __type.
	NoIntrospection bool
}

// Parse reads the settings of a service. The default address is listen.
// Mistakes are explained on stderr; -h is the error flag.ErrHelp.
func Parse(service, listen string, args []string, getenv func(string) string, stderr io.Writer) (Settings, error) {
	s, words, err := ParseWords(service, listen, args, getenv, stderr)
	if err == nil && len(words) > 0 {
		return Settings{}, fmt.Errorf("unexpected argument %q: see %s help", words[0], service)
	}
	return s, err
}

// ParseWords is Parse for a command that takes words beside the flags.
func ParseWords(
	service, listen string, args []string, getenv func(string) string, stderr io.Writer,
) (Settings, []string, error) {
	environment := env.NewReader(getenv)
	of := func(name, fallback string) string { return cmp.Or(environment.Get(name), fallback) }
	keys := strings.TrimRight(of("USER_URL", "http://127.0.0.1:4001"), "/") + "/.well-known/jwks.json"
	introspection := ""
	s := Settings{
		Service: service, Server: of("DATABASE_URL", ""), NATSURL: of("NATS_URL", "nats://127.0.0.1:4222"),
		NATSKey: of("NATS_KEY", ""), NATSCA: of("NATS_CA", ""),
	}
	flags := flag.NewFlagSet(service, flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.Listen, "listen", of(strings.ToUpper(service)+"_LISTEN", listen), "`address` to listen on")
	flags.StringVar(&s.DataDir, "data", of("DATA_DIR", "data"), "`folder` of the service's files")
	flags.Func("database", "postgres://… or a SQLite file: the `database`; a file in the folder if there is none", Secret(&s.Server))
	flags.Func("nats", "`url` of the message server, or several of a cluster with commas (default nats://127.0.0.1:4222)", Secret(&s.NATSURL))
	flags.StringVar(&introspection, "introspection", of("INTROSPECTION", "true"), "`true` or false: whether __schema and __type are answered")
	flags.StringVar(&s.Public, "public", of("PUBLIC_URL", "http://127.0.0.1:4000"), "`url` where browsers find the shop")
	flags.StringVar(&s.JWKSURL, "jwks", keys, "`url` of the keys that sign tokens")
	words, err := cli.Parse(flags, args)
	if err != nil {
		return Settings{}, nil, fmt.Errorf("flags: %w", err)
	}
	if err := environment.Err(); err != nil {
		return Settings{}, nil, err
	}
	introspects, err := strconv.ParseBool(introspection)
	if err != nil {
		return Settings{}, nil, fmt.Errorf("introspection is true or false, not %q", introspection)
	}
	s.NoIntrospection = !introspects
	return s, words, nil
}

// Secret sets a string by flag.FlagSet.Func. Unlike StringVar, -h does not print the value that the
// string has before: the environment's may hold a password.
func Secret(into *string) func(value string) error {
	return func(value string) error {
		*into = value
		return nil
	}
}

// Database is the service's database, for sqldb.Open: a SQLite file of its own, or a schema of its
// own on a server, which is named after the service unless the URL's search_path names another.
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

// Secure tells whether cookies are for https only: always, but where browsers
// reach the shop by http on loopback.
func (s Settings) Secure() bool {
	public, err := url.Parse(s.Public)
	if err != nil || public.Scheme != "http" {
		return true
	}
	host := public.Hostname()
	return host != "localhost" && !net.ParseIP(host).IsLoopback() // what is no IP is not on loopback
}

// KeyCache is the path of the file that keeps the keys of tokens, so that the
// service starts while the user service is down.
func (s Settings) KeyCache() string { return filepath.Join(s.DataDir, s.Service+"-jwks.json") }
