package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"
)

// identity requests an answer without compression: subgraphs are near, so compressing costs more
// time than it saves.
const identity = "identity"

var errCoding = errors.New("the answer has a content coding that the router does not support")

// decodeOrLeave drops the body of a failed request if it cannot be decoded: the status is enough.
func (c *Client) decodeOrLeave(got answer, b *budget) (answer, error) {
	decoded, err := c.decode(got, b)
	if errors.Is(err, errCoding) && got.status/100 != 2 {
		got.body, err = nil, nil
		return got, err
	}
	return decoded, err
}

// decode decompresses an answer. Some servers and proxies compress everything, even though the
// request asked for identity. The limit and the budget count decompressed bytes.
func (c *Client) decode(got answer, b *budget) (answer, error) {
	codings := strings.Split(got.coding, ",")
	for i := len(codings) - 1; i >= 0; i-- { // the last was applied last
		unpacked, err := unpack(strings.ToLower(strings.TrimSpace(codings[i])), got.body)
		if err != nil {
			return answer{}, err
		}
		body, err := c.buffers.readUpTo(taking{unpacked, b}, len(got.body), c.limits.ResponseBytes)
		if err != nil {
			return answer{}, err
		}
		c.buffers.Put(got.body)
		got.body = body
	}
	return got, nil
}

func unpack(coding string, body []byte) (io.Reader, error) {
	from := bytes.NewReader(body)
	switch coding {
	case "", identity:
		return from, nil
	case "gzip", "x-gzip":
		return wrap(gzip.NewReader(from))
	case "deflate":
		// RFC 9110, section 8.4.1.2: zlib's format; some servers leave out its header.
		if unpacked, err := zlib.NewReader(from); err == nil {
			return unpacked, nil
		}
		return flate.NewReader(bytes.NewReader(body)), nil
	default:
		return nil, fmt.Errorf("%w: %.20q", errCoding, coding)
	}
}

func wrap(from *gzip.Reader, err error) (io.Reader, error) {
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errCoding, err)
	}
	return from, nil
}
