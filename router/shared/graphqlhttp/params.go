package graphqlhttp

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/router/shared/strictjson"
)

// Params are the parameters of a GraphQL request (GraphQL over HTTP, section 5.1).
type Params struct {
	Query         string
	OperationName string
	Variables     map[string]any
	Extensions    map[string]any
	// DocumentID is the id of a document, which a client sends instead of Query. The parameter is
	// documentId, as in the appendix on persisted documents, or doc_id, as in Relay's examples.
	DocumentID string
}

// Problem is the error of a request whose parameters cannot be read. Its text is for the client,
// and does not repeat text of the request.
type Problem string

func (p Problem) Error() string { return string(p) }

func problem(format string, args ...any) Problem { return Problem(fmt.Sprintf(format, args...)) }

// ReadJSON reads the body of a POST. All parameters may be missing. Every error is a Problem.
func ReadJSON(body []byte) (p Params, err error) {
	if IsList(body) {
		return p, Problem("The body is a list. Send one operation per request.")
	}
	if err := p.read(strictjson.TrimMark(body)); err != nil {
		return p, problem("The body is not a GraphQL request in JSON: %s.", complaint(err))
	}
	return p, nil
}

func (p *Params) read(text []byte) error {
	relayID := ""
	err := strictjson.Members(text, map[string]any{
		"query": &p.Query, "operationName": &p.OperationName,
		"variables": &p.Variables, "extensions": &p.Extensions,
		"documentId": &p.DocumentID, "doc_id": &relayID,
	})
	p.DocumentID = cmp.Or(p.DocumentID, relayID)
	return err
}

// ErrBatchTooLarge means that a batch has more requests than are allowed.
const ErrBatchTooLarge = Problem("The batch has too many operations.")

// ReadBatch reads the body of a POST with a list of at most so many requests. If it cannot read
// one request, it returns an error for all. Every error is a Problem.
func ReadBatch(body []byte, most int) ([]Params, error) {
	var list []json.RawMessage
	if err := strictjson.Decode(strictjson.TrimMark(body), &list); err != nil {
		return nil, problem("The body is not a list of GraphQL requests in JSON: %s.", complaint(err))
	}
	switch {
	case len(list) == 0:
		return nil, Problem("The batch has no operation.")
	case len(list) > most:
		return nil, ErrBatchTooLarge
	}
	batch := make([]Params, len(list))
	for i, text := range list {
		if err := batch[i].read(text); err != nil {
			return nil, problem("The item at index %d of the batch is not a GraphQL request: %s.",
				i, complaint(err))
		}
	}
	return batch, nil
}

// IsList reports whether a body is a JSON array, which is a batch of requests.
func IsList(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(strictjson.TrimMark(body), " \t\r\n"), []byte("["))
}

// ReadURL reads the parameters of a GET. It does not require any parameter to be there. An empty
// parameter is absent. A parameter that is given twice is refused, like a member in JSON: a
// program on the way may read the other one. Every error is a Problem.
func ReadURL(u *url.URL) (p Params, err error) {
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return p, Problem("The URL's parameters are not encoded correctly.")
	}
	for _, name := range []string{
		"query", "operationName", "variables", "extensions", "documentId", "doc_id",
	} {
		if len(values[name]) > 1 {
			return p, problem("The parameter %s is given twice. Send it once.", name)
		}
	}
	p.Query, p.OperationName = values.Get("query"), values.Get("operationName")
	p.DocumentID = cmp.Or(values.Get("documentId"), values.Get("doc_id"))
	for name, text := range map[string]string{
		"query": p.Query, "operationName": p.OperationName, "documentId": p.DocumentID,
	} {
		if !utf8.ValidString(text) {
			return p, problem("The parameter %s is not valid UTF-8.", name)
		}
	}
	objects := map[string]*map[string]any{"variables": &p.Variables, "extensions": &p.Extensions}
	for name, into := range objects {
		text := values.Get(name)
		if text == "" {
			continue
		}
		if err := strictjson.Decode([]byte(text), into); err != nil {
			return p, problem("The parameter %s is not a JSON object: %s.", name, complaint(err))
		}
	}
	return p, nil
}

// complaint describes a JSON error without naming Go types.
func complaint(err error) string {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong) && wrong.Field != "":
		return "the parameter " + wrong.Field + " has the wrong type, " + wrong.Value
	case errors.As(err, &wrong):
		return "it has the wrong type, " + wrong.Value
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends too early"
	default:
		return err.Error()
	}
}
