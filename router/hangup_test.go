package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asRouter makes this program run as the router, because signals need a process of their own.
const asRouter = "TREFOIL_TEST_AS_ROUTER"

func TestMain(m *testing.M) {
	if os.Getenv(asRouter) != "" {
		main()
	}
	os.Exit(m.Run())
}

// process is a running router.
type process struct {
	command *exec.Cmd
	lines   chan logLine
	address string
}

type logLine struct {
	Msg, Level, Address, Error, Operation string
	Keys                                  []string
}

func startRouter(t *testing.T, path string) *process {
	t.Helper()
	p := &process{command: exec.CommandContext(t.Context(), os.Args[0], "--config", path), lines: make(chan logLine, 1000)}
	p.command.Env = append(os.Environ(), asRouter+"=1")
	stderr, err := p.command.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, p.command.Start())
	t.Cleanup(func() { _ = p.command.Wait() }) // t.Context has ended, and with it the process
	go func() {
		defer close(p.lines)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			var line logLine
			_ = json.Unmarshal(lines.Bytes(), &line)
			p.lines <- line
		}
	}()
	p.address = p.await(t, "listening").Address
	return p
}

// await reads the log until a message appears.
func (p *process) await(t *testing.T, message string) logLine {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		select {
		case line, open := <-p.lines:
			require.True(t, open, "the router ended before it logged %q", message)
			if line.Msg == message {
				return line
			}
		case <-ctx.Done():
			require.Fail(t, "never logged", message)
		}
	}
}

func (p *process) hangup(t *testing.T) {
	t.Helper()
	require.NoError(t, p.command.Process.Signal(syscall.SIGHUP))
}

// post sends a request with headers, and returns the answer with its body.
func (p *process) post(t *testing.T, body string, headers map[string]string) (answer *http.Response, content string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+p.address+"/graphql", strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	answer, err = http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer, string(text)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// TestHangupBeforeTheFirstSchema checks a router that still waits for its schema: SIGHUP does not
// end it, it keeps its configuration if the new one has an error, and it uses a valid one even if
// its subgraphs do not answer yet.
func TestHangupBeforeTheFirstSchema(t *testing.T) {
	t.Parallel()
	closed := &lateSubgraph{asked: make(chan struct{}, 1000)}
	waits := httptest.NewServer(closed)
	t.Cleanup(waits.Close)
	broken := &lateSubgraph{}
	broken.set(`type Query { broken: Unknown }`)
	path := configFor(t, waits.URL)
	p := startRouter(t, path)
	p.await(t, "no schema yet")

	p.hangup(t)
	p.await(t, "configuration reloaded")
	p.await(t, "no schema yet")
	write(t, path, "listen: [\n")
	p.hangup(t)
	require.Contains(t, p.await(t, "the configuration stays as it is").Error, "line 1")
	server := httptest.NewServer(broken)
	t.Cleanup(server.Close)
	write(t, path, "listen: 127.0.0.1:0\nsubgraphs: [{name: a, url: "+server.URL+"}]\n")
	p.hangup(t)
	require.Contains(t, p.await(t, "the configuration stays as it is").Error, "INVALID_GRAPHQL")
	p.await(t, "no schema yet")

	late := &lateSubgraph{asked: make(chan struct{}, 1000)}
	server = httptest.NewServer(late)
	t.Cleanup(server.Close)
	write(t, path, "listen: 127.0.0.1:0\nsubgraphs: [{name: a, url: "+server.URL+"}]\n")
	p.hangup(t)
	p.await(t, "configuration reloaded")
	late.set(`type Query { hello: String }`)
	p.await(t, "schema in use")
	_, body := p.post(t, `{"query":"{hello}"}`, nil)
	require.JSONEq(t, `{"data":{"hello":"hi"}}`, body)
}

// TestHangupRefusesFilesThatAreNoSchema checks that a reload refuses files that do not end and
// files without types, that the schema in use stays, and that the router still obeys its signals.
func TestHangupRefusesFilesThatAreNoSchema(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(&recording{})
	t.Cleanup(server.Close)
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	sdl, other := file(t, "a.graphqls", `type Query { hello: String }`), file(t, "b.graphqls", `type Query { other: String }`)
	path := file(t, "router.yaml", "")
	use := func(schema string) {
		write(t, path, `
listen: 127.0.0.1:0
subgraphs:
  - {name: a, url: "`+server.URL+`", schema: "`+schema+`"}
  - {name: b, url: "`+server.URL+`", schema: "`+other+`"}
`)
	}
	use(sdl)
	p := startRouter(t, path)
	p.await(t, "schema in use")
	refused := func(says string) {
		p.hangup(t)
		require.Contains(t, p.await(t, "the configuration stays as it is").Error, says)
		_, body := p.post(t, `{"query":"{hello}"}`, nil)
		require.JSONEq(t, `{"data":{"hello":"hi"}}`, body)
	}
	for _, empty := range []string{"", " \n", "# only this\n"} {
		write(t, sdl, empty)
		refused("INVALID_GRAPHQL a " + sdl)
	}
	use(pipe)
	refused(pipe + " is not a regular file")
	write(t, path, "listen: 127.0.0.1:0\nsupergraph: "+pipe+"\n")
	refused(pipe + " is not a regular file")
	large := file(t, "large.graphqls", "")
	require.NoError(t, os.Truncate(large, 16<<20+1))
	use(large)
	refused(large + " is larger than 16777216 bytes")
	require.NoError(t, os.Remove(path))
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	refused(path + " is not a regular file")

	require.NoError(t, p.command.Process.Signal(syscall.SIGTERM))
	require.NoError(t, p.command.Wait())
}

// recording is a subgraph that records the last request, and does not answer a request to its
// field wait.
type recording struct {
	sdl  string
	last http.Header
}

func (s *recording) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	switch {
	case strings.Contains(string(body), "_service"):
		_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]any{"_service": map[string]any{"sdl": s.sdl}}})
	case strings.Contains(string(body), "wait"):
		<-r.Context().Done()
	default:
		s.last = r.Header
		w.Header().Set("X-Seen", r.Header.Get("X-Tenant"))
		_, _ = io.WriteString(w, `{"data":{"hello":"hi"}}`)
	}
}

