package authentication

import (
	"net/http"
	"strings"
)

// credential is a token or an API key in a request.
type credential struct {
	text      string
	name      string // of the header or cookie
	isCookie  bool
	isKey     bool // an API key, and not a token
	malformed bool // the header does not begin with an accepted scheme
	ignore    bool // see Cookie.Ignore
}

// place names the header or cookie of the credential.
func (c credential) place() string {
	if c.isCookie {
		return "cookie " + c.name
	}
	return "header " + c.name
}

// header is the name of a header, and the schemes that are accepted in it.
type header struct {
	name    string // canonical
	schemes []scheme
}

type scheme struct {
	prefix string
	isKey  bool
}

// headersOf groups the configured headers by name.
func headersOf(o Options) (headers []header) {
	add := func(h Header, isKey bool) {
		name := http.CanonicalHeaderKey(h.Name)
		s := scheme{h.Prefix, isKey}
		for i := range headers {
			if headers[i].name == name {
				headers[i].schemes = append(headers[i].schemes, s)
				return
			}
		}
		headers = append(headers, header{name, []scheme{s}})
	}
	if o.JWT != nil {
		for _, h := range o.JWT.Headers {
			add(h, false)
		}
	}
	if o.APIKeys != nil {
		add(o.APIKeys.Header, true)
	}
	return headers
}

// find returns the credential of a request. ok is false if the request has none. The error is the
// refusal of a request with two different credentials.
func (a *Authenticator) find(r *http.Request) (found credential, ok bool, err error) {
	take := func(c credential) {
		switch {
		case !ok:
			found, ok = c, true
		case err == nil && (c.text != found.text || c.isKey != found.isKey):
			err = conflict(found, c)
		}
	}
	for _, h := range a.headers {
		for _, value := range r.Header[h.name] {
			if value != "" {
				take(h.read(value))
			}
		}
	}
	if len(a.cookies) > 0 && len(r.Header["Cookie"]) > 0 {
		for _, sent := range r.Cookies() {
			if c, known := a.cookies[sent.Name]; known && sent.Value != "" {
				take(credential{
					text: sent.Value, name: sent.Name, isCookie: true, ignore: c.Ignore,
				})
			}
		}
	}
	return found, ok, err
}

// read returns the credential in a header's value.
func (h header) read(value string) credential {
	for _, s := range h.schemes {
		if s.prefix == "" {
			return credential{text: value, name: h.name, isKey: s.isKey}
		}
		first, rest, _ := strings.Cut(value, " ")
		if strings.EqualFold(first, s.prefix) {
			return credential{text: strings.TrimSpace(rest), name: h.name, isKey: s.isKey}
		}
	}
	return credential{text: value, name: h.name, malformed: true}
}
