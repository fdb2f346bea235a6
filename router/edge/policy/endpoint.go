package policy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Endpoint is a service that decides policies.
type Endpoint struct {
	// URL is the service's address. It gets a POST with
	//
	//	{"policies": ["name"], "claims": {…} or null,
	//	 "operation": {"name": "…", "kind": "query"}, "headers": {"name": "value"}}
	//
	// and answers with status 200 and {"granted": ["name"]}.
	URL string
	// Timeout limits the time of one request.
	Timeout time.Duration
	// Headers are the names of the client's headers that the service gets.
	Headers []string
}

// maxAnswer limits the size of an endpoint's answer, in bytes.
const maxAnswer = 64 << 10

// maxConnections limits the number of simultaneous requests to the endpoint. Further requests
// wait; the wait counts towards their timeout.
const maxConnections = 64

type endpoint struct {
	Endpoint
	client *http.Client
}

func newEndpoint(at Endpoint) *endpoint {
	if at.URL == "" {
		return nil
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxConnsPerHost, transport.MaxIdleConnsPerHost = maxConnections, maxConnections
	return &endpoint{at, &http.Client{
		Transport: transport, Timeout: at.Timeout,
		// Do not follow redirects: they could send the claims to another host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// question is the body of a request to the endpoint.
type question struct {
	Policies  []string          `json:"policies"`
	Claims    map[string]any    `json:"claims"`
	Operation map[string]string `json:"operation"`
	Headers   map[string]string `json:"headers"`
}

// granted asks the endpoint which of the policies a request meets.
func (e *endpoint) granted(ctx context.Context, r Request, names []string) ([]string, error) {
	headers := map[string]string{}
	for _, name := range e.Headers {
		if values := r.Header.Values(name); len(values) > 0 {
			headers[strings.ToLower(name)] = strings.Join(values, ", ")
		}
	}
	body, err := json.Marshal(question{
		Policies: names, Claims: r.Claims, Headers: headers,
		Operation: map[string]string{"name": r.Operation, "kind": r.Kind},
	})
	if err != nil {
		return nil, fmt.Errorf("encoding the question: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("asking the policy endpoint: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := e.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking the policy endpoint: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the policy endpoint answered with status %d", response.StatusCode)
	}
	var answer struct {
		Granted []string `json:"granted"`
	}
	err = json.NewDecoder(io.LimitReader(response.Body, maxAnswer)).Decode(&answer)
	if err != nil {
		return nil, fmt.Errorf("reading the policy endpoint's answer: %w", err)
	}
	notAsked := func(name string) bool { return !slices.Contains(names, name) }
	return slices.DeleteFunc(answer.Granted, notAsked), nil
}

// lowerCase returns headers with names in lower case. Several values are joined with commas.
func lowerCase(header http.Header) map[string]string {
	all := make(map[string]string, len(header))
	for name, values := range header {
		all[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return all
}
