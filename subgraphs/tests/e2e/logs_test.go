//go:build e2e

package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// logged is a log line with the fields that all programs have.
type logged struct {
	Time, Level, Msg, Service, RequestID string
	DurationMs                           *float64
	fields                               map[string]any
}

// lines returns a process's log lines so far, each of which must be JSON.
func (s *system) lines(name string) (found []logged) {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.logs, name))
	require.NoError(s.t, err)
	for line := range strings.Lines(string(text)) {
		var l logged
		require.NoError(s.t, json.Unmarshal([]byte(line), &l), "%s wrote %s", name, line)
		require.NoError(s.t, json.Unmarshal([]byte(line), &l.fields))
		found = append(found, l)
	}
	return found
}

// TestAllProgramsWriteOneLogFormat follows a failing request through the logs.
func TestAllProgramsWriteOneLogFormat(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, email := s.client("router").signUp(t)
	token := s.client("router").logIn(t, email)
	const id = "follow-me"
	for _, query := range []string{`{"query":"{ product(slug: \"stoneware-mug\") { id } me { id } basket { name } }"}`, `{"query":"{ nothing }"}`} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url("router")+"/graphql", strings.NewReader(query))
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("X-Request-Id", id)
		request.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
	}
	for _, name := range names() {
		eventually(t, name+" has logged the request", func() error {
			if name != "nats" && !mentions(s.lines(name), id) {
				return os.ErrNotExist
			}
			return nil
		})
		for _, line := range s.lines(name) {
			require.NotEmpty(t, line.Time, name)
			require.Contains(t, []string{"DEBUG", "INFO", "WARN", "ERROR"}, line.Level, name)
			require.NotEmpty(t, line.Msg, name)
			require.Equal(t, name, line.Service)
			if line.Msg == "request" {
				require.NotEmpty(t, line.RequestID, name)
				require.NotNil(t, line.DurationMs, "%s: %v", name, line.fields)
			}
		}
	}
}

func mentions(lines []logged, id string) bool {
	for _, line := range lines {
		if line.Msg == "request" && line.RequestID == id {
			return true
		}
	}
	return false
}
