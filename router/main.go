// Command router is the federation router: it composes subgraphs into one graph, and answers
// GraphQL over it.
//
//	router serve   --config router.yaml        answer requests; the default command
//	router compose --config router.yaml        print the supergraph's SDL
//	router api     --config router.yaml        print the API schema's SDL
//	router graph   --config router.yaml        print the query graph, as DOT
//	router plan    --config router.yaml --query q.graphql
//	router codes                               print the codes of composition, and how to fix each
//	router version
//	router help                                print the commands, or the flags of a command
//
// The folders next to this file are the stages of the data flow; README.md draws them:
//
//	composition  SDL in, supergraph and query graph out
//	query        text in, plan out
//	execution    plan in, JSON out
//	edge         HTTP in, HTTP out
//	ops          the configuration
//	shared       code that the services or several stages use
//	tests        comparisons with other implementations
//
// arch_test.go lists which package may import which, and why.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func versionCommand(_ context.Context, args []string, stdout, stderr io.Writer) int {
	if status, done := parseFlags(newFlags("version"), args, stdout, stderr); done {
		return status
	}
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version + " " + info.GoVersion
	}
	fmt.Fprintln(stdout, "router", version)
	return 0
}
