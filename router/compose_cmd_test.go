package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

// file writes a file of the test and returns its path.
func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// runCommand runs a command, and returns its exit status and output.
func runCommand(t testing.TB, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	status = run(t.Context(), args, &out, &err)
	return status, out.String(), err.String()
}

func TestComposeAndAPIPrintSDL(t *testing.T) {
	t.Parallel()
	a := file(t, "a.graphqls", "type Query { a: Int }")
	status, composed, stderr := runCommand(t, "compose", "--subgraph", "a="+a)
	require.Zero(t, status, stderr)
	require.Contains(t, composed, `A @join__graph(name: "a", url: "")`)
	require.Empty(t, stderr)

	status, api, _ := runCommand(t, "api", "--subgraph", "a="+a)
	require.Zero(t, status)
	require.Equal(t, "type Query {\n  a: Int\n}\n", api)

	supergraph := file(t, "supergraph.graphqls", composed)
	status, again, _ := runCommand(t, "compose", "--supergraph", supergraph)
	require.Zero(t, status)
	require.Equal(t, composed, again)
	_, api, _ = runCommand(t, "api", "--supergraph", supergraph)
	require.Equal(t, "type Query {\n  a: Int\n}\n", api)
}

func TestComposeTellsAllErrors(t *testing.T) {
	t.Parallel()
	a := file(t, "a.graphqls", "type Query {\n  a: Int\n  b: Missing\n  c: None }")
	b := file(t, "b.graphqls", "type Query {")
	args := []string{"compose", "--subgraph", "a=" + a, "--subgraph", "b=" + b}
	status, stdout, stderr := runCommand(t, args...)
	require.Equal(t, 1, status)
	require.Empty(t, stdout)
	require.Equal(t, "INVALID_GRAPHQL a "+a+":3:3 Query.b is of type Missing, which is not defined; define it, or name another\n"+
		"INVALID_GRAPHQL a "+a+":4:3 Query.c is of type None, which is not defined; define it, or name another\n"+
		"INVALID_GRAPHQL b "+b+":1:13 Expected Name, found <EOF>; correct the SDL there\n", stderr)

	status, stdout, stderr = runCommand(t, append(args, "--format", "json")...)
	require.Equal(t, 1, status)
	require.Empty(t, stderr)
	var answer struct {
		Errors []struct {
			Code, Message string
			Locations     []struct {
				Subgraph     string
				Line, Column int
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &answer))
	require.Len(t, answer.Errors, 3)
	require.Equal(t, "INVALID_GRAPHQL", answer.Errors[2].Code)
	require.Equal(t, "b", answer.Errors[2].Locations[0].Subgraph)
	require.Equal(t, 13, answer.Errors[2].Locations[0].Column)
}

// TestComposeTellsMistakesOfAllSubgraphs checks that the errors of all subgraphs are reported
// together, as lines and as JSON.
func TestComposeTellsMistakesOfAllSubgraphs(t *testing.T) {
	t.Parallel()
	c := golden.Read(t, "testdata/six-mistakes.txtar")
	folder := t.TempDir()
	args := []string{"compose"}
	for name, sdl := range c.Texts(".graphqls") {
		path := filepath.Join(folder, name+".graphqls")
		require.NoError(t, os.WriteFile(path, []byte(sdl), 0o600))
		args = append(args, "--subgraph", name+"="+path)
	}
	status, stdout, lines := runCommand(t, args...)
	require.Equal(t, 1, status)
	require.Empty(t, stdout)
	status, asJSON, stderr := runCommand(t, append(args, "--format", "json")...)
	require.Equal(t, 1, status)
	require.Empty(t, stderr)
	lines = strings.ReplaceAll(lines, folder+string(filepath.Separator), "")
	c.Compare(t, golden.Section{Name: "stderr", Text: lines}, golden.Section{Name: "json", Text: asJSON})
}

func TestComposeAsJSON(t *testing.T) {
	t.Parallel()
	status, stdout, _ := runCommand(t, "compose", "--format=json", "--subgraph", "a="+file(t, "a", "type Query { a: Int }"))
	require.Zero(t, status)
	var answer struct {
		Supergraph string
		Hints      []struct{ Code, Level, Message string }
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &answer))
	require.Contains(t, answer.Supergraph, "type Query")
	require.Equal(t, "IMPLICITLY_UPGRADED_FEDERATION_VERSION", answer.Hints[0].Code)
}

func TestComposeAsksForMissingSchemas(t *testing.T) {
	t.Parallel()
	answers := make(chan string, 3)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(<-answers))
	}))
	defer server.Close()
	config := file(t, "router.yaml", "subgraphs:\n  - {name: a, url: "+server.URL+"}\n")

	answers <- `{"data":{"_service":{"sdl":"type Query { a: Int _service: _Service! } type _Service { sdl: String }"}}}`
	status, stdout, stderr := runCommand(t, "api", "--config", config)
	require.Zero(t, status, stderr)
	require.Equal(t, "type Query {\n  a: Int\n}\n", stdout)

	answers <- `{"errors":[{"message":"no introspection"}]}`
	status, _, stderr = runCommand(t, "api", "--config", config)
	require.Equal(t, 1, status)
	require.Equal(t, "DOWNSTREAM_SERVICE_ERROR a "+server.URL+" the subgraph refused to return its schema: no introspection; "+
		"start the subgraph, or name a file with its SDL under schema\n", stderr)

	answers <- `<html>`
	_, _, stderr = runCommand(t, "compose", "--config", config)
	require.Contains(t, stderr, "DOWNSTREAM_SERVICE_ERROR a "+server.URL+" cannot request the subgraph's schema: status 200 with a body that is not a JSON object")
}

