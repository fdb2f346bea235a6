// Command nats runs the message server: a NATS server with JetStream and the permissions of the
// shop's services.
//
//	nats          serves; see -h for its settings
//	nats config   prints the users and permissions, for the configuration of servers elsewhere
//	nats streams  creates the streams on the servers of NATS_URL, with the operator's key:
//	              NATS_KEY, or that of the data folder
//	nats help     prints the commands and the flags
//
//	keys of the data folder, created if missing ─┐
//	events.Access: who publishes and reads what ─┴─▶ configuration ──▶ server ──▶ streams
//
// A service authenticates with its key and may do only what events.Access lists. The operator's
// key may do everything, for example with NATS's own client: nats --nkey data/bus/operator/key
// stream ls.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/nats-io/nats.go"

	"github.com/trefoil-graph/trefoil/router/shared/logging"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/filelock"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/buskey"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/busserver"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/private"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
)

func main() {
	private.Files()
	cli.Main(func(ctx context.Context, args []string, stdout, stderr io.Writer) int {
		return run(ctx, args, os.Getenv, stdout, stderr)
	})
}

func program() cli.Program {
	return cli.Program{Name: "nats", Does: "serves the bus", Commands: []cli.Command{
		{Usage: "config", Does: "prints the users and permissions for servers elsewhere"},
		{Usage: "streams", Does: "creates the streams on the servers of NATS_URL"},
	}}
}

// jobOf returns the job of a command. Without a command, the program serves.
func jobOf(command string) job {
	switch command {
	case "config":
		return printConfig
	case "streams":
		return makeStreams
	}
	return serveBus
}

func run(
	ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer,
) int {
	prepare := func(call cli.Call, stderr io.Writer) (func() error, error) {
		o, err := parse(call.Args, getenv, stderr)
		return func() error { return jobOf(call.Command)(ctx, o, stdout) }, err
	}
	return program().Run(args, stdout, stderr, prepare)
}

// job is what the program does for one command.
type job func(context.Context, options, io.Writer) error

func serveBus(ctx context.Context, o options, stdout io.Writer) error {
	log, err := logging.New("nats", stdout, os.Getenv)
	if err != nil {
		return err
	}
	if err := serveLogged(ctx, o, log); err != nil {
		log.Error("failed", "error", err)
		return cli.ErrLogged
	}
	return nil
}

func serveLogged(ctx context.Context, o options, log *slog.Logger) error {
	private.Check(log, o.Data, "nats", "bus")
	// A second server on the same folder fails at once instead of overwriting the files of the
	// first.
	lock, err := filelock.Take(filepath.Join(o.folder(), "lock"))
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	server, err := busserver.New(busserver.Options{
		Folder: o.folder(), Keys: o.Keys, OperatorKeys: buskey.Folder(o.Data),
		Listen: o.Listen, Monitor: o.Monitor, TLSCert: o.TLSCert, TLSKey: o.TLSKey,
		Access: events.Access(), Log: log,
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

// printConfig prints the users and permissions for a server elsewhere. Its address and its
// cluster are not included.
func printConfig(_ context.Context, o options, stdout io.Writer) error {
	public, err := busserver.PublicKeys(events.Access(), o.Keys)
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
	_, err = fmt.Fprintf(stdout, "# The services' keys are in %s/SERVICE/key. "+
		"Pass them in NATS_KEY or NATS_KEY_FILE.\n"+
		"# Also set jetstream {sync_interval: always}: "+
		"then every acknowledged message is on the disk.\n%s",
		o.Keys, busserver.Authorization(events.Access(), public, publicOperator))
	return err
}

// makeStreams creates missing streams and updates those that differ.
func makeStreams(ctx context.Context, o options, stdout io.Writer) error {
	key, err := o.operatorKey()
	if err != nil {
		return err
	}
	var trust []nats.Option
	if o.CA != "" {
		trust = append(trust, nats.RootCAs(o.CA))
	}
	connection, err := busserver.ConnectOperator(o.URL, key, trust...)
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
