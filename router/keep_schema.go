package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/trefoil-graph/trefoil/router/composition/contract"
	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/edge/policy"
	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
	"github.com/trefoil-graph/trefoil/router/ops/config"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/shared/limits"
)

// retryAfter is the time between two attempts to get the schemas of subgraphs that do not answer
// yet.
const retryAfter = time.Second

// keepSchema sets the gateway's first schema, and reloads the configuration at each SIGHUP and,
// if so configured, when a source of it changes. A first schema with errors ends the router.
func (s *server) keepSchema(ctx context.Context) error {
	s.see(ctx, s.config)
	if err := s.firstSchema(ctx); err != nil {
		return err
	}
	for {
		asked, ok := s.waitForReload(ctx)
		if !ok {
			return nil
		}
		_, err := s.reload(ctx, false)
		asked.answer(err)
	}
}

// waitForReload waits until the configuration is to be read again: because of a signal, of a
// change, or of a request, which it returns. It returns false when the router stops.
func (s *server) waitForReload(ctx context.Context) (asked *reloadRequest, ok bool) {
	watching, stop := context.WithCancel(ctx)
	changed := make(chan []string, 1)
	go func() {
		defer close(changed)
		names := s.watcher.Next(watching, s.config.Reload.Interval, s.sources(s.config))
		if names != nil {
			changed <- names
		}
	}()
	// The watcher serves one caller at a time.
	defer func() {
		stop()
		for range changed {
		}
	}()
	select {
	case <-ctx.Done():
		return nil, false
	case <-s.hangup:
		return nil, true
	case asked := <-s.reloads:
		return asked, true
	case names := <-changed:
		s.log.Info("sources changed", "sources", names)
		return nil, ctx.Err() == nil
	}
}

// firstSchema tries until there is a schema, while the only problem is that subgraphs do not
// answer. SIGHUP reloads the configuration meanwhile, and does not end the router.
func (s *server) firstSchema(ctx context.Context) error {
	for {
		err := s.use(ctx, s.config)
		if err == nil || !mayAnswerLater(err, s.config) {
			return err
		}
		s.log.Warn("no schema yet", "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-s.hangup:
			if inUse, _ := s.reload(ctx, true); inUse {
				return nil
			}
		case asked := <-s.reloads:
			inUse, err := s.reload(ctx, true)
			asked.answer(err)
			if inUse {
				return nil
			}
		case <-time.After(retryAfter):
		}
	}
}

// mayAnswerLater reports whether all errors are of subgraphs that did not return their schemas.
func mayAnswerLater(err error, c config.Config) bool {
	var errs federation.Errors
	return errors.As(err, &errs) && !slices.ContainsFunc(errs, func(e *federation.Error) bool {
		return e.Code != federation.DownstreamServiceError || len(e.Locations) == 0 ||
			c.Named(e.Locations[0].Subgraph).Schema != ""
	})
}

// reload reads the configuration again and applies all of it, except the keys that need a restart.
// A configuration with an error changes nothing. While the router waits for its first schema, it
// also accepts a configuration whose subgraphs do not answer yet.
func (s *server) reload(ctx context.Context, waiting bool) (inUse bool, failure error) {
	c, err := config.Load(s.path, os.LookupEnv)
	if err == nil {
		s.see(ctx, c)
		err = s.use(ctx, c)
	}
	switch {
	case err == nil:
	case waiting && mayAnswerLater(err, c):
		s.adopt(c)
	default:
		s.log.Error("the configuration stays as it is", "error", err)
		return false, err
	}
	s.log.Info("configuration reloaded")
	return err == nil, nil
}

// adopt applies the configuration, except the keys that need a restart.
func (s *server) adopt(c config.Config) {
	if keys := s.config.NeedRestart(c); len(keys) > 0 {
		s.log.Warn("a change takes effect after a restart", "keys", keys)
	}
	c.Listen, c.Admin.Listen = s.config.Listen, s.config.Admin.Listen
	c.TLS, c.HTTP2 = s.config.TLS, s.config.HTTP2
	s.config = c
	s.shown.Store(&shown{config: c, since: time.Now()})
}

// use composes the configured schema, and creates a gateway for it with this configuration.
func (s *server) use(ctx context.Context, c config.Config) error {
	schema, hints, err := configuredSchema(ctx, c)
	if err != nil {
		return err
	}
	next, parts, err := s.build(ctx, schema, c)
	if err != nil {
		return err
	}
	before := s.lasting
	s.useLasting(ctx, parts)
	s.swap(next, func() { before.closeUnless(parts) })
	s.adopt(c)
	s.log.Info("schema in use",
		"subgraphs", len(schema.Subgraphs), "types", len(schema.Types), "hints", len(hints))
	return nil
}

// build creates a gateway, and the parts that outlive it. If it fails, it leaves nothing open.
func (s *server) build(
	ctx context.Context, schema *supergraph.Schema, c config.Config,
) (next *gateway.Gateway, parts lasting, err error) {
	engine, contracts, err := s.newEngines(ctx, schema, c)
	if err != nil {
		return nil, lasting{}, err
	}
	if parts, err = s.nextLasting(ctx, c); err == nil {
		next, err = s.newGateway(c, parts)
	}
	if err != nil {
		engine.Close()
		parts.closeUnless(s.lasting)
		return nil, lasting{}, err
	}
	next.Use(engine, contracts...)
	parts.warm(ctx, next)
	return next, parts, nil
}

