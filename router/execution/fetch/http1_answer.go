package fetch

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httputil"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
)

const (
	// lineBytes is the length of the longest line of a head, headLines the greatest number of
	// lines.
	lineBytes = 8 << 10
	headLines = 200
)

var errHead = errors.New("the answer is not valid HTTP/1.1")

// rest describes the body, as the head announces it.
type rest struct {
	length  int64 // -1 if the end of the connection ends the body
	chunked bool
	// keepAlive is true if the connection can be used again.
	keepAlive bool
}

// readHead reads the status and the relevant headers.
func (h *http1) readHead(from *bufio.Reader) (answer, rest, error) {
	for {
		a, r, err := h.readOneHead(from)
		if err != nil || a.status >= 200 {
			return a, r, err
		}
		if a.status == http.StatusSwitchingProtocols {
			return a, r, errHead
		}
	}
}

func (h *http1) readOneHead(from *bufio.Reader) (a answer, r rest, err error) {
	line, err := readLine(from)
	if err != nil {
		return a, r, err
	}
	if a.status, r.keepAlive, err = parseStatus(line); err != nil {
		return a, r, err
	}
	r.length = -1
	for range headLines {
		if line, err = readLine(from); err != nil {
			return a, r, err
		}
		if len(line) == 0 {
			return a, r, r.settle(a.status)
		}
		name, value, found := bytes.Cut(line, []byte{':'})
		if !found || len(name) == 0 || bytes.ContainsAny(name, " \t") {
			return a, r, errHead
		}
		if err := h.field(&a, &r, name, bytes.Trim(value, " \t")); err != nil {
			return a, r, err
		}
	}
	return a, r, errHead
}

// readLine reads a line without its line break. The line is valid until the next call.
func readLine(from *bufio.Reader) ([]byte, error) {
	line, err := from.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, errHead
	case errors.Is(err, io.EOF):
		return nil, io.ErrUnexpectedEOF
	case err != nil:
		return nil, err
	}
	return bytes.TrimSuffix(line[:len(line)-1], []byte{'\r'}), nil
}

// parseStatus parses a status line such as HTTP/1.1 200 OK. A connection of HTTP/1.0 is not kept.
func parseStatus(line []byte) (status int, keepAlive bool, err error) {
	text, found := bytes.CutPrefix(line, []byte("HTTP/1."))
	if !found || len(text) < 5 || text[1] != ' ' || len(text) > 5 && text[5] != ' ' {
		return 0, false, errHead
	}
	for _, digit := range text[2:5] {
		if digit < '0' || digit > '9' {
			return 0, false, errHead
		}
		status = status*10 + int(digit-'0')
	}
	if status < 100 {
		return 0, false, errHead
	}
	return status, text[0] == '1', nil
}

// field stores a relevant header.
func (h *http1) field(a *answer, r *rest, name, value []byte) error {
	switch {
	case equalFold(name, "content-length"):
		length, err := strconv.ParseInt(string(value), 10, 64)
		if err != nil || length < 0 || value[0] == '+' || r.length >= 0 && r.length != length {
			return errHead
		}
		r.length = length
	case equalFold(name, "transfer-encoding"):
		if !equalFold(value, "chunked") || r.chunked {
			return errHead
		}
		r.chunked = true
	case equalFold(name, "connection"):
		r.keepAlive = r.keepAlive && !strings.Contains(strings.ToLower(string(value)), "close")
	case equalFold(name, "content-encoding"):
		a.coding = strings.TrimPrefix(a.coding+","+string(value), ",")
	case a.status/100 == 3 && equalFold(name, "location"):
		a.location = string(value)
	case len(h.returned) > 0 || h.rules != nil:
		h.collect(a, name, value)
	}
	return nil
}

func (h *http1) collect(a *answer, name, value []byte) {
	at := slices.IndexFunc(h.returned, func(wanted string) bool { return equalFold(name, wanted) })
	var key string
	switch {
	case at >= 0:
		key = h.returned[at]
	case h.rules != nil:
		if key = textproto.CanonicalMIMEHeaderKey(string(name)); !h.rules.Reads(key) {
			return
		}
	default:
		return
	}
	if a.header == nil {
		a.header = http.Header{}
	}
	a.header[key] = append(a.header[key], string(value))
}

func equalFold(name []byte, wanted string) bool {
	return len(name) == len(wanted) && strings.EqualFold(string(name), wanted)
}

// settle decides where the body ends (RFC 9112, section 6.3).
func (r *rest) settle(status int) error {
	switch {
	case status == http.StatusNoContent || status == http.StatusNotModified:
		r.length, r.chunked = 0, false
	case r.chunked && r.length >= 0:
		return errHead // request smuggling, or a broken server
	case !r.chunked && r.length < 0:
		r.keepAlive = false
	}
	return nil
}

// readBody reads the body into a buffer from the pool.
func (h *http1) readBody(from *bufio.Reader, r *rest, b *budget) ([]byte, error) {
	switch {
	case r.length > h.limit:
		return nil, errTooLarge
	case r.length >= 0:
		if err := b.take(int(r.length)); err != nil {
			return nil, err
		}
		return h.buffers.readLength(from, int(r.length))
	case r.chunked:
		body, err := h.buffers.readUpTo(taking{httputil.NewChunkedReader(from), b}, unread, h.limit)
		if err != nil {
			return nil, err
		}
		// If there are trailers, the connection is not reused.
		line, err := readLine(from)
		r.keepAlive = r.keepAlive && err == nil && len(line) == 0
		return body, nil
	default:
		return h.buffers.readUpTo(taking{from, b}, unread, h.limit)
	}
}
