// Package app is the skeleton of the services user, product and order. A service lists what it
// is made of; Run reads the settings, opens what every service has, and serves or runs a command.
//
//	arguments, environment ──▶ settings ─┬─▶ log, database, bus ──Parts──▶ serve.Run
//	                                     └─▶ database that exists ──▶ Command.Run
package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/trefoil-graph/trefoil/router/shared/logging"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/buskey"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/private"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
)

// Service describes a service.
type Service struct {
	Name     string
	Does     string // for the help
	Listen   string // the default address
	Commands []Command
	// Files are patterns of private files in the data folder, besides the database and the keys.
	Files []string
	// Parts builds what is served: GraphQL, Routes and Background.
	Parts func(context.Context, Base) (serve.Config, error)
}

// Base is what the parts of a service build on.
type Base struct {
	Settings settings.Settings
	DB       *sqldb.DB
	Bus      *bus.Bus
	Log      *slog.Logger
}

// Command works on the database, which the service may be using at the same time.
type Command struct {
	cli.Command
	// Flags adds flags to those of the service. It may be nil.
	Flags func(*flag.FlagSet)
	// Takes reports whether the command takes these arguments. If it is nil, it takes none.
	Takes func(words []string) bool
	Run   func(ctx context.Context, db *sqldb.DB, words []string, stdout io.Writer) error
}

// Main runs the service with the arguments of the process, and exits.
func (s Service) Main() {
	private.Files()
	cli.Main(s.Run)
}

// Run runs a command line, and returns the exit status.
func (s Service) Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	p := cli.Program{Name: s.Name, Does: s.Does}
	for _, command := range s.Commands {
		p.Commands = append(p.Commands, command.Command)
	}
	return p.Run(args, stdout, stderr, func(call cli.Call, stderr io.Writer) (func() error, error) {
		return s.prepare(ctx, call, stdout, stderr)
	})
}

func (s Service) prepare(
	ctx context.Context, call cli.Call, stdout, stderr io.Writer,
) (work func() error, err error) {
	command, full := s.command(call.Command), strings.TrimSpace(s.Name+" "+call.Command)
	config, words, err := settings.Parse(s.Name, s.Listen, call.Args, os.Getenv, stderr,
		func(flags *flag.FlagSet) {
			flags.Init(full, flag.ContinueOnError)
			if command.Run != nil {
				flags.Usage = func() { usage(flags) }
			}
			if command.Flags != nil {
				command.Flags(flags)
			}
		})
	switch {
	case err != nil:
		return nil, err
	case command.Takes == nil && len(words) > 0:
		return nil, fmt.Errorf("unexpected argument %q; see %s", words[0],
			strings.TrimSpace(s.Name+" help "+call.Command))
	case command.Takes != nil && !command.Takes(words):
		return nil, cli.ErrUsage
	case command.Run != nil:
		return func() error { return command.run(ctx, config.Database(), words, stdout) }, nil
	}
	log, err := logging.New(s.Name, stdout, os.Getenv)
	return func() error {
		err := s.Serve(ctx, config, log, nil)
		// A stop during the start is no failure.
		if err == nil || ctx.Err() != nil && errors.Is(err, context.Canceled) {
			return nil
		}
		log.Error("failed", "error", err)
		return cli.ErrLogged
	}, err
}

// usage prints the flags of a command. It leaves out those for serving, which a command accepts
// but does not use, so that a script can pass the same flags to both.
func usage(flags *flag.FlagSet) {
	shown := flag.NewFlagSet("", flag.ContinueOnError)
	shown.SetOutput(flags.Output())
	flags.VisitAll(func(f *flag.Flag) {
		serves := []string{"introspection", "jwks", "listen", "nats", "public"}
		if !slices.Contains(serves, f.Name) {
			shown.Var(f.Value, f.Name, f.Usage)
			shown.Lookup(f.Name).DefValue = f.DefValue
		}
	})
	_, _ = fmt.Fprintf(flags.Output(), "Usage of %s:\n", flags.Name())
	shown.PrintDefaults()
}

// command returns the command with a name, or one without Run.
func (s Service) command(name string) Command {
	for _, command := range s.Commands {
		if command.Name() == name {
			return command
		}
	}
	return Command{}
}

func (c Command) run(
	ctx context.Context, database string, words []string, stdout io.Writer,
) (err error) {
	db, err := sqldb.OpenExisting(ctx, database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return c.Run(ctx, db, words, stdout)
}

// Serve serves until ctx ends or the process gets a signal. onListen, if it is not nil, is called
// with the address.
func (s Service) Serve(
	ctx context.Context, config settings.Settings, log *slog.Logger, onListen func(net.Addr),
) (err error) {
	private.Check(log, config.DataDir,
		append([]string{s.Name + ".db*", "bus/" + s.Name, s.Name + "-jwks.json"}, s.Files...)...)
	db, err := sqldb.OpenToServe(ctx, config.Database())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	probe, err := sqldb.NewProbe(ctx, db, time.Now)
	if err != nil {
		return err
	}
	messages, err := buskey.Connect(config, log)
	if err != nil {
		return err
	}
	defer messages.Close()
	parts, err := s.Parts(ctx, Base{Settings: config, DB: db, Bus: messages, Log: log})
	if err != nil {
		return err
	}
	parts.Listen, parts.Log, parts.OnListen = config.Listen, log, onListen
	parts.Ready, parts.Bus = probe.Write, messages.Connected
	return serve.Run(ctx, parts)
}

// errUnsound says that the database breaks its rules. The breaches are printed.
var errUnsound = errors.New("the database breaks its rules")

// Report prints the findings of an audit, and returns an error if there are any.
func Report(stdout io.Writer, findings []string, err error) error {
	for _, finding := range findings {
		_, _ = fmt.Fprintln(stdout, finding)
	}
	if err == nil && len(findings) > 0 {
		err = errUnsound
	}
	return err
}
