// Package fetch asks subgraphs over HTTP.
//
//	Client, for the life of a schema ──For(client's headers)──▶ Request, for one client request
//	executor ──subgraph, body──▶ Request ──POST, application/json──▶ subgraph
//	executor ◀──answer's bytes or *Error── Request ◀── status, headers, body
//
// Goes in: a GraphQL request as JSON. Comes out: the subgraph's answer as it came, or an Error whose code says
// what happened. What passes between client and subgraph beside the GraphQL request, headers and cookies, goes
// by rules that name each; what no rule names stays here.
//
// An Error is retryable if it is safe and useful to send the client's request again:
//
//	what happened                                query   mutation
//	no connection, or none in time               yes     yes
//	429, 503: the request was not taken          yes     yes
//	502, 504: a proxy got no answer              yes     no
//	no answer in time, or one that broke off     yes     no
//	a certificate that nobody vouches for        no      no
//	any other status, or an unreadable answer    no      no
//
// A mutation that a subgraph may have begun could be done twice. After one of its requests was
// answered, no later error of it is retryable, because a repetition would repeat the first part.
//
// Equal requests that are in flight at the same time may be one: Sharing, and share.go.
//
// Subgraphs at plain http:// addresses are asked by http1, all others by net/http. What comes out is the same.
package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/trefoil-graph/trefoil/router/inflight"
)

// Subgraph says how one subgraph is called.
type Subgraph struct {
	Name    string
	URL     string
	Timeout time.Duration
	// ForwardHeaders and ForwardCookies name what is sent on to the subgraph of the client's request.
	ForwardHeaders []string
	ForwardCookies []string
	// ClientAddress sends on who asks, if the request tells: see From.
	ClientAddress bool
	// ReturnHeaders name what is sent back to the client of the subgraph's answer.
	ReturnHeaders []string
}

// Limits bound what one subgraph may take.
type Limits struct {
	// ResponseBytes is the greatest answer.
	ResponseBytes int64
	// Connections is how many may be open at once; requests beyond that wait.
	Connections int
	// ConnectTimeout bounds the look-up of a subgraph's name, and the dial to each address.
	// 0: DefaultConnectTimeout.
	ConnectTimeout time.Duration
}

// Client calls the subgraphs of one schema. It is read-only once made, and safe for use by many goroutines.
type Client struct {
	subgraphs map[string]target
	http      *http.Client
	dialer    *dialer
	pools     map[string]*pool // by address
	buffers   *Buffers
	limits    Limits
	// passed are the names of all that is forwarded to any subgraph.
	passedHeaders, passedCookies []string
	rules                        []*Subgraph // what is forwarded, each once
	flights                      *inflight.Group[outcome]
	// changes counts the mutations that have ended: what is asked after one is never answered by what was asked before.
	changes atomic.Uint64
}

// target is a subgraph, and how it is asked if that is by plain HTTP/1.1; else it is by net/http.
type target struct {
	Subgraph
	rule  int // by which headers are forwarded
	plain *http1
}

