package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/trefoil-graph/trefoil/router/shared/env"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/buskey"
)

// setupWait bounds how long a cluster may take to create the streams.
const setupWait = 30 * time.Second

// options are the program's settings. A flag overrides the variable.
type options struct {
	Data     string `env:"DATA_DIR" envDefault:"data"`
	Keys     string `env:"NATS_KEYS"`
	Listen   string `env:"NATS_LISTEN" envDefault:"127.0.0.1:4222"`
	Monitor  string `env:"NATS_MONITOR"`
	TLSCert  string `env:"NATS_TLS_CERT"`
	TLSKey   string `env:"NATS_TLS_KEY"`
	URL      string `env:"NATS_URL" envDefault:"nats://127.0.0.1:4222"`
	CA       string `env:"NATS_CA"`
	Key      string `env:"NATS_KEY"`
	Replicas string `env:"NATS_REPLICAS" envDefault:"1"`
	replicas int
}

func parse(args []string, getenv func(string) string, stderr io.Writer) (o options, err error) {
	wrong := env.Load(&o, "", getenv)
	flags := flag.NewFlagSet("nats", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.Data, "data", o.Data, "`folder` of the server's files and keys")
	flags.StringVar(&o.Keys, "keys", o.Keys,
		"`folder` of the services' keys (default bus in the data folder)")
	flags.StringVar(&o.Listen, "listen", o.Listen, "`address` to listen on")
	flags.StringVar(&o.Monitor, "monitor", o.Monitor,
		"`address` of NATS's own HTTP pages, such as /healthz")
	flags.StringVar(&o.TLSCert, "tls-cert", o.TLSCert,
		"`file` with the certificate; with it, clients must use TLS")
	flags.StringVar(&o.TLSKey, "tls-key", o.TLSKey, "`file` with the certificate's key")
	flags.StringVar(&o.URL, "nats", o.URL, "for streams: `url` of the servers, separated by commas")
	flags.StringVar(&o.CA, "ca", o.CA,
		"for streams: `file` with the certificates that sign the servers' certificates")
	flags.StringVar(&o.Replicas, "replicas", o.Replicas,
		"for streams: `number` of servers that keep each message: 1, 3 or 5")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if wrong != nil {
		return o, wrong
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q: see nats help", flags.Arg(0))
	}
	if (o.TLSCert == "") != (o.TLSKey == "") {
		return o, fmt.Errorf("NATS_TLS_CERT and NATS_TLS_KEY: set both or none")
	}
	switch o.Replicas { // one server more than an odd number adds no safety
	case "1", "3", "5":
		o.replicas = int(o.Replicas[0] - '0')
	default:
		return o, fmt.Errorf("NATS_REPLICAS or -replicas is %q; write 1, 3 or 5", o.Replicas)
	}
	o.Keys = cmp.Or(o.Keys, buskey.Folder(o.Data))
	return o, nil
}

// folder returns the folder of JetStream's files.
func (o options) folder() string { return filepath.Join(o.Data, "nats") }

// operatorKey returns NATS_KEY, or the key in the data folder.
func (o options) operatorKey() (string, error) {
	if o.Key != "" {
		return o.Key, nil
	}
	return buskey.Ensure(buskey.Folder(o.Data), buskey.Operator)
}
