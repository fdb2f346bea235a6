// Package graphqlhttp reads requests and chooses media types by the rules of GraphQL over HTTP.
//
//	Accept ──Negotiate──▶ the response's media type ──Status──▶ its status
//	body ──ReadJSON──┐
//	URL ──ReadURL────┴──▶ Params, or an error whose text is for the client
//
// Input: a header, body or URL of an HTTP request. Output: the parameters of a GraphQL request, or
// an error. The package writes no responses, because the router and the services have their own
// codes.
//
// The specification is https://graphql.github.io/graphql-over-http/draft/.
package graphqlhttp

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The media types of responses. Requests are always JSON.
const (
	JSON     = "application/json"
	Response = "application/graphql-response+json"
)

// List returns the value of a header that is a list. A client may send the list in several lines
// (RFC 9110, section 5.3). The name is in canonical case.
func List(header http.Header, name string) string {
	values := header[name]
	if len(values) == 1 { // saves the allocation
		return values[0]
	}
	return strings.Join(values, ", ")
}

// Negotiate chooses the media type of a response by the Accept header. It returns Response if the
// header names both types with the same quality, and JSON for */* or if the header is missing. If
// the client accepts neither type, ok is false, and the refusal has the type JSON.
func Negotiate(accept string) (media string, ok bool) {
	switch accept { // nearly all clients send one of these
	case "", JSON, "*/*":
		return JSON, true
	case Response:
		return Response, true
	}
	if strings.TrimSpace(accept) == "" {
		return JSON, true
	}
	media, best := JSON, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		offered, quality := offer(part)
		if offered == "" || quality <= 0 {
			continue
		}
		if quality > best || quality == best && offered == Response {
			media, best = offered, quality
		}
	}
	return media, best > 0
}

// offer returns the media type that one range of an Accept header matches, and its quality.
func offer(part string) (string, float64) {
	name, parameters, err := mime.ParseMediaType(part)
	if err != nil {
		return "", 0
	}
	quality := 1.0
	if q, given := parameters["q"]; given {
		if quality, err = strconv.ParseFloat(q, 64); err != nil {
			return "", 0
		}
	}
	switch name {
	case Response:
		return Response, quality
	case JSON, "application/*", "*/*":
		return JSON, quality
	default:
		return "", 0
	}
}

// ContentType returns the Content-Type header for a media type.
func ContentType(media string) []string {
	if media == Response {
		return []string{Response + "; charset=utf-8"}
	}
	return []string{JSON + "; charset=utf-8"}
}

// Status returns the status of a response to a request that is correct HTTP. For Response it
// returns status. For JSON it returns 200, because older clients read the errors only if the
// status is 200.
func Status(media string, status int) int {
	if media == JSON {
		return http.StatusOK
	}
	return status
}

// IsJSON reports whether a request's Content-Type is JSON in UTF-8. A page of another origin
// cannot send this type without a preflight.
func IsJSON(contentType string) bool {
	if contentType == JSON {
		return true
	}
	media, parameters, err := mime.ParseMediaType(contentType)
	charset := strings.ToLower(parameters["charset"])
	inUTF8 := charset == "" || charset == "utf-8" || charset == "utf8"
	return err == nil && media == JSON && inUTF8
}
