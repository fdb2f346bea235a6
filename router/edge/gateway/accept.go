package gateway

import (
	"mime"
	"strconv"
	"strings"
)

const (
	mediaJSON     = "application/json"
	mediaResponse = "application/graphql-response+json"
)

// negotiate chooses the response's media type by the Accept header. ok is false if the client
// accepts neither type. If both have the same quality it is application/graphql-response+json;
// without a header, or for */*, it is application/json.
func negotiate(accept string) (media string, ok bool) {
	switch accept { // nearly all clients send one of these
	case "", mediaJSON, "*/*":
		return mediaJSON, true
	case mediaResponse:
		return mediaResponse, true
	}
	if strings.TrimSpace(accept) == "" {
		return mediaJSON, true
	}
	best := 0.0
	for _, part := range strings.Split(accept, ",") {
		offered, quality := offer(part)
		if offered == "" || quality <= 0 {
			continue
		}
		if quality > best || quality == best && offered == mediaResponse {
			media, best = offered, quality
		}
	}
	return media, media != ""
}

// contentType returns the Content-Type header for a media type.
func contentType(media string) []string {
	if media == mediaResponse {
		return []string{mediaResponse + "; charset=utf-8"}
	}
	return []string{mediaJSON + "; charset=utf-8"}
}

// offer returns the supported media type that one range of an Accept header matches, and its
// quality.
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
	case mediaResponse:
		return mediaResponse, quality
	case mediaJSON, "application/*", "*/*":
		return mediaJSON, quality
	default:
		return "", 0
	}
}
