package compression_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/compression"
)

// compressed returns a text in each form in which a client may send it. The key is the coding with
// a note.
func compressed(t testing.TB, text []byte) map[string][]byte {
	t.Helper()
	made := map[string][]byte{}
	for name, open := range map[string]func(io.Writer) (io.WriteCloser, error){
		"gzip":         func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil },
		"br":           func(w io.Writer) (io.WriteCloser, error) { return brotli.NewWriter(w), nil },
		"zstd":         func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) },
		"deflate":      func(w io.Writer) (io.WriteCloser, error) { return zlib.NewWriter(w), nil },
		"deflate, raw": func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) },
	} {
		var out bytes.Buffer
		w, err := open(&out)
		require.NoError(t, err)
		_, err = w.Write(text)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		made[name] = out.Bytes()
	}
	return made
}

func decoder(t testing.TB) *compression.Decoder {
	t.Helper()
	d, err := compression.NewDecoder([]string{"gzip", "br", "zstd", "deflate"})
	require.NoError(t, err)
	return d
}

func open(t testing.TB, d *compression.Decoder, name string, from io.Reader) io.ReadCloser {
	t.Helper()
	coding, _, _ := strings.Cut(name, ",")
	body, err := d.Open(strings.ToUpper(coding), io.NopCloser(from))
	require.NoError(t, err)
	return body
}

// TestDecoderReadsAllForms reads bodies of several sizes, valid and broken in turn, with the
// readers of one pool.
func TestDecoderReadsAllForms(t *testing.T) {
	t.Parallel()
	d := decoder(t)
	for _, size := range []int{0, 1, 5000, 300_000, 1} {
		text := bytes.Repeat([]byte("abcde"), size/5+1)[:size]
		for name, body := range compressed(t, text) {
			got, err := io.ReadAll(open(t, d, name, bytes.NewReader(body)))
			require.NoError(t, err, name)
			require.Equal(t, string(text), string(got), name)

			_, err = io.ReadAll(open(t, d, name, bytes.NewReader(body[:len(body)-1])))
			require.Error(t, err, "%s, cut off", name)
			_, err = io.ReadAll(open(t, d, name, strings.NewReader("\xfe not compressed")))
			require.Error(t, err, "%s, not compressed", name)
			if name != "zstd" { // no frame is valid, too
				_, err = io.ReadAll(open(t, d, name, strings.NewReader("")))
				require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%s, empty", name)
			}
		}
	}
	plain, err := io.ReadAll(open(t, d, "identity", strings.NewReader("as it is")))
	require.NoError(t, err)
	require.Equal(t, "as it is", string(plain))
	for _, coding := range []string{"gzip, br", "compress", "*"} {
		_, err := d.Open(coding, nil)
		require.ErrorIs(t, err, compression.ErrUnsupported, coding)
	}
}

