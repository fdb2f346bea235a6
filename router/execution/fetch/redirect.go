package fetch

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// redirects is how many redirects one request follows.
const redirects = 3

// follow sends the request to the address of a redirect if that is on the same host: a server that
// moves /graphql to /graphql/ is still the configured one. The method stays POST for 301 and 302,
// too. A redirect to another host is not followed, because the request may carry a client's
// identity.
func (c *Client) follow(ctx context.Context, q question, got answer) (answer, error) {
	for range redirects {
		to, err := q.to.redirected(got)
		if err != nil {
			return answer{}, err
		}
		q.to.URL = to
		c.buffers.Put(got.body)
		if got, err = c.post(ctx, q); err != nil || !got.isRedirect() {
			return got, err
		}
	}
	return answer{}, fmt.Errorf("%w more than %d times", errRedirect, redirects)
}

func (a answer) isRedirect() bool {
	switch a.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect,
		http.StatusPermanentRedirect:
		return a.location != ""
	default:
		return false
	}
}

// redirected returns the address to which an answer redirects.
func (t target) redirected(a answer) (string, error) {
	from, err := url.Parse(t.URL)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errAddress, err)
	}
	to, err := from.Parse(a.location)
	if err != nil {
		return "", fmt.Errorf("%w with status %d to an invalid address: %w", errRedirect, a.status, err)
	}
	if to.Scheme != from.Scheme || to.Host != from.Host {
		return "", fmt.Errorf("%w with status %d to %s: "+
			"if that is the right address, configure it as the subgraph's url",
			errRedirect, a.status, to)
	}
	return to.String(), nil
}
