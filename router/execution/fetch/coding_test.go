package fetch_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/execution/fetch"
)

func TestAnswersThatAreCompressedUnaskedAreRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ coding, body string }{
		"gzip":                 {"gzip", packed(gzipped, answer)},
		"x-gzip, in capitals":  {"X-GZIP", packed(gzipped, answer)},
		"deflate":              {"deflate", packed(zlibbed, answer)},
		"deflate, no header":   {"deflate", packed(deflated, answer)},
		"gzip twice":           {"gzip, gzip", packed(gzipped, packed(gzipped, answer))},
		"gzip in deflate":      {"gzip, deflate", packed(zlibbed, packed(gzipped, answer))},
		"identity":             {"identity", answer},
		"identity, then gzip":  {"identity, gzip", packed(gzipped, answer)},
		"none":                 {"", answer},
		"gzip that is chunked": {"gzip", packed(gzipped, answer)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked string
			handler := func(w http.ResponseWriter, r *http.Request) {
				asked = r.Header.Get("Accept-Encoding")
				w.Header().Set("Content-Encoding", c.coding)
				if strings.HasSuffix(name, "chunked") {
					w.(http.Flusher).Flush()
				}
				_, _ = io.WriteString(w, c.body)
			}
			body, err := subgraph(t, fetch.Subgraph{}, handler).For(nil, "").Fetch(t.Context(), "a", []byte("{}"))
			require.NoError(t, err)
			require.Equal(t, answer, string(body))
			require.Equal(t, "identity", asked)
		})
	}
}

func TestCompressedAnswersKeepTheLimits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ coding, body, code string }{
		"larger unpacked than the limit": {"gzip", packed(gzipped, "{"+strings.Repeat(" ", 10_000)), fetch.CodeTooLarge},
		"not gzip":                       {"gzip", answer, fetch.CodeBadResponse},
		"broken off":                     {"gzip", packed(gzipped, answer)[:20], fetch.CodeUnavailable},
		"an unknown coding":              {"br", "?", fetch.CodeBadResponse},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := subgraph(t, fetch.Subgraph{}, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", c.coding)
				_, _ = io.WriteString(w, c.body)
			})
			_, err := client.For(nil, "").Fetch(t.Context(), "a", []byte("{}"))
			requireCode(t, err, c.code, c.code == fetch.CodeUnavailable)
		})
	}
}

func packed(with func(io.Writer) io.WriteCloser, text string) string {
	var out bytes.Buffer
	w := with(&out)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return out.String()
}

func gzipped(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
func zlibbed(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }

func deflated(w io.Writer) io.WriteCloser {
	out, _ := flate.NewWriter(w, flate.DefaultCompression)
	return out
}
