package fetch

import "sync"

// buffers are answers' memory, used again when the executor has done with it.
type buffers struct{ pool sync.Pool }

// get returns an empty buffer with room for so many bytes.
func (b *buffers) get(size int) []byte {
	if kept, ok := b.pool.Get().(*[]byte); ok && cap(*kept) >= size {
		return (*kept)[:0]
	}
	return make([]byte, 0, max(size, 512))
}

func (b *buffers) put(buffer []byte) {
	if cap(buffer) > 0 && cap(buffer) <= largestKept {
		b.pool.Put(&buffer)
	}
}
