// Package fetch asks subgraphs over HTTP.
//
//	Client, for the life of a schema ──For(client's headers)──▶ Request, for one client request
//	executor ──subgraph, body──▶ Request ──POST, application/json──▶ subgraph
//	executor ◀──answer's bytes or *Error── Request ◀── status, headers, body
//
// Goes in: a GraphQL request as JSON. Comes out: the subgraph's answer as it came, or an Error whose code says
// what happened. What passes between client and subgraph beside the GraphQL request, headers and cookies, goes
// by rules that name each; what no rule names stays here.
package fetch

import (
	"net"
	"net/http"
	"net/textproto"
	"slices"
	"time"
)

// Subgraph says how one subgraph is called.
type Subgraph struct {
	Name    string
	URL     string
	Timeout time.Duration
	// ForwardHeaders and ForwardCookies name what is sent on to the subgraph of the client's request.
	ForwardHeaders []string
	ForwardCookies []string
	// ReturnHeaders name what is sent back to the client of the subgraph's answer.
	ReturnHeaders []string
}

// Limits bound what one subgraph may take.
type Limits struct {
	// ResponseBytes is the greatest answer.
	ResponseBytes int64
	// Connections is how many may be open at once; requests beyond that wait.
	Connections int
}

// Client calls the subgraphs of one schema. It is read-only once made, and safe for use by many goroutines.
type Client struct {
	subgraphs map[string]Subgraph
	http      *http.Client
	limits    Limits
}

// NewClient makes a client with connection pools of its own.
func NewClient(subgraphs []Subgraph, limits Limits) *Client {
	byName := make(map[string]Subgraph, len(subgraphs))
	for _, s := range subgraphs {
		s.ForwardHeaders = canonical(s.ForwardHeaders)
		s.ReturnHeaders = canonical(s.ReturnHeaders)
		byName[s.Name] = s
	}
	return &Client{
		subgraphs: byName,
		limits:    limits,
		http: &http.Client{
			Transport: transport(limits),
			// A redirected POST would become a GET; an address that moved is an error to be mended.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Close ends the connections that are idle.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// transport keeps as many idle connections as may be open: with the default of two, each burst would dial anew.
func transport(limits Limits) *http.Transport {
	dialer := net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		DialContext:           dialer.DialContext,
		ForceAttemptHTTP2:     true,
		MaxConnsPerHost:       limits.Connections,
		MaxIdleConnsPerHost:   limits.Connections,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   5 * time.Second,
		ExpectContinueTimeout: time.Second,
		// Subgraphs are near: packing costs more time than it saves.
		DisableCompression: true,
	}
}

// For begins a client request: its headers are what may be forwarded, and what subgraphs return is collected.
func (c *Client) For(incoming http.Header, requestID string) *Request {
	cookies := (&http.Request{Header: incoming}).Cookies()
	return &Request{client: c, incoming: incoming, cookies: cookies, requestID: requestID, returned: http.Header{}}
}

// canonical leaves out what is there twice, in whatever case.
func canonical(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = textproto.CanonicalMIMEHeaderKey(name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// answer is what a subgraph said.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send makes one request and reads the whole answer.
func (c *Client) send(to Subgraph, request *http.Request) (answer, error) {
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, unreachable(to, err)
	}
	defer response.Body.Close()
	body, err := readAll(response, c.limits.ResponseBytes)
	if err != nil {
		return answer{}, unreadable(to, err)
	}
	return answer{response.StatusCode, response.Header, body}, nil
}
