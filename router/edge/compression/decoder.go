package compression

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// largestWindow is the largest window of a zstd body, in bytes. RFC 9659 sets this limit for HTTP.
const largestWindow = 8 << 20

// ErrUnsupported means that a Decoder does not support the coding of a body.
var ErrUnsupported = errors.New("the content coding is not supported")

// Decoder decompresses the bodies of requests. It is safe for concurrent use.
type Decoder struct {
	codings []string
	pools   map[string]*sync.Pool // of reader
}

// reader decompresses one body at a time.
type reader interface {
	io.Reader
	reset(from io.Reader) error
}

// NewDecoder returns a decoder for the codings. Without a coding it returns nil.
func NewDecoder(codings []string) (*Decoder, error) {
	if len(codings) == 0 {
		return nil, nil
	}
	if err := check(codings, []string{Gzip, Brotli, Zstd, Deflate}); err != nil {
		return nil, err
	}
	return &Decoder{codings: codings, pools: map[string]*sync.Pool{
		Gzip:    {New: func() any { return &gzipReader{} }},
		Brotli:  {New: func() any { return brotliReader{brotli.NewReader(nil)} }},
		Zstd:    {New: func() any { return &zstdReader{} }},
		Deflate: {New: func() any { return &deflateReader{} }},
	}}, nil
}

// Supported returns the value of an Accept-Encoding header with the codings.
func (d *Decoder) Supported() string { return strings.Join(d.codings, ", ") }

// Open returns a reader of the decompressed body. The coding is the value of the Content-Encoding
// header; without one, Open returns the body itself. The reader's Close gives its memory back to a
// pool, and does not close the body.
func (d *Decoder) Open(coding string, body io.ReadCloser) (io.ReadCloser, error) {
	coding = strings.ToLower(strings.TrimSpace(coding))
	if coding == "" || coding == "identity" {
		return body, nil
	}
	if coding == "x-gzip" { // RFC 9110, section 8.4.1.3
		coding = Gzip
	}
	for _, supported := range d.codings {
		if coding == supported {
			return &opened{coding: coding, from: body, pool: d.pools[coding]}, nil
		}
	}
	return nil, ErrUnsupported
}

// opened decompresses one body. It takes a reader from the pool at the first Read, and returns it
// at the end of the body.
type opened struct {
	coding string
	from   io.Reader
	pool   *sync.Pool
	reader reader
	err    error
}

func (o *opened) Read(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	if o.reader == nil {
		o.reader = o.pool.Get().(reader)
		if err := o.reader.reset(o.from); err != nil {
			return 0, o.end(err)
		}
	}
	n, err := o.reader.Read(p)
	if err != nil {
		err = o.end(err)
	}
	return n, err
}

// end keeps the error of the last Read, and returns the reader to its pool.
func (o *opened) end(err error) error {
	if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%s: %w", o.coding, err)
	}
	o.err = err
	_ = o.Close()
	return err
}

// Close implements io.Closer.
func (o *opened) Close() error {
	if o.reader != nil {
		_ = o.reader.reset(nothing{}) // a pooled reader must not keep the body in memory
		o.pool.Put(o.reader)
		o.reader = nil
	}
	if o.err == nil {
		o.err = io.ErrClosedPipe
	}
	return nil
}

// nothing is an empty body.
type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, io.EOF }

type gzipReader struct{ gzip.Reader }

func (r *gzipReader) reset(from io.Reader) error {
	err := r.Reset(from)
	if errors.Is(err, io.EOF) { // an empty body has no header of gzip
		return io.ErrUnexpectedEOF
	}
	return err
}

type brotliReader struct{ *brotli.Reader }

func (r brotliReader) reset(from io.Reader) error { return r.Reset(from) }

type zstdReader struct{ *zstd.Decoder }

func (r *zstdReader) reset(from io.Reader) (err error) {
	if r.Decoder != nil {
		return r.Reset(from)
	}
	// With concurrency 1, a decoder starts no goroutine, so it need not be closed.
	r.Decoder, err = zstd.NewReader(from, zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(largestWindow))
	return err
}

// deflateReader reads the zlib format, as RFC 9110 requires, and raw deflate, which some clients
// send instead.
type deflateReader struct {
	buffer *bufio.Reader
	zlib   io.ReadCloser
	raw    io.ReadCloser
	io.Reader
}

func (r *deflateReader) reset(from io.Reader) (err error) {
	if r.buffer == nil {
		r.buffer = bufio.NewReader(from)
	} else {
		r.buffer.Reset(from)
	}
	head, err := r.buffer.Peek(2)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return err
	case len(head) < 2:
		r.Reader = nothing{}
		return io.ErrUnexpectedEOF
	case head[0]&0x0f != 8 || (int(head[0])<<8|int(head[1]))%31 != 0:
		return r.resetRaw()
	case r.zlib == nil:
		r.zlib, err = zlib.NewReader(r.buffer)
	default:
		err = r.zlib.(zlib.Resetter).Reset(r.buffer, nil)
	}
	r.Reader = r.zlib
	return err
}

func (r *deflateReader) resetRaw() (err error) {
	if r.raw == nil {
		r.raw = flate.NewReader(r.buffer)
	} else {
		err = r.raw.(flate.Resetter).Reset(r.buffer, nil)
	}
	r.Reader = r.raw
	return err
}
