// Package browser protects the users of a server from pages of other origins.
//
//	request ──Guard.Check──▶ nil, or why a page of another origin may have sent it
//	answer's headers ◀──Protect── what browsers need to know about every answer
//
// A browser sends a user's cookies with requests that a page of another origin makes. It sends
// some of these requests at once ("simple" requests). For the others it asks the server first (a
// preflight), and this server never agrees. So a Guard refuses requests from other origins, and
// every GET that could be simple. Programs other than browsers send no cookies, no Origin and no
// Sec-Fetch-Site header, so a Guard accepts their requests.
//
// The router and the services use the same rules.
package browser

import (
	"mime"
	"net/http"
)

// CodeRefused is the code of the error for a request that a Guard refuses.
const CodeRefused = "CSRF_REFUSED"

// Refusal is the reason why a Guard refuses a request. Its text is for the client.
type Refusal string

// The reasons of a Guard.
const (
	OtherOrigin Refusal = "A page of another origin sent this request. " +
		"Send it from a page of this server's own origin; " +
		"programs leave out the headers Origin and Sec-Fetch-Site."
	SimpleGet Refusal = "Any page could make a browser send this GET. " +
		"Send the header X-Requested-With with any value, " +
		"or Content-Type: application/json, or use POST."
)

func (r Refusal) Error() string { return string(r) }

// Guard refuses requests that a page of another origin may have sent. A nil Guard refuses none.
type Guard struct{ origins http.CrossOriginProtection }

// NewGuard returns a Guard that accepts requests from pages of the trusted origins, too. An origin
// is written as scheme://host or scheme://host:port.
func NewGuard(trusted ...string) (*Guard, error) {
	g := new(Guard)
	for _, origin := range trusted {
		if err := g.origins.AddTrustedOrigin(origin); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// Check returns a Refusal if a page of another origin may have sent the request.
func (g *Guard) Check(r *http.Request) error {
	switch {
	case g == nil:
		return nil
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		return g.checkGet(r)
	case g.origins.Check(r) != nil:
		return OtherOrigin
	default:
		return nil
	}
}

// checkGet does what CrossOriginProtection leaves to the server: it treats every GET as harmless,
// but a GET that executes an operation costs work and uses the cookies.
func (g *Guard) checkGet(r *http.Request) error {
	named := r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Origin") != ""
	if !named && r.Header.Get("Cookie") == "" || preflighted(r.Header) {
		return nil
	}
	asPost := &http.Request{Method: http.MethodPost, Host: r.Host, Header: r.Header, URL: r.URL}
	if !named || g.origins.Check(asPost) != nil {
		return SimpleGet
	}
	return nil
}

// preflighted reports whether a browser asks the server before it sends a request with these
// headers for another origin.
func preflighted(h http.Header) bool {
	for _, name := range [...]string{
		"X-Requested-With", "Apollo-Require-Preflight", "Graphql-Require-Preflight",
	} {
		if h.Get(name) != "" {
			return true
		}
	}
	media, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && media == "application/json"
}

// Protect sets the headers of every answer to a browser: the browser does not guess the type, no
// window of another origin can access the page, and the page cannot use the machine's devices.
func Protect(h http.Header) {
	values := [...]string{"nosniff", "same-origin", permissions} // one allocation for all
	h["X-Content-Type-Options"] = values[0:1:1]
	h["Cross-Origin-Opener-Policy"] = values[1:2:2]
	h["Permissions-Policy"] = values[2:3:3]
}

const permissions = "accelerometer=(), camera=(), display-capture=(), geolocation=(), " +
	"gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
