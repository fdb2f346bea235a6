package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
	"github.com/trefoil-graph/trefoil/router/query/planner"
)

// planCommand prints the plan of an operation.
func planCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := newFlags("plan")
	var in inputs
	in.register(flags)
	query := flags.String("query", "", "`file` of the document; - for standard input")
	name := flags.String("operation", "", "`name` of the operation, if the document has several")
	format := flags.String("format", "text", "text or `json`")
	var labels []string
	usage := "`NAME` of an @override's label that is active; once for each label"
	flags.Func("label", usage, func(label string) error {
		labels = append(labels, label)
		return nil
	})
	if status, done := parseFlags(flags, args, stdout, stderr); done {
		return status
	}
	if *query == "" || *format != "text" && *format != "json" {
		fmt.Fprintln(stderr, "router plan: --query must name a file, and --format must be text or json")
		return 2
	}
	schema, _, err := loadSchema(ctx, in)
	if err != nil {
		return printErrors(err, stderr)
	}
	text, err := readDocument(*query)
	if err != nil {
		fmt.Fprintln(stderr, "router plan:", err)
		return 1
	}
	made, err := planText(schema, text, *name, labels)
	if err != nil {
		printRefusal(err, stderr)
		return 1
	}
	if *format == "json" {
		encoder := json.NewEncoder(stdout)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		_ = encoder.Encode(made)
		return 0
	}
	fmt.Fprint(stdout, made)
	return 0
}

func planText(schema *supergraph.Schema, text, name string, labels []string) (*plan.Plan, error) {
	for _, label := range labels {
		if !slices.Contains(schema.OverrideLabels(), label) {
			return nil, fmt.Errorf("--label %s: no @override has this label", label)
		}
	}
	op, err := operation.NewParser(schema.API(), operation.DefaultLimits()).Parse(text, name)
	if err != nil {
		return nil, err
	}
	return planner.New(querygraph.New(schema, labels...), schema.API()).Plan(op)
}

func readDocument(path string) (string, error) {
	if path == "-" {
		text, err := io.ReadAll(os.Stdin)
		return string(text), err
	}
	text, err := os.ReadFile(path)
	return string(text), err
}

// printRefusal writes a line for each reason: its code, position and message.
func printRefusal(err error, stderr io.Writer) {
	var refused *operation.Error
	var unplanned *planner.Error
	switch {
	case errors.As(err, &refused):
		for _, e := range refused.Errors {
			place := ""
			if len(e.Locations) > 0 {
				place = fmt.Sprintf(" %d:%d", e.Locations[0].Line, e.Locations[0].Column)
			}
			fmt.Fprintf(stderr, "%s%s %s\n", e.Extensions["code"], place, e.Message)
		}
	case errors.As(err, &unplanned):
		fmt.Fprintln(stderr, unplanned.Code, unplanned.Message)
	default:
		fmt.Fprintln(stderr, "router plan:", err)
	}
}

// graphCommand prints the query graph in the DOT language.
func graphCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := newFlags("graph")
	var in inputs
	in.register(flags)
	if status, done := parseFlags(flags, args, stdout, stderr); done {
		return status
	}
	schema, _, err := loadSchema(ctx, in)
	if err != nil {
		return printErrors(err, stderr)
	}
	if err := querygraph.New(schema).WriteDOT(stdout); err != nil {
		fmt.Fprintln(stderr, "router graph:", err)
		return 1
	}
	return 0
}
