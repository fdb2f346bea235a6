package fetch

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestBudget checks that the answers to one client request have a common limit, however their
// length is announced.
func TestBudget(t *testing.T) {
	t.Parallel()
	body := "{" + strings.Repeat(" ", 998) + "}"
	for name, text := range map[string]string{
		"length":  "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + body,
		"chunked": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + body + "\r\n0\r\n\r\n",
		"the end": "HTTP/1.1 200 OK\r\n\r\n" + body,
	} {
		for _, http1 := range []bool{true, false} {
			c := newTestClient(t, rawServer(t, text, name == "the end"), http1)
			request := c.For(nil, "")
			request.Limit(2500)
			for i := range 4 {
				_, err := request.Fetch(t.Context(), "a", nil)
				if i < 2 {
					require.NoError(t, err)
					continue
				}
				var failure *Error
				require.ErrorAs(t, err, &failure, name)
				code, _, retryable := failure.Explain()
				require.Equal(t, "RESPONSE_TOO_LARGE", code)
				require.False(t, retryable)
			}
			_, code, _ := ask(t, c)
			require.Empty(t, code, "another client's request has a budget of its own")
		}
	}
}

// TestBudgetOfSharedAnswers checks that a shared answer counts for each request, and that a
// request for which it is too large does not disturb the others.
func TestBudgetOfSharedAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := NewClient([]Subgraph{{Name: "a", URL: "https://a", Timeout: time.Hour}}, Limits{ResponseBytes: 1000})
		release := make(chan struct{})
		c.http.Transport = roundTrip(func(*http.Request) (*http.Response, error) {
			<-release
			return &http.Response{StatusCode: http.StatusOK, ContentLength: 4, Body: io.NopCloser(strings.NewReader("{  }"))}, nil
		})
		var errs [3]error
		for i, limit := range []int64{100, 3, 4} { // the first leads
			request := c.For(nil, "")
			request.Share()
			request.Limit(limit)
			go func() { _, errs[i] = request.Fetch(t.Context(), "a", nil) }()
			synctest.Wait()
		}
		close(release)
		synctest.Wait()
		require.NoError(t, errs[0])
		require.ErrorIs(t, errs[1], errBudget)
		require.NoError(t, errs[2])
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (r roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }
