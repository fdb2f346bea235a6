package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/trefoil-graph/trefoil/router/ops/config"
)

// configCommand runs one of the commands of the configuration: schema, validate or print.
func configCommand(_ context.Context, args []string, stdout, stderr io.Writer) int {
	const usage = "usage: router config schema | validate | print [-config FILE]\n" +
		"  schema    print the JSON Schema of the file\n" +
		"  validate  print all problems of a file\n" +
		"  print     print a file with all defaults, without secrets"
	switch {
	case len(args) == 0:
		fmt.Fprintln(stderr, usage)
		return 2
	case isHelp(args[0]):
		fmt.Fprintln(stdout, usage)
		return 0
	}
	name, args := args[0], args[1:]
	flags := newFlags("config " + name)
	path := flags.String("config", "router.yaml", "`file` of the configuration")
	if status, done := parseFlags(flags, args, stdout, stderr); done {
		return status
	}
	switch name {
	case "schema":
		_, _ = stdout.Write(config.Schema())
		return 0
	case "validate", "print":
		return readConfig(name, *path, stdout, stderr)
	}
	fmt.Fprintf(stderr, "router config: unknown command %q\n%s\n", name, usage)
	return 2
}

func readConfig(name, path string, stdout, stderr io.Writer) int {
	c, err := config.Load(path, os.LookupEnv)
	if err != nil {
		for _, problem := range config.Problems(err) {
			fmt.Fprintln(stderr, "router:", problem)
		}
		return 1
	}
	if name == "validate" {
		fmt.Fprintln(stdout, path, "is valid")
		return 0
	}
	text, err := c.Print()
	if err != nil {
		fmt.Fprintln(stderr, "router:", err)
		return 1
	}
	_, _ = stdout.Write(text)
	return 0
}
