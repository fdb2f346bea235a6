package fetch

import (
	"net/http"
	"slices"
)

// collect collects the headers of an answer for the client.
func (r *Request) collect(header http.Header, from Subgraph) {
	if len(from.ReturnHeaders) == 0 && !r.client.restricts && from.ResponseRules == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	from.ResponseRules.Apply(header, from.ReturnHeaders, &r.returned)
	if !r.client.restricts {
		return
	}
	if !from.ResponseRules.Restricts() {
		r.returned.NoStore()
	}
	r.varyBy(from)
}

// varyBy remembers the client's headers on which an answer may depend.
func (r *Request) varyBy(from Subgraph) {
	names, patterns := from.RequestRules.Reads()
	r.vary = slices.Concat(r.vary, names, from.ForwardHeaders)
	if len(from.ForwardCookies) > 0 {
		r.vary = append(r.vary, "Cookie")
	}
	if len(patterns) > 0 {
		r.vary = append(r.vary, "*")
	}
}

// NoStore forbids to store the response, although the answers may be stored.
func (r *Request) NoStore() {
	if !r.client.restricts {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.returned.NoStore()
}

// Personal forbids caches of several clients to store the response, whatever the rules say.
func (r *Request) Personal() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.returned.Personal()
}

// Returned returns the headers of the subgraphs' answers that the rules pass to the client. Call
// it when all answers have arrived. A response that caches may store has a Vary with the client's
// headers on which the answers may depend.
func (r *Request) Returned() http.Header {
	r.mu.Lock()
	defer r.mu.Unlock()
	header := r.returned.Header()
	if r.returned.IsStorable() {
		names := append(distinct(slices.Clone(r.vary)), header["Vary"]...)
		if slices.Contains(names, "*") {
			names = []string{"*"}
		}
		header["Vary"] = names
	}
	return header
}

// IsForOne reports whether a returned header may be for one client alone. Call it when all answers
// have arrived.
func (r *Request) IsForOne() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.returned.IsForOne()
}
