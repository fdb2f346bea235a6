package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// command is one of the router's commands. Its function returns the exit status: 2 for wrong
// arguments, 1 for other errors.
type command struct {
	name, does string
	run        func(ctx context.Context, args []string, stdout, stderr io.Writer) int
}

func commands() []command {
	return []command{
		{"serve", "answer requests; the default command", serveCommand},
		{"compose", "print the supergraph's SDL", composeCommand},
		{"api", "print the API schema's SDL", apiCommand},
		{"graph", "print the query graph, as DOT", graphCommand},
		{"plan", "print the plan of an operation", planCommand},
		{"config", "print the schema or the problems of a configuration, or the file itself",
			configCommand},
		{"codes", "print the codes of composition, and how to fix each", codesCommand},
		{"version", "print the version", versionCommand},
		{"help", "print this list, or the flags of a command", helpCommand},
	}
}

// run runs the command that the arguments name.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	name := "serve"
	switch {
	case len(args) > 0 && isHelp(args[0]):
		name, args = "help", args[1:]
	case len(args) > 0 && !strings.HasPrefix(args[0], "-"):
		name, args = args[0], args[1:]
	}
	for _, c := range commands() {
		if c.name == name {
			return c.run(ctx, args, stdout, stderr)
		}
	}
	fmt.Fprintf(stderr, "router: unknown command %q\n\n", name)
	printCommands(stderr)
	return 2
}

func isHelp(arg string) bool { return arg == "-h" || arg == "-help" || arg == "--help" }

func printCommands(to io.Writer) {
	fmt.Fprintln(to, "usage: router [COMMAND] [FLAGS]")
	for _, c := range commands() {
		fmt.Fprintf(to, "  %-9s%s\n", c.name, c.does)
	}
	fmt.Fprintln(to, "router help COMMAND prints the flags of a command.")
}

// helpCommand prints the commands, or the flags of the command that is named.
func helpCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 || args[0] == "help" || strings.HasPrefix(args[0], "-") {
		printCommands(stdout)
		return 0
	}
	return run(ctx, []string{args[0], "-h"}, stdout, stderr)
}

func newFlags(name string) *flag.FlagSet {
	return flag.NewFlagSet("router "+name, flag.ContinueOnError)
}

// parseFlags parses the flags of a command that takes no other arguments. If the command ends
// here, because help was requested or a flag is wrong, done is true and status is the exit status.
func parseFlags(
	flags *flag.FlagSet, args []string, stdout, stderr io.Writer,
) (status int, done bool) {
	var text bytes.Buffer
	flags.SetOutput(&text)
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, _ = text.WriteTo(stdout)
		return 0, true
	case err != nil:
		_, _ = text.WriteTo(stderr)
		return 2, true
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "%s: unexpected argument %q: only flags can follow the command\n",
			flags.Name(), flags.Arg(0))
		return 2, true
	}
	return 0, false
}
