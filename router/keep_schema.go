package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/trefoil-graph/trefoil/router/config"
	"github.com/trefoil-graph/trefoil/router/federation"
	"github.com/trefoil-graph/trefoil/router/fetch"
	"github.com/trefoil-graph/trefoil/router/gateway"
	"github.com/trefoil-graph/trefoil/router/supergraph"
)

// retryAfter is the time between two tries to get the schema of subgraphs that do not answer yet.
const retryAfter = time.Second

// keepSchema gives the gateway its schema, and a new one at each SIGHUP. A schema with errors ends the router at its
// start; later, the one before stays in use.
func (s *server) keepSchema(ctx context.Context) error {
	if err := s.firstSchema(ctx); err != nil {
		return err
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-hangup:
			s.reload(ctx)
		}
	}
}

// firstSchema tries until there is a schema, if all that is missing is the answer of subgraphs that are to be asked.
func (s *server) firstSchema(ctx context.Context) error {
	for {
		err := s.useSchema(ctx, s.config)
		if err == nil || !mayAnswerLater(err, s.config) {
			return err
		}
		s.log.Warn("no schema yet", "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(retryAfter):
		}
	}
}

// mayAnswerLater reports whether each error is of a subgraph that was asked for its schema and did not give it.
func mayAnswerLater(err error, c config.Config) bool {
	var errs federation.Errors
	return errors.As(err, &errs) && !slices.ContainsFunc(errs, func(e *federation.Error) bool {
		return e.Code != federation.DownstreamServiceError || len(e.Locations) == 0 || c.Named(e.Locations[0].Subgraph).Schema != ""
	})
}

// reload takes the schema, and how its subgraphs are called, from the configuration as it is now. What else is in it, the
// address and the limits, takes a restart.
func (s *server) reload(ctx context.Context) {
	c, err := config.Load(s.path, os.LookupEnv)
	if err == nil {
		err = s.useSchema(ctx, c)
	}
	if err != nil {
		s.log.Error("the schema stays as it is", "error", err)
	}
}

// useSchema composes the configured schema and lets the gateway serve it.
func (s *server) useSchema(ctx context.Context, c config.Config) error {
	schema, hints, err := configuredSchema(ctx, c)
	if err == nil {
		err = checkServable(schema, c)
	}
	if err != nil {
		return err
	}
	client := fetch.NewClient(callable(c, schema), fetch.Limits{
		ResponseBytes: c.Limits.ResponseBytes, Connections: c.Limits.ConnectionsPerSubgraph,
		ConnectTimeout: c.Limits.ConnectTimeout,
	})
	engine, err := gateway.NewEngine(schema, client, gateway.EngineOptions{
		CachedOperations:      c.Limits.CachedOperations,
		MostBytes:             c.Limits.AnswersBytes,
		ShareOperations:       c.Deduplicate.Operations,
		ShareSubgraphRequests: c.Deduplicate.SubgraphRequests,
		OverrideLabels:        c.OverrideLabels,
		Plain:                 c.Plain,
		Log:                   s.log,
	})
	if err != nil {
		return err
	}
	s.gateway.Use(engine)
	s.log.Info("schema in use", "subgraphs", len(schema.Subgraphs), "types", len(schema.Types), "hints", len(hints))
	return nil
}

// callable says of each subgraph of the schema how it is called: by its own rules and those for all.
func callable(c config.Config, schema *supergraph.Schema) []fetch.Subgraph {
	var out []fetch.Subgraph
	for _, s := range schema.Subgraphs {
		own := c.Named(s.Name)
		url := own.URL
		if url == "" {
			url = s.URL
		}
		out = append(out, fetch.Subgraph{
			Name:           s.Name,
			URL:            url,
			Timeout:        own.Timeout,
			ForwardHeaders: slices.Concat(c.Headers.Forward, own.Headers.Forward),
			ForwardCookies: slices.Concat(c.Cookies.Forward, own.Cookies.Forward),
			ReturnHeaders:  slices.Concat(c.Headers.Return, own.Headers.Return),
			ClientAddress:  own.ClientAddress,
		})
	}
	return out
}
