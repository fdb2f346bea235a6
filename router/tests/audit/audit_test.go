// Package audit adds authorization to the graphs of the federation audit, a program that is not in
// this repository: make audit-guarded.
//
//	suite's subgraphs ──router compose──▶ supergraph ──guard──▶ @policy on each field
//
// With policies that are always granted, the router passes all tests of the audit. With one field
// closed after the other, each response is what reference_test.go computes from the response to a
// client with all rights.
package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/tests/routertest"
)

// TestMain becomes a router with guarded fields if the audit calls it: audit.test ROUTER CONFIG.
func TestMain(m *testing.M) {
	if len(os.Args) != 3 || strings.HasPrefix(os.Args[1], "-") {
		os.Exit(m.Run())
	}
	router := os.Args[1]
	config, _, err := guardedConfig(router, os.Args[2], func(string) string { return "true" })
	if err == nil {
		err = syscall.Exec(router, []string{router, "serve", "--config", config}, os.Environ())
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// TestGrantedPoliciesChangeNothing checks that the router passes the audit, with no more fetches
// than without policies, if each field has a policy that is granted.
func TestGrantedPoliciesChangeNothing(t *testing.T) {
	router, audit := build(t)
	self, err := os.Executable()
	require.NoError(t, err)
	total := func(command string) string {
		out, err := exec.CommandContext(t.Context(), audit, "-router", command).CombinedOutput()
		require.NoError(t, err, string(out))
		return regexp.MustCompile(`(?m)^TOTAL .*`).FindString(string(out))
	}
	plain := total(router + " serve --config {config}")
	require.Contains(t, plain, "tests")
	require.Equal(t, plain, total(self+" "+router+" {config}"))
	t.Log(plain)
}

// TestClosedFieldsAreNull closes each field of each suite's object types in turn, and sends all
// queries of the suite.
func TestClosedFieldsAreNull(t *testing.T) {
	router, audit := build(t)
	dir := t.TempDir()
	for _, config := range serveSubgraphs(t, audit, dir) {
		name := filepath.Base(filepath.Dir(config))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			guarded, closable, err := guardedConfig(router, config, func(field string) string {
				return fmt.Sprintf(`headers["x-closed"] != %q`, field)
			})
			require.NoError(t, err)
			sdl, err := os.ReadFile(filepath.Join(filepath.Dir(config), "guarded.graphqls"))
			require.NoError(t, err)
			schema, err := supergraph.Parse(string(sdl))
			require.NoError(t, err)
			s := suite{url: routertest.Serve(t, router, guarded), schema: schema}
			compared, hidden := 0, 0
			for _, query := range queries(t, name) {
				all := s.ask(t, query, "none")
				for _, field := range closable {
					if slices.Contains(ambiguous(name), field) {
						continue
					}
					compared++
					hidden += s.compare(t, query, all, field)
				}
			}
			t.Logf("%d responses, %d hidden values", compared, hidden)
			require.Positive(t, hidden)
		})
	}
}

// ambiguous returns the fields of a suite that are not closed. Without them the plan reads a shared
// field from another subgraph, where the audit's data has another value on purpose.
func ambiguous(suite string) []string {
	switch suite {
	case "provides-on-interface": // subgraph a says that Query.media must be read from subgraph b
		return []string{"Book.animals"}
	case "simple-interface-object": // subgraph a says that all accounts are active, and c that none is
		return []string{"Admin.isActive", "Regular.isActive"}
	default:
		return nil
	}
}

// suite is one suite with its guarded router.
type suite struct {
	url    string
	schema *supergraph.Schema
}

// answer is the response to a query.
type answer struct {
	Data   map[string]any
	Errors []struct {
		Path       []any
		Extensions struct{ Code string }
	}
}