// NewClient makes a client with connection pools of its own.
func NewClient(subgraphs []Subgraph, limits Limits) *Client {
	dialer := newDialer(limits)
	c := &Client{
		dialer:    dialer,
		subgraphs: make(map[string]target, len(subgraphs)),
		pools:     map[string]*pool{},
		buffers:   new(Buffers),
		limits:    limits,
		http: &http.Client{
			Transport: transport(limits, newHosts(dialer)),
			// See follow: a redirected POST would become a GET.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	c.flights = inflight.New(func(o outcome) { c.buffers.Put(o.body) })
	for _, s := range subgraphs {
		s.ForwardHeaders = slices.DeleteFunc(canonical(s.ForwardHeaders), isOurs)
		if s.ClientAddress {
			s.ForwardHeaders = slices.DeleteFunc(s.ForwardHeaders, func(name string) bool { return name == forwardedHeader })
		}
		s.ReturnHeaders = canonical(s.ReturnHeaders)
		c.subgraphs[s.Name] = target{s, c.rule(&s), c.plain(s)}
		c.passedHeaders = append(c.passedHeaders, s.ForwardHeaders...)
		c.passedCookies = append(c.passedCookies, s.ForwardCookies...)
	}
	c.passedHeaders, c.passedCookies = canonical(c.passedHeaders), distinct(c.passedCookies)
	return c
}

// isOurs reports whether a header is about one connection, or is ours to set: it is never forwarded as it is. Cookies have
// a rule of their own.
func isOurs(name string) bool {
	switch name {
	case "Accept", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "Cookie", "Host", "Keep-Alive", "Te", "Trailer",
		"Transfer-Encoding", "Upgrade", RequestIDHeader:
		return true
	default:
		return false
	}
}

// plain is nil if the subgraph's address is not one for http1. Subgraphs of one address share their connections.
func (c *Client) plain(s Subgraph) *http1 {
	u, err := url.Parse(s.URL)
	if err != nil || !isPlain(u) {
		return nil
	}
	address := hostPort(u)
	if c.pools[address] == nil {
		c.pools[address] = newPool(c.dialer, address, c.limits.Connections)
	}
	return newHTTP1(u, c.pools[address], c.buffers, c.limits.ResponseBytes, s.ReturnHeaders)
}

// Changed says that a mutation has ended, before its client is told.
func (c *Client) Changed() { c.changes.Add(1) }

// Buffers are where the client has the memory of answers from: others may have theirs from there too.
func (c *Client) Buffers() *Buffers { return c.buffers }

// Close ends the connections that are idle.
func (c *Client) Close() {
	c.http.CloseIdleConnections()
	for _, p := range c.pools {
		p.close()
	}
}

// transport keeps as many idle connections as may be open: with the default of two, each burst would dial anew.
func transport(limits Limits, to *hosts) *http.Transport {
	return &http.Transport{
		DialContext:           to.dial,
		ForceAttemptHTTP2:     true,
		MaxConnsPerHost:       limits.Connections,
		MaxIdleConnsPerHost:   limits.Connections,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   5 * time.Second,
		ExpectContinueTimeout: time.Second,
		DisableCompression:    true, // see identity
	}
}

// For begins a client request: its headers are what may be forwarded, and what subgraphs return is collected.
func (c *Client) For(incoming http.Header, requestID string) *Request {
	return &Request{client: c, incoming: incoming, id: [1]string{requestID}, changes: c.changes.Load()}
}

// canonical leaves out what is there twice, in whatever case.
func canonical(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = textproto.CanonicalMIMEHeaderKey(name)
	}
	return distinct(out)
}

func distinct(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// answer is what a subgraph said.
type answer struct {
	status int
	header http.Header
	body   []byte
	// coding is the body's Content-Encoding, location where a redirect leads; most have neither.
	coding, location string
}

var (
	errAddress  = errors.New("the subgraph's url is not valid")
	errRedirect = errors.New("the subgraph redirects")
)

// post makes one request through net/http, and reads the whole answer.
func (c *Client) post(ctx context.Context, q question) (answer, error) {
	ctx, cancel := context.WithDeadline(ctx, q.deadline)
	defer cancel()
	// The transport may read the body for a while after the answer is there; the caller uses its memory again.
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, q.to.URL, bytes.NewReader(bytes.Clone(q.body)))
	if err != nil {
		return answer{}, fmt.Errorf("%w: %w", errAddress, err)
	}
	for _, f := range q.forwarded.fields {
		request.Header[f.name] = f.values
	}
	request.Header[RequestIDHeader] = q.id[:]
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Accept", accept)
	request.Header.Set("Accept-Encoding", identity)
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	content, err := c.buffers.readAll(response, c.limits.ResponseBytes, q.budget)
	coding := strings.Join(response.Header["Content-Encoding"], ",")
	return answer{response.StatusCode, response.Header, content, coding, response.Header.Get("Location")}, err
}
