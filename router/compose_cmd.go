package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/ops/config"
)

// composeCommand prints the supergraph's SDL, or why the subgraphs do not compose.
func composeCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := newFlags("compose")
	var in inputs
	in.register(flags)
	format := flags.String("format", "sdl", "sdl or `json`")
	if status, done := parseFlags(flags, args, stdout, stderr); done {
		return status
	}
	if *format != "sdl" && *format != "json" {
		fmt.Fprintln(stderr, "router compose: --format must be sdl or json")
		return 2
	}
	schema, hints, err := loadSchema(ctx, in)
	switch {
	case err != nil && *format == "json":
		return printErrorsJSON(err, stdout, stderr)
	case err != nil:
		return printErrors(err, stderr)
	case *format == "json":
		hints = append([]compose.Hint{}, hints...) // in JSON a list, even if it is empty
		out := composed{Supergraph: supergraph.Print(schema), Hints: hints}
		return printJSON(out, stdout, stderr)
	}
	fmt.Fprint(stdout, supergraph.Print(schema))
	for _, hint := range hints {
		if hint.Level == compose.Warn {
			fmt.Fprintf(stderr, "hint: %s %s\n", hint.Code, hint.Message)
		}
	}
	return 0
}

// apiCommand prints the API schema as SDL.
func apiCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := newFlags("api")
	var in inputs
	in.register(flags)
	if status, done := parseFlags(flags, args, stdout, stderr); done {
		return status
	}
	schema, _, err := loadSchema(ctx, in)
	if err != nil {
		return printErrors(err, stderr)
	}
	fmt.Fprint(stdout, supergraph.PrintAPI(schema))
	return 0
}

// codesCommand prints the catalogue of the codes of errors and hints, as Markdown.
func codesCommand(_ context.Context, args []string, stdout, stderr io.Writer) int {
	if status, done := parseFlags(newFlags("codes"), args, stdout, stderr); done {
		return status
	}
	fmt.Fprint(stdout, federation.Page())
	return 0
}

type composed struct {
	Supergraph string         `json:"supergraph"`
	Hints      []compose.Hint `json:"hints"`
}

type notComposed struct {
	Errors []mistake `json:"errors"`
}

type mistake struct {
	*federation.Error
	Remedy string `json:"remedy"`
}

// printErrors writes one line for each error: CODE subgraph file:line:col what is wrong; what to
// change.
func printErrors(err error, stderr io.Writer) int {
	var errs federation.Errors
	if !errors.As(err, &errs) {
		fmt.Fprintln(stderr, "router:", err)
		return 1
	}
	for _, e := range errs {
		fmt.Fprintln(stderr, e.Error())
	}
	return 1
}

func printErrorsJSON(err error, stdout, stderr io.Writer) int {
	var errs federation.Errors
	if !errors.As(err, &errs) {
		errs = unusable(err)
	}
	var told notComposed
	for _, e := range errs {
		e.Locations = append([]federation.Location{}, e.Locations...) // never null in JSON
		told.Errors = append(told.Errors, mistake{e, e.Remedy()})
	}
	printJSON(told, stdout, stderr)
	return 1
}

// invalidInput is the code of errors before any SDL is read: in the configuration, or in the
// arguments.
const invalidInput federation.Code = "INVALID_INPUT"

// unusable returns an error for each of the joined errors.
func unusable(err error) federation.Errors {
	var errs federation.Errors
	for _, one := range config.Problems(err) {
		errs = append(errs, &federation.Error{Code: invalidInput, Message: one.Error()})
	}
	return errs
}

func printJSON(value any, stdout, stderr io.Writer) int {
	encoder := json.NewEncoder(stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		fmt.Fprintln(stderr, "router:", err)
		return 1
	}
	return 0
}