// A subgraph is asked for its schema as it is for data: redirects on the same host are followed,
// others are named, and compressed answers are read.
func TestComposeAsksAsRequestsDo(t *testing.T) {
	t.Parallel()
	const answer = `{"data":{"_service":{"sdl":"type Query { a: Int }"}}}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/moved/", http.StatusPermanentRedirect)
		case "/elsewhere":
			http.Redirect(w, r, "http://other.example/graphql", http.StatusTemporaryRedirect)
		case "/gzip":
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			_, _ = io.WriteString(packed, answer)
			_ = packed.Close()
		default:
			_, _ = io.WriteString(w, answer)
		}
	}))
	defer server.Close()
	api := func(path string) (status int, stdout, stderr string) {
		config := file(t, "router.yaml", "subgraphs:\n  - {name: a, url: "+server.URL+path+"}\n")
		return runCommand(t, "api", "--config", config)
	}
	for _, path := range []string{"/", "/moved", "/gzip"} {
		status, stdout, stderr := api(path)
		require.Zero(t, status, "%s: %s", path, stderr)
		require.Equal(t, "type Query {\n  a: Int\n}\n", stdout, path)
	}
	status, _, stderr := api("/elsewhere")
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "DOWNSTREAM_SERVICE_ERROR a "+server.URL+"/elsewhere ")
	require.Contains(t, stderr, "307 to http://other.example/graphql")
}

func TestComposeNamesTheFilesThatAreMissing(t *testing.T) {
	t.Parallel()
	none := filepath.Join(t.TempDir(), "none.graphqls")
	status, stdout, stderr := runCommand(t, "compose", "--subgraph", "a="+none, "--subgraph", "b="+none)
	require.Equal(t, 1, status)
	require.Empty(t, stdout)
	const says = " cannot read the subgraph's SDL: open %s: no such file or directory; name a readable file\n"
	line := none + strings.ReplaceAll(says, "%s", none)
	require.Equal(t, "DOWNSTREAM_SERVICE_ERROR a "+line+"DOWNSTREAM_SERVICE_ERROR b "+line, stderr)
}

// TestComposeTellsWhatIsWrongWithTheConfigurationAsJSON checks that with --format json, errors of
// the configuration are JSON, too, and complete.
func TestComposeTellsWhatIsWrongWithTheConfigurationAsJSON(t *testing.T) {
	t.Parallel()
	config := file(t, "router.yaml", "lisen: a:1\nsubgraphs:\n  - {name: a, url: 'http://a', shema: x}\n")
	for _, args := range [][]string{{"--config", config}, {"--config", config + ".not"}, {}} {
		status, stdout, stderr := runCommand(t, append([]string{"compose", "--format", "json"}, args...)...)
		require.Equal(t, 1, status)
		require.Empty(t, stderr)
		require.Contains(t, stdout, `"code": "INVALID_INPUT"`)
		require.Contains(t, stdout, `"locations": []`)
		if len(args) > 0 && args[1] == config {
			require.Contains(t, stdout, `"message": "config `+config+`: line 1: unknown field \"lisen\"`)
			require.Contains(t, stdout, `"message": "config `+config+`: line 3: unknown field \"shema\"`)
		}
	}
}

func TestCodesPrintsTheCatalogue(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := runCommand(t, "codes")
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "| `EXTERNAL_UNUSED` | ERROR | ")
	require.Contains(t, stdout, "| `UNUSED_ENUM_TYPE` | DEBUG | ")

	_, _, stderr = runCommand(t, "code")
	require.Contains(t, stderr, "codes")
}

func TestWrongArguments(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"compose", "--format", "xml"}, {"compose", "--subgraph", "a"}, {"compose", "extra"}, {"api", "--unknown"},
		{"codes", "extra"}, {"code"}, {"serve", "router.yaml"}, {"api", "extra"}, {"graph", "extra"}, {"plan", "extra"}, {"version", "extra"},
	} {
		status, stdout, stderr := runCommand(t, args...)
		require.Equal(t, 2, status, args)
		require.Empty(t, stdout)
		require.NotEmpty(t, stderr)
	}
	for _, args := range [][]string{
		{"compose"}, {"api", "--supergraph", "x", "--config", "y"}, {"api", "--supergraph", "/no/such/file"}, {"compose", "--config", "/no/such/file"},
	} {
		status, stdout, stderr := runCommand(t, args...)
		require.Equal(t, 1, status, args)
		require.Empty(t, stdout)
		require.Contains(t, stderr, "router: ")
	}
}
