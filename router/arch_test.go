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

// stages are the folders of router in the order in which data passes them. A package imports
// only packages of its own stage and of earlier ones. router/README.md draws them.
//
// DO NOT CHANGE THESE TABLES TO FIX BUILDS. They are the design: if an import is missing from
// them, ask whether it should exist, and add a line only with a reason that a reader accepts.
func stages() []string {
	return []string{"shared", "composition", "query", "execution", "ops", "edge", "main"}
}

// flow is the order of the nouns, from SDL to the response. A noun imports only nouns before it.
func flow() []string {
	return []string{
		"shared/source",
		"composition/federation", "composition/subgraph", "composition/supergraph",
		"composition/querygraph",
		"query/operation", "query/plan",
		"execution/response",
	}
}

// edges lists all imports between the router's packages: which package imports which, and why.
// "main" is the folder router itself.
func edges() map[string]map[string]string {
	return map[string]map[string]string{
		"shared/source":          {},
		"composition/federation": {},
		"composition/subgraph": {
			"composition/federation": "directives and field sets are read under the specification's names",
			"shared/source":          "strings of SDL are read as the specification says",
		},
		"composition/supergraph": {
			"composition/federation": "the join specification's directives, read and written",
			"shared/source":          "strings of SDL are read as the specification says",
		},
		"composition/querygraph": {
			"composition/federation": "the names of the specification",
			"composition/supergraph": "the graph is made of the supergraph's joins",
		},
		"query/operation": {
			"shared/source": "strings of documents are read as the specification says",
			"shared/limits": "documents are validated and priced as the services do it",
		},
		"query/access": {
			"composition/federation": "the names of the directives",
			"composition/supergraph": "the directives, and what fields read through others",
			"query/operation":        "in",
		},
		"query/plan": {"query/operation": "conditions and type sets reach the plan as they are"},
		"execution/response": {
			"query/operation": "the operation determines the shape of the response",
			"query/plan":      "answers are merged at a plan's paths",
		},
		"composition/compose": {
			"composition/federation": "error codes and directive names",
			"composition/subgraph":   "in",
			"composition/supergraph": "out",
			"composition/querygraph": "satisfiability is a walk over the graph",
		},
		"composition/contract": {
			"composition/federation": "the names of the specification",
			"composition/supergraph": "in and out",
		},
		"query/planner": {
			"composition/federation": "the names of the specification",
			"composition/supergraph": "types and joins behind the graph's nodes",
			"composition/querygraph": "in",
			"query/operation":        "in",
			"query/plan":             "out",
		},
		"execution/executor": {
			"query/operation":    "variables, and the shape of the answer",
			"query/plan":         "in",
			"execution/response": "out",
			"execution/turn":     "the oldest request continues first",
		},
		"execution/fetch": {
			"execution/headers":  "further headers pass by rule",
			"execution/inflight": "equal requests at the same time share one answer",
			"shared/strictjson":  "answers are read as requests are",
		},
		"execution/inflight":  {},
		"execution/turn":      {},
		"execution/headers":   {},
		"shared/browser":      {},
		"shared/certificates": {},
		"shared/graphqlhttp":  {"shared/strictjson": "parameters are JSON of a client"},
		"shared/env":          {},
		"shared/limits":       {},
		"shared/logging":      {},
		"shared/strictjson":   {},
		"ops/config": {
			"shared/env":        "all programs read secrets from files in the same way",
			"execution/headers": "rules are refused by the same lists and patterns that apply them",
		},
		"ops/admin": {},
		"ops/watch": {"ops/config": "files are read as the configuration reads them"},
		"execution/introspection": {
			"query/operation":    "in",
			"execution/response": "out",
		},
		"edge/compression": {},
		"edge/cors":        {},
		"edge/policy":      {},
		"edge/refusal":     {},
		"edge/redisclient": {},
		"edge/documents": {
			"edge/redisclient":  "routers share documents",
			"edge/refusal":      "a request without a document is refused",
			"ops/config":        "manifests are read from files as schemas are",
			"shared/strictjson": "manifests are read as requests are",
		},
		"edge/ratelimit": {
			"edge/redisclient": "routers share their limits",
			"edge/refusal":     "a request over a limit is refused",
			"query/operation":  "root fields are counted",
		},
		"edge/authentication/jwks":     {},
		"edge/authentication/denylist": {},
		"edge/authentication": {
			"ops/config":                   "its options are a part of the configuration",
			"edge/refusal":                 "a bad credential is refused",
			"edge/authentication/denylist": "in: tokens that ended before they expire",
			"edge/authentication/jwks":     "in: the keys that verify tokens",
		},
		"edge/gateway": {
			"edge/compression":        "two steps",
			"edge/cors":               "a step",
			"edge/policy":             "the policies that a client meets are evaluated",
			"edge/documents":          "a step",
			"edge/ratelimit":          "a step",
			"edge/refusal":            "a step refuses a request with it",
			"shared/limits":           "the cost of an operation is shown",
			"shared/graphqlhttp":      "requests are read as the services read theirs",
			"shared/strictjson":       "the usual form of a body is read without encoding/json",
			"edge/authentication":     "a step asks who sends a request",
			"shared/browser":          "requests from pages of other origins are refused",
			"composition/federation":  "a label of @override that is a share of requests",
			"composition/supergraph":  "the schema that is served",
			"composition/querygraph":  "made once a schema",
			"query/access":            "fields that a client may not see are not planned",
			"query/operation":         "text becomes an operation",
			"query/planner":           "an operation becomes a plan",
			"query/plan":              "shown to clients that ask for it",
			"execution/executor":      "a plan becomes a response",
			"execution/response":      "written to the client",
			"execution/introspection": "answered here and not by subgraphs",
			"execution/fetch":         "sends the executor's requests",
			"execution/inflight":      "equal operations at the same time share one response",
		},
		"main": {
			"ops/config":             "read",
			"ops/admin":              "served to operators",
			"ops/watch":              "a change of what was read is noticed",
			"composition/federation": "errors of composition are printed",
			"composition/contract":   "clients see variants of the schema",
			"composition/compose":    "subgraphs become the schema to be served, or are printed",
			"composition/subgraph":   "SDL files are read",
			"composition/supergraph": "SDL is read and printed",
			"composition/querygraph": "printed",
			"query/operation":        "planned on the command line",
			"shared/limits":          "made from the configuration",
			"query/planner":          "planned on the command line",
			"query/plan":             "printed",
			"execution/executor":     "its rules for errors are configured",
			"shared/browser":         "made from the configuration",
			"shared/logging":         "all programs write one log format",
			"execution/fetch":        "made from the configuration",
			"execution/headers":      "made from the configuration",
			"shared/certificates":    "made from the configuration",
			"edge/compression":       "made from the configuration",
			"edge/cors":              "made from the configuration",
			"edge/authentication":    "made from the configuration",
			"edge/policy":            "made from the configuration",
			"edge/documents":         "made from the configuration",
			"edge/ratelimit":         "made from the configuration",
			"edge/redisclient":       "made from the configuration",
			"edge/gateway":           "served",
		},
	}
}

