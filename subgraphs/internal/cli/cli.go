// Package cli is the part of the command line that the services' programs have in common.
//
//	user                       serves
//	user key list -data DIR    does a command; flags stand before, between or behind its words
//	user help, user -h         prints the commands and the flags, and exits with 0
//	user help key, user key -h prints the same about a command
package cli

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Command is something that a program does instead of serving.
type Command struct {
	Usage string // the name and the words behind it: "key [list|rotate]"
	Does  string
}

func (c Command) name() string {
	name, _, _ := strings.Cut(c.Usage, " ")
	return name
}

// Program is what the help of a program tells.
type Program struct {
	Name     string
	Does     string // without a command
	Commands []Command
}

// Call is what a command line asks for.
type Call struct {
	Command string // its name; empty for what the program does without one
	Args    []string
	Help    bool
}

// Call reads a command line as far as the command's name.
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
	if i := slices.IndexFunc(p.Commands, func(c Command) bool { return c.name() == name }); i >= 0 {
		return &p.Commands[i]
	}
	return nil
}

// Help prints what a command does, or all commands for an empty name. The flags follow: whoever
// parses them prints them.
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

// Parse reads flags wherever they stand, and returns the words between them.
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
