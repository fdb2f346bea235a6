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

// options are the program's settings.
type options struct {
	data, keys      string
	listen, monitor string
	tlsCert, tlsKey string
	url, ca, nkey   string
	replicas        int
}

func parse(args []string, getenv func(string) string, stderr io.Writer) (o options, err error) {
	environment := env.NewReader(getenv)
	flags := flag.NewFlagSet("nats", flag.ContinueOnError)
	flags.SetOutput(stderr)
	text := func(into *string, flag, variable, fallback, usage string) {
		flags.StringVar(into, flag, cmp.Or(environment.Get(variable), fallback), usage)
	}
	text(&o.data, "data", "DATA_DIR", "data", "`folder` of the server's files and keys")
	text(&o.keys, "keys", "NATS_KEYS", "",
		"`folder` of the services' keys (default bus in the data folder)")
	text(&o.listen, "listen", "NATS_LISTEN", "127.0.0.1:4222", "`address` to listen on")
	text(&o.monitor, "monitor", "NATS_MONITOR", "",
		"`address` of NATS's own HTTP pages, such as /healthz")
	text(&o.tlsCert, "tls-cert", "NATS_TLS_CERT", "",
		"`file` with the certificate; with it, clients must use TLS")
	text(&o.tlsKey, "tls-key", "NATS_TLS_KEY", "", "`file` with the certificate's key")
	text(&o.url, "nats", "NATS_URL", "nats://127.0.0.1:4222",
		"for streams: `url` of the servers, separated by commas")
	text(&o.ca, "ca", "NATS_CA", "",
		"for streams: `file` with the certificates that sign the servers' certificates")
	var replicas string
	text(&replicas, "replicas", "NATS_REPLICAS", "1",
		"for streams: `number` of servers that keep each message: 1, 3 or 5")
	o.nkey = environment.Get("NATS_KEY")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if err := environment.Err(); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q: see nats help", flags.Arg(0))
	}
	if (o.tlsCert == "") != (o.tlsKey == "") {
		return o, fmt.Errorf("NATS_TLS_CERT and NATS_TLS_KEY: set both or none")
	}
	switch replicas { // one server more than an odd number adds no safety
	case "1", "3", "5":
		o.replicas = int(replicas[0] - '0')
	default:
		return o, fmt.Errorf("replicas must be 1, 3 or 5, not %q", replicas)
	}
	o.keys = cmp.Or(o.keys, buskey.Folder(o.data))
	return o, nil
}

// folder returns the folder of JetStream's files.
func (o options) folder() string { return filepath.Join(o.data, "nats") }

// operatorKey returns NATS_KEY, or the key in the data folder.
func (o options) operatorKey() (string, error) {
	if o.nkey != "" {
		return o.nkey, nil
	}
	return buskey.Ensure(buskey.Folder(o.data), buskey.Operator)
}