// compare closes a field, asks a query, and compares the response with the reference. It returns
// how many values are hidden.
func (s suite) compare(t *testing.T, query *ast.QueryDocument, all answer, closed string) int {
	t.Helper()
	r := reference{
		schema: s.schema.API(), fragments: query.Fragments, hidden: closing(s.schema, closed),
	}
	at := fmt.Sprintf("closed: %s\n%s", closed, text(query))
	got := s.ask(t, query, closed)
	var want map[string]any
	if all.Data != nil {
		set := []ast.SelectionSet{query.Operations[0].SelectionSet}
		if data, isObject := r.object(all.Data, set, nil); isObject {
			want = data
		}
	}
	require.Equal(t, want, got.Data, at)
	refused := 0
	for _, e := range got.Errors {
		if e.Extensions.Code == "UNAUTHORIZED_FIELD_OR_TYPE" {
			refused++
			require.Contains(t, r.paths, e.Path, at)
		}
	}
	require.Equal(t, len(r.paths) > 0, refused > 0, at)
	return len(r.paths)
}

// ask sends a query, with a field closed.
func (s suite) ask(t *testing.T, query *ast.QueryDocument, closed string) (got answer) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": text(query)})
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), "POST", s.url, bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Closed", closed)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	require.NoError(t, json.NewDecoder(response.Body).Decode(&got))
	return got
}

// queries returns the queries of a suite, with the type of each object. Mutations change the
// suite's data, so that two responses cannot be compared.
func queries(t *testing.T, suite string) (found []*ast.QueryDocument) {
	t.Helper()
	file := filepath.Join(os.Getenv("AUDIT"), "suites", suite, "tests.json")
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	var tests []struct{ Query string }
	require.NoError(t, json.Unmarshal(content, &tests))
	for _, test := range tests {
		document, err := parser.ParseQuery(&ast.Source{Input: test.Query})
		require.NoError(t, err)
		if document.Operations[0].Operation == ast.Query {
			typed(document)
			found = append(found, document)
		}
	}
	return found
}

func text(query *ast.QueryDocument) string {
	var out strings.Builder
	formatter.NewFormatter(&out).FormatQueryDocument(query)
	return out.String()
}

// guardedConfig composes the subgraphs of a configuration, guards the supergraph, and returns the
// path of a configuration that serves it, and the guarded fields. Expression is the policy of a
// field.
func guardedConfig(
	router, config string, expression func(field string) string,
) (path string, fields []string, err error) {
	compose := exec.Command(router, "compose", "--config", config)
	compose.Stderr = os.Stderr
	sdl, err := compose.Output()
	if err != nil {
		return "", nil, fmt.Errorf("compose: %w", err)
	}
	guarded, fields, err := guard(string(sdl))
	if err != nil {
		return "", nil, err
	}
	dir := filepath.Dir(config)
	original, err := os.ReadFile(config)
	if err != nil {
		return "", nil, err
	}
	listen := regexp.MustCompile(`(?m)^listen:.*`).FindString(string(original))
	policies := map[string]string{}
	for _, field := range fields {
		policies[field] = expression(field)
	}
	list, err := json.Marshal(policies)
	if err != nil {
		return "", nil, err
	}
	sdlFile := filepath.Join(dir, "guarded.graphqls")
	if err := os.WriteFile(sdlFile, []byte(guarded), 0o600); err != nil {
		return "", nil, err
	}
	path = filepath.Join(dir, "guarded.yaml")
	settings := fmt.Sprintf("%s\nsupergraph: guarded.graphqls\nauthorization: {policies: %s}\n",
		listen, list)
	return path, fields, os.WriteFile(path, []byte(settings), 0o600)
}

// build builds the router and the audit, and returns their paths. The test is skipped without the
// audit.
func build(t *testing.T) (router, audit string) {
	t.Helper()
	if os.Getenv("AUDIT") == "" {
		t.Skip("AUDIT does not name the folder of the federation audit")
	}
	return routertest.Build(t), routertest.BuildIn(t, ".", os.Getenv("AUDIT"))
}

// serveSubgraphs serves the subgraphs of all suites, and returns the paths of the routers'
// configurations.
func serveSubgraphs(t *testing.T, audit, dir string) (configs []string) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := free.Addr().String()
	require.NoError(t, free.Close())
	command := routertest.Command(t, audit, "-serve", "-listen", address, "-dir", dir, "-port", "0")
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "serving ") {
			return configs
		}
		configs = append(configs, lines.Text())
	}
	require.Fail(t, "the audit serves no subgraphs")
	return nil
}
