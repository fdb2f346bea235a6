package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// RequestIDHeader carries the id of the client's request to the subgraphs.
const RequestIDHeader = "X-Request-Id"

// Request is one client request's way to the subgraphs. It is safe for use by many goroutines.
type Request struct {
	client    *Client
	incoming  http.Header
	cookies   []*http.Cookie
	requestID string

	mu       sync.Mutex
	returned http.Header
}

// Fetch posts the body to the subgraph and returns its answer. Every error is an *Error.
func (r *Request) Fetch(ctx context.Context, subgraph string, body []byte) ([]byte, error) {
	to, ok := r.client.subgraphs[subgraph]
	if !ok {
		return nil, &Error{Subgraph: subgraph, Code: CodeInternal, cause: errors.New("no such subgraph is configured")}
	}
	ctx, cancel := context.WithTimeout(ctx, to.Timeout)
	defer cancel()
	// The transport may read the body for a while after the answer is there; the caller uses its memory again.
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to.URL, bytes.NewReader(bytes.Clone(body)))
	if err != nil {
		return nil, &Error{Subgraph: subgraph, Code: CodeInternal, cause: err}
	}
	r.setHeaders(request.Header, to)
	got, err := r.client.send(to, request)
	if err != nil {
		return nil, err
	}
	r.collect(got.header, to)
	return got.body, judge(to, got.status, got.body)
}

func (r *Request) setHeaders(out http.Header, to Subgraph) {
	for _, name := range to.ForwardHeaders {
		if values := r.incoming[name]; len(values) > 0 {
			out[name] = values
		}
	}
	if cookie := r.cookieHeader(to.ForwardCookies); cookie != "" {
		out.Set("Cookie", cookie)
	}
	out.Set("Content-Type", "application/json")
	out.Set("Accept", "application/graphql-response+json, application/json")
	out.Set(RequestIDHeader, r.requestID)
}

func (r *Request) cookieHeader(names []string) string {
	var out []string
	for _, c := range r.cookies {
		if slices.Contains(names, c.Name) {
			out = append(out, c.Name+"="+c.Value)
		}
	}
	return strings.Join(out, "; ")
}

func (r *Request) collect(header http.Header, from Subgraph) {
	for _, name := range from.ReturnHeaders {
		values := header[name]
		if len(values) == 0 {
			continue
		}
		r.mu.Lock()
		r.returned[name] = append(r.returned[name], values...)
		r.mu.Unlock()
	}
}

// Returned is what the subgraphs' answers hold for the client, by the rules. To be asked once all are there.
func (r *Request) Returned() http.Header {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.returned.Clone()
}

var errTooLarge = errors.New("the answer is larger than the limit")

func readAll(response *http.Response, limit int64) ([]byte, error) {
	if response.ContentLength > limit {
		return nil, errTooLarge
	}
	var buffer bytes.Buffer
	if response.ContentLength > 0 {
		buffer.Grow(int(response.ContentLength) + bytes.MinRead)
	}
	if _, err := buffer.ReadFrom(io.LimitReader(response.Body, limit+1)); err != nil {
		return nil, err
	}
	if int64(buffer.Len()) > limit {
		return nil, errTooLarge
	}
	return buffer.Bytes(), nil
}

// judge says whether an answer is one of GraphQL's: subgraphs may give such with a status of 4xx, and a proxy in
// between gives others with any status.
func judge(from Subgraph, status int, content []byte) error {
	looksLikeJSON := bytes.HasPrefix(bytes.TrimLeft(content, " \t\r\n"), []byte("{"))
	switch {
	case status == http.StatusTooManyRequests:
		return &Error{Subgraph: from.Name, Code: CodeRateLimited, Retryable: true, cause: fmt.Errorf("status %d", status)}
	case status >= 500:
		return &Error{Subgraph: from.Name, Code: CodeUnavailable, Retryable: true, cause: fmt.Errorf("status %d", status)}
	case !looksLikeJSON:
		return &Error{Subgraph: from.Name, Code: CodeBadResponse, cause: fmt.Errorf("status %d with a body that is not a JSON object", status)}
	default:
		return nil
	}
}
