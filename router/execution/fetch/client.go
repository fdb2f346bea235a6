// Package fetch sends GraphQL requests to subgraphs over HTTP.
//
//	Client, for the life of a schema ──For(client's headers)──▶ Request, for one client request
//	executor ──subgraph, body──▶ Request ──POST, application/json──▶ subgraph
//	executor ◀──answer's bytes or *Error── Request ◀── status, headers, body
//
// Input: a GraphQL request as JSON. Output: the subgraph's answer unchanged, or an Error whose
// code says what happened. Rules say which headers and cookies pass between client and subgraph in
// addition to the GraphQL request (see package headers); nothing else passes.
//
// An Error is retryable if it is safe and useful to send the client's request again:
//
//	what happened                                query   mutation
//	no connection, or none in time               yes     yes
//	429, 503: the request was not accepted       yes     yes
//	502, 504: a proxy got no answer              yes     no
//	no answer in time, or an incomplete one      yes     no
//	a certificate that cannot be verified        no      no
//	any other status, or an unreadable answer    no      no
//
// A mutation that a subgraph may have begun could be executed twice. Once one of its requests was
// answered, no later error of the mutation is retryable, because a retry would repeat the first
// part.
//
// Equal requests that are in flight at the same time can share one answer: see Request.Share.
//
// Subgraphs at http:// addresses are called by http1, all others by net/http. The results are the
// same. A client of NewPlainClient calls all subgraphs by net/http.
package fetch

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/trefoil-graph/trefoil/router/execution/headers"
	"github.com/trefoil-graph/trefoil/router/execution/inflight"
)

// Subgraph configures the calls to one subgraph.
type Subgraph struct {
	Name    string
	URL     string
	Timeout time.Duration
	// ForwardHeaders and ForwardCookies name the headers and cookies of the client's request that
	// are sent to the subgraph.
	ForwardHeaders []string
	ForwardCookies []string
	// ClientAddress is true if the client's address is sent to the subgraph, provided that From
	// was called.
	ClientAddress bool
	// ReturnHeaders name the headers of the subgraph's answer that are sent to the client.
	ReturnHeaders []string
	// RequestRules change what ForwardHeaders pass on, and ResponseRules what ReturnHeaders do; nil
	// changes nothing.
	RequestRules  *headers.Request
	ResponseRules *headers.Response
	// TLS configures connections to an https URL; nil uses the defaults of net/http.
	TLS *tls.Config
}

// Limits bound the resources that one subgraph may use.
type Limits struct {
	// ResponseBytes is the size of the largest answer.
	ResponseBytes int64
	// Connections is how many connections may be open at once; further requests wait.
	Connections int
	// ConnectTimeout bounds the DNS look-up of a subgraph's name, and the dial to each address.
	// Zero means DefaultConnectTimeout.
	ConnectTimeout time.Duration
}

// Client calls the subgraphs of one schema. It is safe for concurrent use.
type Client struct {
	subgraphs map[string]target
	http      *http.Client   // of the subgraphs without TLS
	withTLS   []*http.Client // of the others, one for each
	dialer    *dialer
	pools     map[string]*pool // by address
	buffers   *Buffers
	limits    Limits
	// passedHeaders and passedCookies are the names of all headers and cookies that are forwarded
	// to any subgraph.
	passedHeaders, passedCookies []string
	// passedPatterns match the names of further headers that may be forwarded.
	passedPatterns []*regexp.Regexp
	rules          []*Subgraph // the distinct forwarding rules
	// restricts is true if the client gets the most restrictive Cache-Control of all answers.
	restricts bool
	flights   *inflight.Group[outcome]
	// changes counts the mutations that have ended: a request that starts after one must not get
	// an answer from before it.
	changes atomic.Uint64
}

// target is a subgraph with its clients. http1 is nil if net/http is used for all requests;
// otherwise only redirects use it.
type target struct {
	Subgraph
	rule  int // index of the rule by which headers are forwarded
	http1 *http1
	http  *http.Client
}

// NewClient returns a client with its own connection pools.
func NewClient(subgraphs []Subgraph, limits Limits) *Client {
	return newClient(subgraphs, limits, false)
}

// NewPlainClient returns a client without optimizations, which gives the same results: it does not
// use http1, and allocates a buffer for each answer.
func NewPlainClient(subgraphs []Subgraph, limits Limits) *Client {
	return newClient(subgraphs, limits, true)
}

