package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"slices"

	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
	"github.com/trefoil-graph/trefoil/router/execution/headers"
	"github.com/trefoil-graph/trefoil/router/ops/config"
	"github.com/trefoil-graph/trefoil/router/shared/certificates"
)

// callable returns how each subgraph of the schema is called: by its own rules and the rules for
// all.
func callable(
	c config.Config, schema *supergraph.Schema, log *slog.Logger,
) ([]fetch.Subgraph, error) {
	var out []fetch.Subgraph
	for _, s := range schema.Subgraphs {
		own := c.Named(s.Name)
		if own.URL == "" {
			own.URL = s.URL
		}
		called, err := callableOne(c, own, log)
		if err != nil {
			return nil, fmt.Errorf("subgraph %s: %w", s.Name, err)
		}
		out = append(out, called)
	}
	return out, nil
}

func callableOne(
	c config.Config, own config.Subgraph, log *slog.Logger,
) (called fetch.Subgraph, err error) {
	called = fetch.Subgraph{
		Name:           own.Name,
		URL:            own.URL,
		Timeout:        own.Timeout,
		ForwardHeaders: slices.Concat(c.Headers.Forward, own.Headers.Forward),
		ForwardCookies: slices.Concat(c.Cookies.Forward, own.Cookies.Forward),
		ReturnHeaders:  slices.Concat(c.Headers.Return, own.Headers.Return),
		ClientAddress:  own.ClientAddress,
	}
	var requests, responses []headers.Rule
	for _, r := range slices.Concat(c.Headers.Request, own.Headers.Request) {
		requests = append(requests, r.Rule())
	}
	for _, r := range slices.Concat(c.Headers.Response, own.Headers.Response) {
		responses = append(responses, r.Rule())
	}
	if called.RequestRules, err = headers.NewRequest(requests); err != nil {
		return called, fmt.Errorf("headers: %w", err)
	}
	if called.ResponseRules, err = headers.NewResponse(responses); err != nil {
		return called, fmt.Errorf("headers: %w", err)
	}
	called.TLS, err = subgraphTLS(own.TLS, log)
	return called, err
}

// subgraphTLS returns the configuration of connections to a subgraph; nil if it has none.
func subgraphTLS(c config.SubgraphTLS, log *slog.Logger) (*tls.Config, error) {
	if c == (config.SubgraphTLS{}) {
		return nil, nil
	}
	made, err := certificates.Client{
		CA: c.CA, Pair: certificates.Pair{Certificate: c.Certificate, Key: c.Key},
		ServerName: c.ServerName,
	}.Config(log)
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	return made, nil
}
