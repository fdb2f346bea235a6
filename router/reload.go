package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/ops/config"
	"github.com/trefoil-graph/trefoil/router/ops/watch"
)

// see remembers the state of the sources before they are read, so that no change is lost between
// reading and watching.
func (s *server) see(ctx context.Context, c config.Config) {
	s.watcher.See(ctx, s.sources(c))
}

// sources returns what is watched: everything that a reload would read.
func (s *server) sources(c config.Config) watch.Sources {
	if !c.Reload.Watch {
		return nil
	}
	sources := watch.Sources{s.path: watch.File(s.path)}
	switch {
	case c.SupergraphIsURL():
		client := &http.Client{Timeout: downloadTimeout}
		sources[c.Supergraph] = watch.URL(client, c.Supergraph)
		return sources
	case c.Supergraph != "":
		sources[c.Supergraph] = watch.File(c.Supergraph)
		return sources
	}
	for _, sub := range c.Subgraphs {
		if sub.Schema != "" {
			sources[sub.Schema] = watch.File(sub.Schema)
			continue
		}
		sources["subgraph "+sub.Name] = watch.Text(func(ctx context.Context) (string, error) {
			return askSDL(ctx, sub, c.Limits.ConnectTimeout)
		})
	}
	return sources
}

// shownRefusals is how many refused operations an error or the log names.
const shownRefusals = 10

// passGate prepares the operations that the engine in use has cached with the next engine. It
// returns an error if some of them are refused and the gate says so.
// The clients of a contract have operations of their own.
func (s *server) passGate(
	ctx context.Context, next *gateway.Engine, contracts []gateway.Contract, gate string,
) error {
	running := s.gateway.Load()
	if running.Engine() == nil || gate == config.GateOff {
		return nil
	}
	known := running.Engine().Documents()
	refused, err := next.Warm(ctx, known)
	if err != nil {
		return err
	}
	for _, before := range running.Contracts() {
		i := slices.IndexFunc(contracts, func(c gateway.Contract) bool { return c.Name == before.Name })
		if i < 0 {
			continue
		}
		own := before.Engine.Documents()
		broken, err := contracts[i].Engine.Warm(ctx, own)
		if err != nil {
			return err
		}
		known, refused = append(known, own...), append(refused, broken...)
	}
	if len(refused) == 0 {
		return nil
	}
	var texts []string
	for _, r := range refused[:min(len(refused), shownRefusals)] {
		texts = append(texts, fmt.Sprintf("%s: %s", nameOf(r.Document), firstLine(r.Err.Error())))
	}
	message := fmt.Sprintf("%d of %d cached operations would be refused", len(refused), len(known))
	if gate == config.GateRefuse {
		return errors.New(message + ": " + strings.Join(texts, "; "))
	}
	s.log.Warn(message, "operations", texts)
	return nil
}

// nameOf returns the operation's name, or the beginning of the document.
func nameOf(d gateway.Document) string {
	const most = 60
	name := d.Operation
	if name == "" {
		name = strings.Join(strings.Fields(d.Text), " ")
	}
	if len(name) > most {
		name = strings.ToValidUTF8(name[:most], "") + "…"
	}
	return name
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
