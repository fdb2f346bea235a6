// Command health checks services. It exits with 0 if every URL answers 200.
//
//	health http://127.0.0.1:4001/healthz
//	health -wait 60s http://127.0.0.1:4001/readyz http://…
//
// The first form checks once, as a container's health check does. The second retries for up to
// 60 s.
//
// With it, images and fresh machines need no curl.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
)

func main() { cli.Main(run) }

func program() cli.Program {
	return cli.Program{
		Name: "health",
		Does: "URL …: checks services, and exits with 0 if every URL answers 200",
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	prepare := func(call cli.Call, stderr io.Writer) (func() error, error) {
		flags := flag.NewFlagSet("health", flag.ContinueOnError)
		flags.SetOutput(stderr)
		wait := flags.Duration("wait", 0, "retry for this long until every URL answers 200")
		if err := flags.Parse(call.Args); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			return nil, errors.New("no URL given: see health help")
		}
		return func() error { return awaitAll(ctx, flags.Args(), *wait) }, nil
	}
	return program().Run(args, stdout, stderr, prepare)
}

func awaitAll(ctx context.Context, urls []string, wait time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, max(wait, 2*time.Second))
	defer cancel()
	for _, url := range urls {
		if err := await(ctx, url, wait > 0); err != nil {
			return err
		}
	}
	return nil
}

// await requests the URL once or, if again is set, until it answers 200 or the context ends.
func await(ctx context.Context, url string, again bool) error {
	check := func(ctx context.Context) error { return ask(ctx, url) }
	if !again {
		return check(ctx)
	}
	return repeat.UntilNil(ctx, 100*time.Millisecond, check)
}

func ask(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, answer.Status)
	}
	return nil
}
