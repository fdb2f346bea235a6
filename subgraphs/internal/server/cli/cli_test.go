package cli_test

import (
	"flag"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
)

func shop() cli.Program {
	return cli.Program{Name: "shop", Does: "sells", Commands: []cli.Command{
		{
			Usage: "open",
			Does:  "opens the shop",
		}, {Usage: "key [list|rotate]", Does: "lists the keys\nor makes a new one"},
	}}
}

func TestCall(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]cli.Call{
		"":                 {},
		"-data x":          {Args: []string{"-data", "x"}},
		"stray":            {Args: []string{"stray"}},
		"key rotate -d x":  {Command: "key", Args: []string{"rotate", "-d", "x"}},
		"-data x -h":       {Args: []string{"-data", "x", "-h"}, Help: true},
		"help":             {Help: true},
		"--help":           {Help: true},
		"help key":         {Command: "key", Help: true},
		"help nothing":     {Help: true},
		"key help":         {Command: "key", Args: []string{"help"}, Help: true},
		"key list -d x -h": {Command: "key", Args: []string{"list", "-d", "x", "-h"}, Help: true},
		"key retry help":   {Command: "key", Args: []string{"retry", "help"}},
	} {
		require.Equal(t, want, shop().Call(strings.Fields(line)), line)
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	var all, one strings.Builder
	shop().Help(&all, "")
	require.Equal(t, "shop [FLAGS]            sells\nshop open               opens the shop\n"+
		"shop key [list|rotate]  lists the keys\nshop help COMMAND       prints more about a command\n\n", all.String())
	shop().Help(&one, "key")
	require.Equal(
		t,
		"shop key [list|rotate] [FLAGS]\nlists the keys\nor makes a new one\n\n",
		one.String(),
	)
}

func TestParseTakesFlagsAnywhere(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"-data x retry all", "retry -data x all", "retry all -data=x"} {
		flags := flag.NewFlagSet("", flag.ContinueOnError)
		data := flags.String("data", "", "")
		words, err := cli.Parse(flags, strings.Fields(line))
		require.NoError(t, err)
		require.Equal(t, []string{"retry", "all"}, words, line)
		require.Equal(t, "x", *data, line)
	}
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	_, err := cli.Parse(flags, []string{"retry", "-nonsense"})
	require.Error(t, err)
}