// newEngines returns engines for the schema and its variants, which have passed the gate.
func (s *server) newEngines(
	ctx context.Context, schema *supergraph.Schema, c config.Config,
) (engine *gateway.Engine, contracts []gateway.Contract, err error) {
	client, err := s.newClient(schema, c)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			client.Close()
		}
	}()
	if engine, err = s.newEngine(schema, client, c); err != nil {
		return nil, nil, err
	}
	if contracts, err = s.newContracts(schema, client, c); err != nil {
		return nil, nil, err
	}
	return engine, contracts, s.passGate(ctx, engine, contracts, c.Reload.Gate)
}

// newClient returns the client for the subgraphs of a schema. Contracts share it, and with it the
// limit on connections.
func (s *server) newClient(schema *supergraph.Schema, c config.Config) (*fetch.Client, error) {
	called, err := callable(c, schema, s.log)
	if err != nil {
		return nil, err
	}
	newClient := fetch.NewClient
	if c.Plain {
		newClient = fetch.NewPlainClient
	}
	return newClient(called, fetch.Limits{
		ResponseBytes: c.Limits.ResponseBytes, Connections: c.Limits.ConnectionsPerSubgraph,
		ConnectTimeout: c.Limits.ConnectTimeout,
	}), nil
}

// newContracts returns the variants of the schema.
func (s *server) newContracts(
	schema *supergraph.Schema, client *fetch.Client, c config.Config,
) ([]gateway.Contract, error) {
	var contracts []gateway.Contract
	for _, k := range c.Contracts {
		rules := contract.Rules{Include: k.Include, Exclude: k.Exclude}
		filtered, err := contract.Filter(schema, rules)
		if err != nil {
			return nil, fmt.Errorf("contract %s: %w", k.Name, err)
		}
		engine, err := s.newEngine(filtered, client, forContract(c))
		if err != nil {
			return nil, fmt.Errorf("contract %s: %w", k.Name, err)
		}
		made := gateway.Contract{
			Name: k.Name, Engine: engine, Path: k.Path, Values: k.Values, IsDefault: k.Default,
		}
		if k.Claim != "" {
			made.Claim = strings.Split(k.Claim, ".")
		}
		contracts = append(contracts, made)
	}
	return contracts, nil
}

// forContract returns the configuration for the engine of a contract. A plan names what a contract
// hides, such as the keys that subgraphs use, so clients of a contract do not get it.
func forContract(c config.Config) config.Config {
	c.QueryPlan = false
	return c
}

func (s *server) newEngine(
	schema *supergraph.Schema, client *fetch.Client, c config.Config,
) (*gateway.Engine, error) {
	authorization, err := s.authorizationOf(c.Authorization)
	if err != nil {
		return nil, err
	}
	return gateway.NewEngine(schema, client, gateway.EngineOptions{
		HidesPlan:             !c.QueryPlan,
		CachedOperations:      c.Limits.CachedOperations,
		MaxBytes:              c.Limits.AnswersBytes,
		ShareOperations:       c.Deduplicate.Operations,
		ShareSubgraphRequests: c.Deduplicate.SubgraphRequests,
		OverrideLabels:        c.OverrideLabels,
		Errors: executor.ErrorRules{
			Unmasked: !c.Errors.Mask, Codes: c.Errors.Codes, Extensions: c.Errors.Extensions,
		},
		Limits:        documentLimits(c),
		ShowCost:      c.Limits.Cost.Show,
		Timeout:       c.Limits.RequestTimeout,
		Authorization: authorization,
		Plain:         c.Plain,
		Log:           s.log,
	})
}

// authorizationOf compiles the policies.
func (s *server) authorizationOf(c config.Authorization) (gateway.Authorization, error) {
	mode := gateway.Filter
	switch {
	case c.Rejects():
		mode = gateway.Reject
	case c.OnlyReports():
		mode = gateway.Report
	}
	policies, err := policy.New(c.Policies, policy.Endpoint(c.PolicyEndpoint), s.log)
	return gateway.Authorization{Mode: mode, Policies: policies}, err
}

// documentLimits returns the limits for clients' documents.
func documentLimits(c config.Config) operation.Limits {
	return operation.Limits{
		Tokens: c.Limits.Tokens, MeasureCost: c.Limits.Cost.Mode == config.CostMeasure,
		Cost: limits.Limits{
			Objects: c.Limits.Cost.Objects, Values: c.Limits.Cost.Values,
			Weight: c.Limits.Cost.Weight, AssumedListSize: c.Limits.Cost.AssumedListSize,
			RootMutations: c.Limits.RootMutations, RootFields: c.Limits.RootFields,
		},
		Rules: limits.Options{
			NoIntrospection: !c.Introspection.Enabled, NoSuggestions: !c.Introspection.Enabled,
			IntrospectionDepth: c.Introspection.Depth,
			Document:           limits.Document(c.Limits.Document),
		},
	}
}
