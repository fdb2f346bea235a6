// Package cli runs the command lines of the services' programs and prints their help.
//
//	user                       serves
//	user key list -data DIR    runs a command; flags stand before, between or behind its words
//	user help, user -h         prints the commands and the flags, and exits with 0
//	user help key, user key -h prints the same about a command
//
// The exit status is 0, or 1 if the work fails, or 2 if the command line or a setting is wrong.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
)

// ErrUsage says that a command does not take its arguments. Run prints the command's help.
var ErrUsage = errors.New("wrong arguments")

// ErrLogged says that the work failed and that the log has the reason.
var ErrLogged = errors.New("failed")

// Main runs a program with the arguments of the process, and exits with the status that run
// returns. The context ends at SIGINT or SIGTERM, so that a stop during the start succeeds too:
// otherwise the signal would kill the process, or, in a container's first process, Go would exit
// with status 2.
func Main(run func(ctx context.Context, args []string, stdout, stderr io.Writer) int) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// Command is something that a program can do instead of serving.
type Command struct {
	Usage string // the name and its arguments: "key [list|rotate]"
	Does  string
}

// Name returns the name.
func (c Command) Name() string {
	name, _, _ := strings.Cut(c.Usage, " ")
	return name
}

// Program describes a program and its commands for the help.
type Program struct {
	Name     string
	Does     string // what it does without a command
	Commands []Command
}

// Call is a parsed command line.
type Call struct {
	Command string // its name; empty if the program serves
	Args    []string
	Help    bool
}

// Call parses a command line up to the command's name.
func (p Program) Call(args []string) Call {
	if len(args) == 0 {
		return Call{}
	}
	if isHelp(args[0]) {
		call := p.Call(args[1:])
		return Call{Command: call.Command, Help: true}
	}
	if p.command(args[0]) == nil {
		return Call{Args: args, Help: slices.ContainsFunc(args, isHelpFlag)}
	}
	call := Call{Command: args[0], Args: args[1:]}
	call.Help = slices.ContainsFunc(call.Args, isHelpFlag) ||
		len(call.Args) > 0 && isHelp(call.Args[0])
	return call
}

func isHelp(arg string) bool { return arg == "help" || isHelpFlag(arg) }

func isHelpFlag(arg string) bool {
	return slices.Contains([]string{"-h", "--h", "-help", "--help"}, arg)
}

func (p Program) command(name string) *Command {
	if i := slices.IndexFunc(p.Commands, func(c Command) bool { return c.Name() == name }); i >= 0 {
		return &p.Commands[i]
	}
	return nil
}

// Run runs a command line and returns the exit status. prepare reads the flags and settings, and
// returns the work.
func (p Program) Run(
	args []string, stdout, stderr io.Writer,
	prepare func(call Call, stderr io.Writer) (work func() error, err error),
) int {
	call := p.Call(args)
	if call.Help {
		p.Help(stdout, call.Command)
		call.Args, stderr = []string{"-h"}, stdout
	}
	work, err := prepare(call, stderr)
	status := 2
	if err == nil {
		err, status = work(), 1
	}
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, ErrUsage):
		p.Help(stderr, call.Command)
	case !errors.Is(err, ErrLogged):
		_, _ = fmt.Fprintf(stderr, "%s: %v\n", p.Name, err)
	}
	return status
}

// Help prints what a command does, or lists all commands if name is empty. The caller prints the
// flags after it.
func (p Program) Help(to io.Writer, name string) {
	if c := p.command(name); c != nil {
		_, _ = fmt.Fprintf(to, "%s %s [FLAGS]\n%s\n\n", p.Name, c.Usage, c.Does)
		return
	}
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(table, "%s [FLAGS]\t%s\n", p.Name, p.Does)
	for _, c := range p.Commands {
		what, _, _ := strings.Cut(c.Does, "\n")
		_, _ = fmt.Fprintf(table, "%s %s\t%s\n", p.Name, c.Usage, what)
	}
	if len(p.Commands) > 0 {
		_, _ = fmt.Fprintf(table, "%s help COMMAND\tprints more about a command\n", p.Name)
	}
	_ = table.Flush()
	_, _ = fmt.Fprintln(to)
}

// Parse parses flags anywhere in args, and returns the other arguments.
func Parse(flags *flag.FlagSet, args []string) (words []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			return words, nil
		}
		words = append(words, flags.Arg(0))
		args = flags.Args()[1:]
	}
}
