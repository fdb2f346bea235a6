package main_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/trefoil-graph/trefoil/"

// flow is the order of the nouns, from SDL to the response. A noun imports only nouns before it.
//
// DO NOT CHANGE THESE TABLES TO FIX BUILDS. They are the design: if an import is missing from
// them, ask whether it should exist, and add a line only with a reason that a reader accepts.
func flow() []string {
	return []string{"source", "federation", "subgraph", "supergraph", "querygraph", "operation", "plan", "response"}
}

// edges lists all imports between the router's packages: which package imports which, and why.
// "main" is the folder router itself.
func edges() map[string]map[string]string {
	return map[string]map[string]string{
		"source":     {},
		"federation": {},
		"subgraph": {
			"federation": "directives and field sets are read under the specification's names",
			"source":     "strings of SDL are read as the specification says",
		},
		"supergraph": {
			"federation": "the join specification's directives, read and written",
			"source":     "strings of SDL are read as the specification says",
		},
		"querygraph": {
			"federation": "the names of the specification",
			"supergraph": "the graph is made of the supergraph's joins",
		},
		"operation": {
			"source":        "strings of documents are read as the specification says",
			"shared/limits": "documents are validated and priced as the services do it",
		},
		"plan": {"operation": "conditions and type sets reach the plan as they are"},
		"response": {
			"operation": "the operation determines the shape of the response",
			"plan":      "answers are merged at a plan's paths",
		},
		"compose": {
			"federation": "error codes and directive names",
			"subgraph":   "in",
			"supergraph": "out",
			"querygraph": "satisfiability is a walk over the graph",
		},
		"planner": {
			"federation": "the names of the specification",
			"supergraph": "types and joins behind the graph's nodes",
			"querygraph": "in",
			"operation":  "in",
			"plan":       "out",
		},
		"executor": {
			"operation": "variables, and the shape of the answer",
			"plan":      "in",
			"response":  "out",
			"turn":      "the oldest request continues first",
		},
		"fetch": {
			"inflight":          "equal requests at the same time share one answer",
			"shared/strictjson": "answers are read as requests are",
		},
		"inflight":          {},
		"turn":              {},
		"shared/browser":    {},
		"shared/env":        {},
		"shared/limits":     {},
		"shared/logging":    {},
		"shared/strictjson": {},
		"config":            {"shared/env": "all programs read secrets from files in the same way"},
		"introspection": {
			"operation": "in",
			"response":  "out",
		},
		"gateway": {
			"shared/strictjson": "requests are read as the services read theirs",
			"shared/browser":    "requests from pages of other origins are refused",
			"federation":        "a label of @override that is a share of requests",
			"supergraph":        "the schema that is served",
			"querygraph":        "made once a schema",
			"operation":         "text becomes an operation",
			"planner":           "an operation becomes a plan",
			"plan":              "shown to clients that ask for it",
			"executor":          "a plan becomes a response",
			"response":          "written to the client",
			"introspection":     "answered here and not by subgraphs",
			"fetch":             "sends the executor's requests",
			"inflight":          "equal operations at the same time share one response",
		},
		"main": {
			"config":         "read",
			"federation":     "errors of composition are printed",
			"compose":        "subgraphs become the schema to be served, or are printed",
			"subgraph":       "SDL files are read",
			"supergraph":     "SDL is read and printed",
			"querygraph":     "printed",
			"operation":      "planned on the command line",
			"shared/limits":  "made from the configuration",
			"planner":        "planned on the command line",
			"plan":           "printed",
			"executor":       "its rules for errors are configured",
			"shared/browser": "made from the configuration",
			"shared/logging": "all programs write one log format",
			"fetch":          "made from the configuration",
			"gateway":        "served",
		},
	}
}

// comparisons lists packages that exist for tests only. They may import what they test, and
// nothing imports them.
func comparisons() []string { return []string{"difftest", "oracle"} }

// outside lists the packages of this module, beyond the router, that a package of the router may
// import.
func outside() map[string]map[string]string {
	return map[string]map[string]string{
		"main": {"web": "the storefront and the playground are served at /"},
	}
}

// shared is the folder of the code that router and services share. Services may import nothing
// else of the router.
const shared = "shared/"

func TestImportsAreInTheTable(t *testing.T) {
	t.Parallel()
	for name, imports := range importsUnder(t, ".") {
		if name == "." {
			name = "main"
		}
		if slices.Contains(comparisons(), name) {
			continue
		}
		allowed, known := edges()[name]
		require.True(t, known, "router/%s is not in the table of edges", name)
		for _, path := range imports {
			inside, ok := strings.CutPrefix(path, module+"router/")
			if !ok {
				require.Contains(t, outside()[name], strings.TrimPrefix(path, module), "router/%s imports %s", name, path)
				continue
			}
			require.Contains(t, allowed, inside, "router/%s imports router/%s", name, inside)
		}
	}
}

// TestTableKeepsTheFlow checks that the table itself follows the rules of the design.
func TestTableKeepsTheFlow(t *testing.T) {
	t.Parallel()
	verbs := []string{"compose", "planner", "executor", "introspection", "fetch", "gateway"}
	for importer, imports := range edges() {
		at := slices.Index(flow(), importer)
		for imported, reason := range imports {
			require.NotEmpty(t, reason, "%s imports %s without a reason", importer, imported)
			if at >= 0 && !strings.HasPrefix(imported, shared) {
				require.Contains(t, flow()[:at], imported, "the noun %s imports %s, which does not come before it", importer, imported)
			}
			if importer != "gateway" && importer != "main" {
				require.NotContains(t, verbs, imported, "%s imports the verb %s", importer, imported)
			}
		}
	}
}

// TestSubgraphsStandAlone checks that services communicate over the network only: none imports
// another, and none imports the router, except the code that both share.
func TestSubgraphsStandAlone(t *testing.T) {
	t.Parallel()
	for name, imports := range importsUnder(t, "../subgraphs") {
		service, _, _ := strings.Cut(name, "/")
		for _, path := range imports {
			if strings.HasPrefix(path, module+"router/"+shared) {
				continue
			}
			require.False(t, strings.HasPrefix(path, module+"router"), "subgraphs/%s imports %s", name, path)
			other, _, _ := strings.Cut(strings.TrimPrefix(path, module+"subgraphs/"), "/")
			require.Contains(t, []string{service, "internal", module + "schema"}, other, "subgraphs/%s imports %s", name, path)
		}
	}
}

// importsUnder returns, for each folder with Go files other than tests, its imports from this
// module.
func importsUnder(t testing.TB, root string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		folder = filepath.ToSlash(folder)
		found[folder] = append(found[folder], []string{}...)
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if strings.HasPrefix(imported, module) {
				found[folder] = append(found[folder], imported)
			}
		}
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, found)
	return found
}
