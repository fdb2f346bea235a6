package fetch

import (
	"errors"
	"io"
	"net/http"
)

const (
	// unread is the initial buffer size for an answer of unknown length.
	unread = 4 << 10
	// announced is the most memory that is allocated for an announced length before bytes arrive.
	// A subgraph that announces 64 MiB on each of its 128 connections then costs 16 MiB instead of
	// 8 GiB. Most answers are shorter, and are read at once.
	announced = 128 << 10
)

// readLength reads an answer of known length.
func (b *Buffers) readLength(from io.Reader, length int) ([]byte, error) {
	body := b.Get(min(length, announced))
	for {
		n, err := io.ReadFull(from, body[len(body):min(cap(body), length)])
		body = body[:len(body)+n]
		switch {
		case err != nil:
			b.Put(body)
			return nil, noEOF(err)
		case len(body) == length:
			return body, nil
		}
		body = b.larger(body, min(length, 2*len(body)))
	}
}

// readUpTo reads to the end into a buffer that starts with a size and grows. It returns an error
// if the limit comes first.
func (b *Buffers) readUpTo(from io.Reader, first int, limit int64) ([]byte, error) {
	body := b.Get(first)
	for {
		n, err := from.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case int64(len(body)) > limit:
			b.Put(body)
			return nil, errTooLarge
		case errors.Is(err, io.EOF):
			return body, nil
		case err != nil:
			b.Put(body)
			return nil, err
		case len(body) == cap(body):
			body = b.larger(body, 2*len(body))
		}
	}
}

// larger moves the bytes that were read into a larger buffer.
func (b *Buffers) larger(body []byte, size int) []byte {
	moved := append(b.Get(size), body...)
	b.Put(body)
	return moved
}

// noEOF turns io.EOF into an error that callers do not take for a regular end.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readAll reads an answer that arrived through net/http.
func (b *Buffers) readAll(response *http.Response, limit int64, left *budget) ([]byte, error) {
	switch length := response.ContentLength; {
	case length > limit:
		return nil, errTooLarge
	case length <= 0:
		return b.readUpTo(taking{response.Body, left}, unread, limit)
	default:
		if err := left.take(int(length)); err != nil {
			return nil, err
		}
		return b.readLength(response.Body, int(length))
	}
}
