package gateway

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
)

const (
	// smallBody is the initial size in bytes of a body's buffer. It suffices for most requests.
	smallBody = 4 << 10
	// largestBodyKept is the size in bytes of the largest buffer that is kept for reuse.
	largestBodyKept = 64 << 10
)

// bodies is a pool of buffers for request bodies. A body is read and released within its request.
type bodies struct {
	pool sync.Pool
	// isPlain is true if buffers are not reused.
	isPlain bool
}

// read reads a request's body of at most so many bytes. The buffer grows with the bytes that
// arrive, and not with the Content-Length, because announcing a large body costs a client nothing.
func (b *bodies) read(w http.ResponseWriter, r *http.Request, most int64) (*[]byte, error) {
	body, ok := b.pool.Get().(*[]byte)
	if !ok {
		body = new([]byte)
	}
	from, length := io.Reader(r.Body), r.ContentLength
	if length < 0 || length > most {
		from, length = http.MaxBytesReader(w, r.Body, most), -1
	}
	var err error
	*body, err = readAll((*body)[:0], from, length)
	return body, err
}

// readAll appends the bytes that arrive to body, up to length. A length of -1 means that it is
// unknown.
func readAll(body []byte, from io.Reader, length int64) ([]byte, error) {
	for int64(len(body)) != length {
		if len(body) == cap(body) {
			body = slices.Grow(body, max(len(body), smallBody))
		}
		room := body[len(body):cap(body)]
		if length >= 0 {
			room = room[:min(int64(len(room)), length-int64(len(body)))]
		}
		n, err := from.Read(room)
		body = body[:len(body)+n]
		switch {
		case errors.Is(err, io.EOF) && length >= 0 && int64(len(body)) < length:
			return body, io.ErrUnexpectedEOF
		case errors.Is(err, io.EOF):
			return body, nil
		case err != nil:
			return body, err
		}
	}
	return body, nil
}

// release takes back a body's buffer. The caller must not use the buffer, or slices of it,
// afterwards.
func (b *bodies) release(body *[]byte) {
	if !b.isPlain && body != nil && cap(*body) <= largestBodyKept {
		b.pool.Put(body)
	}
}
