package documents

import (
	"net/http"

	"github.com/trefoil-graph/trefoil/router/edge/refusal"
)

// Codes of the errors of this package.
const (
	// CodeNotFound is the code of an id that is unknown. Clients of Apollo and urql then send the
	// text, too: they look for this code, or for the message PersistedQueryNotFound.
	CodeNotFound = "PERSISTED_QUERY_NOT_FOUND"
	// CodeNotSupported is the code of an id where none is accepted. Clients of Apollo and urql then
	// send texts only.
	CodeNotSupported = "PERSISTED_QUERY_NOT_SUPPORTED"
	// CodeMismatch is the code of an id that is sent with the text of another document.
	CodeMismatch = "PERSISTED_QUERY_MISMATCH"
	// CodeNotInList is the code of a document that is not in the trusted list.
	CodeNotInList = "PERSISTED_QUERY_NOT_IN_LIST"
	// CodeIDRequired is the code of a text where only ids are accepted.
	CodeIDRequired = "PERSISTED_QUERY_ID_REQUIRED"
)

// codeBadRequest is the code of parameters with errors.
const codeBadRequest = "BAD_REQUEST"

// notFound answers an id that is unknown. The HTTP request is correct, so application/json has
// status 200, as Apollo's clients expect it.
func notFound(r Request) error {
	message := "No document has this id. Send the text of the document, too."
	if r.isOfApollo {
		message = "PersistedQueryNotFound"
	}
	return refusal.New(http.StatusBadRequest, CodeNotFound, "%s", message).OfDocument()
}

// Unsupported answers a request that has an id, and no text, where no ids are accepted.
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