func newClient(subgraphs []Subgraph, limits Limits, plain bool) *Client {
	dialer := newDialer(limits)
	hosts := newHosts(dialer)
	c := &Client{
		dialer:    dialer,
		subgraphs: make(map[string]target, len(subgraphs)),
		pools:     map[string]*pool{},
		buffers:   &Buffers{plain: plain},
		limits:    limits,
		http:      overNetHTTP(limits, hosts, nil),
	}
	c.flights = inflight.New(func(o outcome) { c.buffers.Put(o.body) })
	for _, s := range subgraphs {
		s.ForwardHeaders = slices.DeleteFunc(canonical(s.ForwardHeaders), isOurs)
		if s.ClientAddress {
			s.ForwardHeaders = slices.DeleteFunc(s.ForwardHeaders, func(name string) bool {
				return name == forwardedHeader
			})
		}
		s.ReturnHeaders = canonical(s.ReturnHeaders)
		to := target{Subgraph: s, rule: c.rule(&s), http: c.http}
		if s.TLS != nil {
			to.http = overNetHTTP(limits, hosts, s.TLS)
			c.withTLS = append(c.withTLS, to.http)
		}
		if !plain {
			to.http1 = c.http1For(s)
		}
		c.subgraphs[s.Name] = to
		read, patterns := s.RequestRules.Reads()
		c.passedHeaders = slices.Concat(c.passedHeaders, s.ForwardHeaders, read)
		c.passedPatterns = append(c.passedPatterns, patterns...)
		c.restricts = c.restricts || s.ResponseRules.Restricts()
		c.passedCookies = append(c.passedCookies, s.ForwardCookies...)
	}
	c.passedHeaders, c.passedCookies = canonical(c.passedHeaders), distinct(c.passedCookies)
	return c
}

// isOurs reports whether a header belongs to one connection or is set by the router, so that it is
// never forwarded. Cookies have a rule of their own.
func isOurs(name string) bool {
	switch name {
	case "Accept", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "Cookie",
		"Host", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade", RequestIDHeader:
		return true
	default:
		return false
	}
}

// http1For returns the http1 client of a subgraph, or nil if its address needs net/http. Subgraphs
// at the same address share their connections.
func (c *Client) http1For(s Subgraph) *http1 {
	u, err := url.Parse(s.URL)
	if err != nil || !speaksHTTP1(u) {
		return nil
	}
	address := hostPort(u)
	if c.pools[address] == nil {
		c.pools[address] = newPool(c.dialer, address, c.limits.Connections)
	}
	made := newHTTP1(u, c.pools[address], c.buffers, c.limits.ResponseBytes, s.ReturnHeaders)
	made.rules = s.ResponseRules
	return made
}

// Changed records that a mutation has ended. Call it before the client gets the response.
func (c *Client) Changed() { c.changes.Add(1) }

// Buffers returns the pools for answers. Other packages may use them, too.
func (c *Client) Buffers() *Buffers { return c.buffers }

// Close closes the idle connections.
func (c *Client) Close() {
	c.http.CloseIdleConnections()
	for _, client := range c.withTLS {
		client.CloseIdleConnections()
	}
	for _, p := range c.pools {
		p.close()
	}
}

func overNetHTTP(limits Limits, to *hosts, secure *tls.Config) *http.Client {
	made := transport(limits, to)
	made.TLSClientConfig = secure
	return &http.Client{
		Transport: made,
		// See follow: a redirected POST would become a GET.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// transport keeps as many idle connections as may be open: with the default of two, each burst
// would have to dial.
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

// For starts a client request. Its headers may be forwarded, and it collects the headers that
// subgraphs return.
func (c *Client) For(incoming http.Header, requestID string) *Request {
	return &Request{
		client: c, incoming: incoming, id: [1]string{requestID}, changes: c.changes.Load(),
	}
}

// canonical returns the names in canonical case, without duplicates.
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

// answer is a subgraph's answer.
type answer struct {
	status int
	header http.Header
	body   []byte
	// coding is the body's Content-Encoding, location the target of a redirect; most answers have
	// neither.
	coding, location string
}

var (
	errAddress  = errors.New("the subgraph's url is not valid")
	errRedirect = errors.New("the subgraph answers with a redirect")
)

// post sends one request through net/http, and reads the whole answer.
func (c *Client) post(ctx context.Context, q question) (answer, error) {
	ctx, cancel := context.WithDeadline(ctx, q.deadline)
	defer cancel()
	// The transport may read the body for a while after the answer has arrived, but the caller
	// reuses its memory.
	body := bytes.NewReader(bytes.Clone(q.body))
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, q.to.URL, body)
	if err != nil {
		return answer{}, fmt.Errorf("%w: %w", errAddress, err)
	}
	for _, f := range q.forwarded.fields {
		request.Header[f.Name] = f.Values
	}
	request.Header[RequestIDHeader] = q.id[:]
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Accept", accept)
	request.Header.Set("Accept-Encoding", identity)
	response, err := q.to.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	content, err := c.buffers.readAll(response, c.limits.ResponseBytes, q.budget)
	coding := strings.Join(response.Header["Content-Encoding"], ",")
	location := response.Header.Get("Location")
	return answer{response.StatusCode, response.Header, content, coding, location}, err
}
