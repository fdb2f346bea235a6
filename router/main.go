// Command router is the federation router: it composes subgraphs into one graph, and answers
// GraphQL over it.
//
//	router serve   --config router.yaml        answer requests; the default command
//	router compose --config router.yaml        print the supergraph's SDL
//	router api     --config router.yaml        print the API schema's SDL
//	router graph   --config router.yaml        print the query graph, as DOT
//	router plan    --config router.yaml --query q.graphql
//	router config schema                       print the JSON Schema of the configuration
//	router config validate --config router.yaml
//	router config print --config router.yaml   print it with all defaults, without secrets
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
//
// # Glossary
//
// In the order of the data flow. Terms of GraphQL and of Federation 2 are used as their
// specifications define them.
//
//	supergraph      the composed types, with the subgraphs that resolve each field
//	API schema      what clients see of the supergraph
//	query graph     nodes: a type in a subgraph; edges: its fields
//	operation       a query or mutation, with its fragments merged into fields
//	position        where a value stands in the response
//	candidate       a position as one subgraph can serve it
//	requirement     a leaf field, with the candidates that could serve it
//	entity fetch    asks a subgraph for fields of objects, by their keys
//	step            the entity fetches that can start when those of the steps before have ended
//	plan            fetches, and which of them each depends on
//	fetch           one request to one subgraph
//	look-up         an entity fetch as a part of a fetch; several can share one
//	representation  what is sent of an object: its type, its key, and what fields require
//	tape            the text of an answer, with an index of its values
//	twin            an object that is the same as an earlier one of its tape, and stored once
//	mark            the reason why an object lacks fields
//	shape           an operation as the response is written from it
//	flight          work in progress, whose result all callers that ask for the same share
//	turn            the right to take a step next; the oldest request gets it
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
