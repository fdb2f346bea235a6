package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
	"github.com/trefoil-graph/trefoil/router/ops/config"
)

// inputs says where a command gets its schema: from a configuration, from files of subgraphs, or
// from a composed supergraph.
type inputs struct {
	config     string
	subgraphs  []string
	supergraph string
}

// register declares the flags of the inputs.
func (in *inputs) register(flags *flag.FlagSet) {
	flags.StringVar(&in.config, "config", "", "`file` of the router's configuration")
	flags.StringVar(&in.supergraph, "supergraph", "", "`file` of a composed supergraph")
	usage := "`NAME=FILE` of a subgraph's SDL; once for each subgraph"
	flags.Func("subgraph", usage, func(value string) error {
		if name, file, ok := strings.Cut(value, "="); !ok || name == "" || file == "" {
			return errors.New("write NAME=FILE")
		}
		in.subgraphs = append(in.subgraphs, value)
		return nil
	})
}

// loadSchema reads or composes the schema that the inputs name.
func loadSchema(ctx context.Context, in inputs) (*supergraph.Schema, []compose.Hint, error) {
	given := 0
	for _, is := range []bool{in.config != "", len(in.subgraphs) > 0, in.supergraph != ""} {
		if is {
			given++
		}
	}
	switch {
	case given != 1:
		return nil, nil, errors.New("name the schema with one of " +
			"--config FILE, --subgraph NAME=FILE and --supergraph FILE")
	case in.supergraph != "":
		c := config.Default()
		c.Supergraph = in.supergraph
		return configuredSchema(ctx, c)
	case in.config != "":
		c, err := config.Load(in.config, os.LookupEnv)
		if err != nil {
			return nil, nil, err
		}
		return configuredSchema(ctx, c)
	}
	c := config.Default()
	for _, value := range in.subgraphs {
		name, file, _ := strings.Cut(value, "=")
		c.Subgraphs = append(c.Subgraphs, config.Subgraph{Name: name, Schema: file})
	}
	return composeSubgraphs(ctx, c)
}

// configuredSchema reads or composes the schema of a configuration.
func configuredSchema(
	ctx context.Context, c config.Config,
) (*supergraph.Schema, []compose.Hint, error) {
	switch {
	case c.SupergraphIsURL():
		sdl, err := downloadSDL(ctx, c.Supergraph)
		if err != nil {
			return nil, nil, federation.Errors{{
				Code:      federation.DownstreamServiceError,
				Message:   fmt.Sprintf("cannot download the supergraph: %s", err),
				Locations: []federation.Location{{File: c.Supergraph}},
			}}
		}
		return parseSupergraph(sdl, c.Supergraph)
	case c.Supergraph != "":
		sdl, err := config.ReadFile(c.Supergraph)
		if err != nil {
			return nil, nil, err
		}
		return parseSupergraph(sdl, c.Supergraph)
	}
	return composeSubgraphs(ctx, c)
}

func parseSupergraph(sdl []byte, path string) (*supergraph.Schema, []compose.Hint, error) {
	schema, err := supergraph.Parse(string(sdl))
	if err != nil {
		return nil, nil, inFile(err, path)
	}
	return schema, nil, nil
}

// downloadTimeout bounds the time that a supergraph's server may take to send it.
const downloadTimeout = 10 * time.Second

// downloadSDL reads a supergraph's SDL from a URL.
func downloadSDL(ctx context.Context, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, downloadTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answered %s", response.Status)
	}
	sdl, err := io.ReadAll(io.LimitReader(response.Body, maxSDL+1))
	if err == nil && len(sdl) > maxSDL {
		return nil, errors.New("the SDL is larger than 16 MiB")
	}
	return sdl, err
}

// inFile adds the file to each error of a supergraph.
func inFile(err error, path string) error {
	var errs federation.Errors
	if errors.As(err, &errs) {
		for _, e := range errs {
			for i := range e.Locations {
				e.Locations[i].File = path
			}
		}
	}
	return err
}

func composeSubgraphs(
	ctx context.Context, c config.Config,
) (*supergraph.Schema, []compose.Hint, error) {
	sources := make([]subgraph.Source, len(c.Subgraphs))
	var failed federation.Errors
	for i, s := range c.Subgraphs {
		sdl, err := readSDL(ctx, s, c.Limits.ConnectTimeout)
		if err != nil {
			failed = append(failed, &federation.Error{
				Code:      federation.DownstreamServiceError,
				Message:   err.Error(),
				Locations: []federation.Location{{Subgraph: s.Name, File: sourceOf(s)}},
			})
		}
		sources[i] = subgraph.Source{Name: s.Name, URL: s.URL, File: sourceOf(s), SDL: sdl}
	}
	if len(failed) > 0 {
		return nil, nil, failed
	}
	return compose.Compose(sources)
}

// sourceOf returns where a subgraph's SDL comes from: its file, or its URL.
func sourceOf(s config.Subgraph) string { return cmp.Or(s.Schema, s.URL) }

func readSDL(
	ctx context.Context, s config.Subgraph, connectTimeout time.Duration,
) (string, error) {
	if s.Schema == "" {
		return askSDL(ctx, s, connectTimeout)
	}
	sdl, err := config.ReadFile(s.Schema)
	if err != nil {
		return "", fmt.Errorf("cannot read the subgraph's SDL: %w; name a readable file", err)
	}
	return string(sdl), nil
}

// maxSDL limits a subgraph's answer to a request for its schema.
const maxSDL = 16 << 20

// askSDL requests a subgraph's SDL from the subgraph, as the federation specification defines.
func askSDL(ctx context.Context, s config.Subgraph, connectTimeout time.Duration) (string, error) {
	secure, err := subgraphTLS(s.TLS, slog.New(slog.DiscardHandler))
	if err != nil {
		return "", err
	}
	client := fetch.NewClient([]fetch.Subgraph{{
		Name: s.Name, URL: s.URL, Timeout: cmp.Or(s.Timeout, config.DefaultTimeout), TLS: secure,
	}}, fetch.Limits{ResponseBytes: maxSDL, Connections: 1, ConnectTimeout: connectTimeout})
	defer client.Close()
	request := client.For(http.Header{}, uuid.NewString())
	body, err := request.Fetch(ctx, s.Name, []byte(`{"query":"{_service{sdl}}"}`))
	if err != nil {
		// Only the cause is used, because the new error names the subgraph.
		return "", fmt.Errorf("cannot request the subgraph's schema: %w", errors.Unwrap(err))
	}
	return readAnswer(body)
}

func readAnswer(body []byte) (string, error) {
	var answer struct {
		Data struct {
			Service struct {
				SDL string `json:"sdl"`
			} `json:"_service"`
		} `json:"data"`
		Errors []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}
	err := json.Unmarshal(body, &answer)
	switch {
	case err != nil:
		return "", fmt.Errorf("the subgraph's answer to {_service{sdl}} "+
			"is not a GraphQL response: %w", err)
	case len(answer.Errors) > 0:
		return "", fmt.Errorf("the subgraph refused to return its schema: %s", answer.Errors[0].Message)
	case answer.Data.Service.SDL == "":
		return "", errors.New("the subgraph returned an empty schema for {_service{sdl}}; " +
			"name its file under schema")
	}
	return answer.Data.Service.SDL, nil
}
