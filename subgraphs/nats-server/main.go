// Command nats-server is the message server of the shop: NATS with its own flags and configuration,
// which writes its log in the format of the shop's other programs and locks its store.
//
//	nats-server -c subgraphs/nats.conf -p 4222 -sd data/nats
//
// LOG_FORMAT and LOG_LEVEL are those of the other programs; the options of NATS for its log have no
// effect. A second server on the same store fails at once instead of writing over the first one's
// files.
package main

import (
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/trefoil-graph/trefoil/router/shared/logging"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/filelock"
)

func main() {
	log, err := logging.New("nats", os.Stderr, os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "nats-server:", err)
		os.Exit(2)
	}
	if err := run(os.Args[1:], log); err != nil {
		log.Error("failed", "error", err)
		os.Exit(1)
	}
}

// run serves until a signal ends the process.
func run(args []string, log *slog.Logger) error {
	flags := flag.NewFlagSet("nats-server", flag.ExitOnError)
	help := func() {
		flags.SetOutput(os.Stdout)
		flags.PrintDefaults()
		os.Exit(0)
	}
	options, err := server.ConfigureOptions(flags, args, server.PrintServerAndExit, help, server.PrintTLSHelpAndDie)
	if err != nil || options.CheckConfig {
		return err
	}
	store, err := lockStore(options)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	options.DisableJetStreamBanner = true
	s, err := server.NewServer(options)
	if err != nil {
		return err
	}
	to := logger{log: log}
	s.SetLoggerV2(to, to.on(slog.LevelDebug), options.Trace, options.TraceVerbose)
	if err := server.Run(s); err != nil {
		return err
	}
	s.WaitForShutdown()
	return nil
}

// lockStore locks the folder of the streams, if there is one.
func lockStore(options *server.Options) (io.Closer, error) {
	if !options.JetStream || options.StoreDir == "" {
		return io.NopCloser(nil), nil
	}
	return filelock.Take(filepath.Join(options.StoreDir, "lock"))
}
