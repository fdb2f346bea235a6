package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/ops/config"
	"github.com/trefoil-graph/trefoil/router/shared/certificates"
)

// connect lets the server use TLS and HTTP/2 as configured, and returns the listener to serve.
// Writes are joined on plain connections only: TLS writes a record for each 16 KB, so that two
// joined writes would save little.
func connect(
	c config.Config, server *http.Server, listener net.Listener, log *slog.Logger,
) (net.Listener, error) {
	server.Protocols = new(http.Protocols)
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(c.HTTP2.Cleartext)
	switch {
	case c.TLS.Certificate == "" && c.Plain:
		return listener, nil
	case c.TLS.Certificate == "":
		return gateway.JoinWrites(server, listener), nil
	}
	server.Protocols.SetHTTP2(true)
	secure, err := certificates.Server{
		Pair:     certificates.Pair{Certificate: c.TLS.Certificate, Key: c.TLS.Key},
		ClientCA: c.TLS.ClientCA, Requires: c.TLS.ClientAuth == config.ClientAuthRequire,
	}.Config(log, "h2", "http/1.1")
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	server.TLSConfig = secure
	return tls.NewListener(listener, secure), nil
}
