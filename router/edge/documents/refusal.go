package documents

import (
	"net/http"

	"github.com/trefoil-graph/trefoil/router/edge/refusal"
)

// Codes of the errors of this package.
const (
	// CodeNotFound means that the id is unknown. The clients of Apollo and urql look for this code,
	// or for the message PersistedQueryNotFound, and then send the text, too.
	CodeNotFound = "PERSISTED_QUERY_NOT_FOUND"
	// CodeNotSupported means that the router accepts no ids. The clients of Apollo and urql then send
	// only texts.
	CodeNotSupported = "PERSISTED_QUERY_NOT_SUPPORTED"
	// CodeMismatch means that the id names another document than the text of the request.
	CodeMismatch = "PERSISTED_QUERY_MISMATCH"
	// CodeNotInList means that the document is not in the trusted list.
	CodeNotInList = "PERSISTED_QUERY_NOT_IN_LIST"
	// CodeIDRequired means that the request has no id, and the router accepts only ids.
	CodeIDRequired = "PERSISTED_QUERY_ID_REQUIRED"
)

// codeBadRequest means that a parameter is wrong.
const codeBadRequest = "BAD_REQUEST"

// notFound refuses an unknown id. Apollo's clients expect status 200 with application/json, so the
// refusal is one of the document, not of the HTTP request.
func notFound(r Request) error {
	message := "No document has this id. Send the text of the document, too."
	if r.isOfApollo {
		message = "PersistedQueryNotFound"
	}
	return refusal.New(http.StatusBadRequest, CodeNotFound, "%s", message).OfDocument()
}

// Unsupported refuses a request with an id and without a text, if the router accepts no ids.
func Unsupported() error {
	return refusal.New(http.StatusBadRequest, CodeNotSupported,
		"PersistedQueryNotSupported").OfDocument()
}

func mismatch() error {
	return refusal.New(http.StatusBadRequest, CodeMismatch,
		"The id belongs to another text. Send the id of this text, or no id.")
}

func notInList() error {
	return refusal.New(http.StatusForbidden, CodeNotInList,
		"The document is not in the list of trusted documents. "+
			"Add it to the manifest that the client's build writes.")
}

func idRequired() error {
	return refusal.New(http.StatusForbidden, CodeIDRequired,
		"Only documents by id are accepted. Send the parameter documentId instead of query.")
}