// TestHangupReloadsTheConfiguration checks that SIGHUP applies every key except listen, and logs
// that this one needs a restart; and that an error in a configuration is logged, and nothing
// changes.
func TestHangupReloadsTheConfiguration(t *testing.T) {
	t.Parallel()
	const sdl = `type Query { hello: String }`
	before, after := &recording{sdl: sdl}, &recording{sdl: sdl}
	old, next := httptest.NewServer(before), httptest.NewServer(after)
	waits := file(t, "waits.graphqls", "type Query { wait: String }") // a file, because the subgraph does not answer in time
	t.Cleanup(old.Close)
	t.Cleanup(next.Close)
	path := configFor(t, old.URL)
	p := startRouter(t, path)
	p.await(t, "schema in use")
	headers := map[string]string{"X-Tenant": "t", "Cookie": "session=s", "X-Query-Plan": "1"}
	long := `{"query":"query Long{hello}","variables":{"x":"` + strings.Repeat("x", 1000) + `"}}`
	answer, body := p.post(t, long, headers)
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.Empty(t, answer.Header.Get("X-Seen"))
	require.JSONEq(t, `{"data":{"hello":"hi"}}`, body)
	require.NotContains(t, before.last, "X-Tenant")

	write(t, path, `
listen: 127.0.0.1:1
subgraphs:
  - {name: a, url: "`+next.URL+`", headers: {return: [x-seen]}}
  - {name: b, url: "`+next.URL+`", schema: "`+waits+`", timeout: 50ms}
headers: {forward: [x-tenant]}
cookies: {forward: [session]}
limits: {bodyBytes: 500}
queryPlan: true
accessLog: true
`)
	p.hangup(t)
	require.Equal(t, []string{"listen"}, p.await(t, "a change takes effect after a restart").Keys)
	p.await(t, "configuration reloaded")
	requireNext := func() {
		before.last, after.last = nil, nil
		answer, body := p.post(t, `{"query":"query Short{hello}"}`, headers)
		require.Contains(t, body, `"queryPlan"`)
		require.Equal(t, "t", answer.Header.Get("X-Seen"))
		for p.await(t, "request").Operation != "Short" { // other requests may be logged late
		}
		require.Nil(t, before.last)
		require.Equal(t, "t", after.last.Get("X-Tenant"))
		require.Equal(t, "session=s", after.last.Get("Cookie"))
		answer, _ = p.post(t, long, nil)
		require.Equal(t, http.StatusRequestEntityTooLarge, answer.StatusCode)
		_, body = p.post(t, `{"query":"{wait}"}`, nil)
		require.Contains(t, body, `"TIMEOUT"`)
	}
	requireNext()

	write(t, path, "subgraphs: [{name: a, url: "+old.URL+"}]\nlimits: {bodyBytes: 0}\n")
	p.hangup(t)
	require.Contains(t, p.await(t, "the configuration stays as it is").Error, "bodyBytes: 0 is not positive")
	requireNext()
}