// comparisons is the folder of packages that exist for tests only. They may import what they test,
// and nothing imports them.
const comparisons = "tests/"

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
		if strings.HasPrefix(name, comparisons) {
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
	verbs := []string{
		"composition/compose", "query/planner", "execution/executor", "execution/introspection",
		"execution/fetch", "edge/gateway",
	}
	for importer, imports := range edges() {
		at := slices.Index(flow(), importer)
		for imported, reason := range imports {
			require.NotEmpty(t, reason, "%s imports %s without a reason", importer, imported)
			if at >= 0 && !strings.HasPrefix(imported, shared) {
				require.Contains(t, flow()[:at], imported, "the noun %s imports %s, which does not come before it", importer, imported)
			}
			if importer != "edge/gateway" && importer != "main" {
				require.NotContains(t, verbs, imported, "%s imports the verb %s", importer, imported)
			}
		}
	}
}

// TestStagesComeInOrder checks that each package stands in a stage and imports no later one.
func TestStagesComeInOrder(t *testing.T) {
	t.Parallel()
	stage := func(name string) int {
		folder, _, _ := strings.Cut(name, "/")
		at := slices.Index(stages(), folder)
		require.GreaterOrEqual(t, at, 0, "%s is in no stage", name)
		return at
	}
	for importer, imports := range edges() {
		for imported := range imports {
			require.LessOrEqual(t, stage(imported), stage(importer),
				"%s imports %s of a later stage", importer, imported)
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
