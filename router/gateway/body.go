package gateway

import (
	"io"
	"net/http"
	"slices"
	"sync"
)

// bodies are the memory of requests' bodies. A body is read and given back within its request.
type bodies struct{ pool sync.Pool }

// read reads a request's body, of at most so many bytes.
func (b *bodies) read(w http.ResponseWriter, r *http.Request, most int64) (*[]byte, error) {
	body, ok := b.pool.Get().(*[]byte)
	if !ok {
		body = new([]byte)
	}
	var err error
	if r.ContentLength >= 0 && r.ContentLength <= most {
		*body = slices.Grow((*body)[:0], int(r.ContentLength))[:r.ContentLength]
		_, err = io.ReadFull(r.Body, *body)
	} else {
		*body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	}
	return body, err
}

// largestBodyKept is the largest body whose memory is kept for another.
const largestBodyKept = 64 << 10

// release takes the memory of a body. Nothing that points into it may be used after.
func (b *bodies) release(body *[]byte) {
	if body != nil && cap(*body) <= largestBodyKept {
		b.pool.Put(body)
	}
}