// TestDecoderPassesErrorsOn checks that a decoder wraps the error of a body that exceeds its
// limit, and that a body that is not read to its end can be closed.
func TestDecoderPassesErrorsOn(t *testing.T) {
	t.Parallel()
	d := decoder(t)
	limit := errors.New("the limit")
	for name, body := range compressed(t, bytes.Repeat([]byte("0123456789"), 5000)) {
		got := open(t, d, name, io.MultiReader(bytes.NewReader(body[:len(body)/2]), failing{limit}))
		_, err := io.ReadAll(got)
		require.ErrorIs(t, err, limit, name)

		got = open(t, d, name, bytes.NewReader(body))
		_, err = io.ReadFull(got, make([]byte, 10))
		require.NoError(t, err, name)
		require.NoError(t, got.Close())
		_, err = got.Read(make([]byte, 10))
		require.ErrorIs(t, err, io.ErrClosedPipe, name)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestAZstdWindowIsBounded checks that a body of a few bytes cannot claim a large window.
func TestAZstdWindowIsBounded(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out, zstd.WithWindowSize(64<<20), zstd.WithSingleSegment(false))
	require.NoError(t, err)
	chunk := bytes.Repeat([]byte{7}, 1<<20)
	for range 9 {
		_, err = w.Write(chunk)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	_, err = io.Copy(io.Discard, open(t, decoder(t), "zstd", &out))
	require.ErrorIs(t, err, zstd.ErrWindowSizeExceeded)
}

func encoder(t testing.TB, codings ...string) *compression.Encoder {
	t.Helper()
	e, err := compression.NewEncoder(codings, 1000)
	require.NoError(t, err)
	return e
}

func TestChoose(t *testing.T) {
	t.Parallel()
	e := encoder(t, "zstd", "br", "gzip")
	for accept, want := range map[string]string{
		"":                                "",
		"gzip":                            "gzip",
		"x-gzip":                          "gzip",
		"GZIP":                            "gzip",
		"gzip, deflate, br, zstd":         "zstd",
		"gzip, deflate, br":               "br",
		"gzip;q=1, br;q=0.5":              "gzip",
		"br ; q=0.5 , gzip;q=0.4":         "br",
		"*":                               "zstd",
		"*;q=0.1, gzip;q=0.2":             "gzip",
		"*, zstd;q=0":                     "br",
		"gzip;q=0":                        "",
		"gzip;q=2":                        "",
		"gzip;q=x":                        "",
		"identity":                        "",
		"identity;q=1, gzip;q=0.5":        "",
		"identity;q=0.5, gzip;q=1":        "gzip",
		"identity;q=0, *;q=0":             "",
		"deflate":                         "",
		"gzipped, brr":                    "",
		"gzip" + strings.Repeat(",", 100): "gzip",
	} {
		require.Equal(t, want, e.Choose(accept, 1000), accept)
	}
	require.Empty(t, e.Choose("gzip", 999), "too small")
}

// TestEncode encodes in several goroutines at once, and checks that clients can read the results.
func TestEncode(t *testing.T) {
	t.Parallel()
	e, d := encoder(t, "zstd", "br", "gzip"), decoder(t)
	var clients sync.WaitGroup
	for i := range 8 {
		clients.Go(func() {
			for _, coding := range []string{"zstd", "br", "gzip", "gzip", "br", "zstd"} {
				text := strings.Repeat(fmt.Sprintf("answer %d. ", i), 1000*(i+1))
				buffer := e.Encode(coding, []byte(text))
				body, err := d.Open(coding, io.NopCloser(buffer))
				if err != nil {
					t.Error(err)
					return
				}
				got, err := io.ReadAll(body)
				if err != nil || string(got) != text {
					t.Errorf("%s: %v", coding, err)
				}
				e.Release(buffer)
			}
		})
	}
	clients.Wait()
	for _, coding := range []string{"zstd", "br", "gzip"} {
		require.Nil(t, e.Encode(coding, []byte("x")), "it would not be smaller")
	}
}

func TestWrongCodings(t *testing.T) {
	t.Parallel()
	for _, codings := range [][]string{{"deflate"}, {"gzip", "gzip"}, {""}} {
		_, err := compression.NewEncoder(codings, 1)
		require.Error(t, err, codings)
	}
	_, err := compression.NewDecoder([]string{"compress"})
	require.Error(t, err)
	none, err := compression.NewEncoder(nil, 1)
	require.NoError(t, err)
	require.Nil(t, none)
}

// BenchmarkEncode measures the codings for a response of about 87 KB.
func BenchmarkEncode(b *testing.B) {
	var text []byte
	for i := 0; len(text) < 87<<10; i++ {
		text = fmt.Appendf(text, `{"id":"p%d","name":"Product %d","price":{"amount":%d}},`, i, i*7, i*31%9973)
	}
	e := encoder(b, "zstd", "br", "gzip")
	for _, coding := range []string{"zstd", "br", "gzip"} {
		b.Run(coding, func(b *testing.B) {
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				buffer := e.Encode(coding, text)
				size = buffer.Len()
				e.Release(buffer)
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}

func ExampleEncoder() {
	e, err := compression.NewEncoder([]string{"br", "gzip"}, 4096)
	fmt.Println(e.Choose("gzip, br;q=0.9", 10_000), err)
	// Output: gzip <nil>
}
