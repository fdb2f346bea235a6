// Command nats is the bus: a NATS server with JetStream that knows the shop's services.
//
//	nats          serves; see -h for its settings
//	nats config   prints the users and permissions, for the configuration of servers elsewhere
//	nats streams  makes the streams on the servers of NATS_URL, with the operator's key: NATS_KEY, or
//	              that of the data folder
//	nats help     prints the commands and the flags
//
//	keys of the data folder, made if missing ─┐
//	events.Access: who publishes and reads what ┴─▶ configuration ──▶ server ──▶ streams
//
// A service proves who it is with its key, and may do only what events.Access says. The operator's
// key may do everything: nats --nkey data/bus/operator/key stream ls, with NATS's own client.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/nats-io/nats.go"

	"github.com/trefoil-graph/trefoil/router/shared/logging"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/buskey"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/busserver"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/cli"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/filelock"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/private"
)

func main() {
	private.Files()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

func program() cli.Program {
	return cli.Program{Name: "nats", Does: "serves the bus", Commands: []cli.Command{
		{Usage: "config", Does: "prints the users and permissions for servers elsewhere"},
		{Usage: "streams", Does: "makes the streams on the servers of NATS_URL"},
	}}
}

// jobOf returns what a command does; without a command, the program serves.
func jobOf(command string) job {
	switch command {
	case "config":
		return printConfig
	case "streams":
		return makeStreams
	}
	return serveBus
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	call := program().Call(args)
	if call.Help {
		program().Help(stdout, call.Command)
		call.Args, stderr = []string{"-h"}, stdout
	}
	o, err := parse(call.Args, getenv, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, "nats:", err)
		return 2
	}
	err = jobOf(call.Command)(ctx, o, stdout)
	if err != nil && !errors.Is(err, errLogged) {
		fmt.Fprintln(stderr, "nats:", err)
	}
	if err != nil {
		return 1
	}
	return 0
}

// errLogged says that the server failed, and that its log says why.
var errLogged = errors.New("failed")

// job is what the command can do.
type job func(context.Context, options, io.Writer) error

func serveBus(ctx context.Context, o options, stdout io.Writer) error {
	log, err := logging.New("nats", stdout, os.Getenv)
	if err != nil {
		return err
	}
	if err := serveLogged(ctx, o, log); err != nil {
		log.Error("failed", "error", err)
		return errLogged
	}
	return nil
}

func serveLogged(ctx context.Context, o options, log *slog.Logger) error {
	private.Check(log, o.data, "nats", "bus")
	// A second server on the same folder fails at once instead of writing over the files of the first.
	lock, err := filelock.Take(filepath.Join(o.folder(), "lock"))
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	server, err := busserver.New(busserver.Options{
		Folder: o.folder(), Keys: o.keys, OperatorKeys: buskey.Folder(o.data), Listen: o.listen, Monitor: o.monitor,
		TLSCert: o.tlsCert, TLSKey: o.tlsKey, Access: events.Access(), Log: log,
	})
	if err != nil {
		return err
	}
	if err := server.Run(); err != nil {
		return err
	}
	defer server.Stop()
	return server.KeepStreams(ctx)
}

// printConfig prints what a server elsewhere needs besides its address and its cluster.
func printConfig(_ context.Context, o options, stdout io.Writer) error {
	public, err := busserver.PublicKeys(events.Access(), o.keys)
	if err != nil {
		return err
	}
	operator, err := o.operatorKey()
	if err != nil {
		return err
	}
	publicOperator, err := buskey.Public(operator)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "# The keys of the services are %s/SERVICE/key, for NATS_KEY or NATS_KEY_FILE.\n"+
		"# Beside this, jetstream {sync_interval: always} has what was acknowledged on the disk.\n%s",
		o.keys, busserver.Authorization(events.Access(), public, publicOperator))
	return err
}

// makeStreams makes the streams that are missing, and changes those that differ.
func makeStreams(ctx context.Context, o options, stdout io.Writer) error {
	key, err := o.operatorKey()
	if err != nil {
		return err
	}
	var trust []nats.Option
	if o.ca != "" {
		trust = append(trust, nats.RootCAs(o.ca))
	}
	connection, err := busserver.ConnectOperator(o.url, key, trust...)
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(ctx, setupWait)
	defer cancel()
	if err := busserver.EnsureStreams(ctx, connection, events.Access(), o.replicas); err != nil {
		return err
	}
	for _, stream := range events.Streams() {
		fmt.Fprintf(stdout, "%s: kept by %d\n", stream.Name, o.replicas)
	}
	return nil
}
