package documents

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/trefoil-graph/trefoil/router/edge/refusal"
)

// longestID is the length in bytes of the longest id that is accepted.
const longestID = 512

// hashPrefix begins an id that is the SHA-256 hash of a text, as the appendix on persisted
// documents of GraphQL over HTTP defines it.
const hashPrefix = "sha256:"

// Request holds the id and the text by which a client names a document.
type Request struct {
	// ID is the id; empty if the request has none.
	ID string
	// IsHash is true if the id is the SHA-256 hash of the text.
	IsHash bool
	// Text is the document; empty if the request has only an id.
	Text string
	// isOfApollo is true for an id in extensions.persistedQuery.
	isOfApollo bool
}

// RequestOf reads the id of a request: its parameter documentId, or
// extensions.persistedQuery.sha256Hash. An error is a *refusal.Refusal.
func RequestOf(documentID string, extensions map[string]any, text string) (Request, error) {
	r := Request{ID: documentID, Text: text}
	hash, isHash := strings.CutPrefix(documentID, hashPrefix)
	if isHash {
		r.ID, r.IsHash = hash, true
	}
	given, ok := extensions["persistedQuery"]
	if ok {
		hash, err := hashOf(given)
		if err != nil {
			return r, err
		}
		if r.ID != "" && r.ID != hash {
			return r, refusal.New(http.StatusBadRequest, codeBadRequest,
				"The parameter documentId and extensions.persistedQuery name two documents. Send one.")
		}
		r.ID, r.IsHash, r.isOfApollo = hash, true, true
	}
	if len(r.ID) > longestID {
		return r, refusal.New(http.StatusBadRequest, codeBadRequest,
			"The id of the document is longer than %d bytes.", longestID)
	}
	return r, nil
}

// hashOf reads extensions.persistedQuery.
func hashOf(given any) (string, error) {
	members, isObject := given.(map[string]any)
	hash, isText := members["sha256Hash"].(string)
	version, hasVersion := members["version"]
	if !isObject || !isText || hash == "" || !hasVersion {
		return "", refusal.New(http.StatusBadRequest, codeBadRequest,
			`extensions.persistedQuery must be {"version": 1, "sha256Hash": "…"}.`)
	}
	if version != json.Number("1") {
		return "", refusal.New(http.StatusBadRequest, CodeNotSupported,
			"This version of extensions.persistedQuery is not supported. Send version 1.")
	}
	return hash, nil
}
