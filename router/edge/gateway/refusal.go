package gateway

import (
	"errors"
	"fmt"
	"maps"
	"net/http"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/planner"
)

// Codes of the errors of this package. Package operation has those for documents and variables.
const (
	codeBadRequest   = "BAD_REQUEST"
	codeTooLarge     = "REQUEST_TOO_LARGE"
	codeMethod       = "METHOD_NOT_ALLOWED"
	codeUnacceptable = "NOT_ACCEPTABLE"
	codeNotReady     = "SCHEMA_NOT_READY"
	codeUnsupported  = "OPERATION_NOT_SUPPORTED"
	codeInternal     = "INTERNAL"
)

// refusal ends a request before execution. Equal requests may share one, so it and its errors must
// not be changed.
type refusal struct {
	status int
	// wellFormed is true if the HTTP request is correct, and the error is in the GraphQL document
	// or its variables. An application/json response then has status 200 (GraphQL over HTTP,
	// section 6.4.1).
	wellFormed bool
	allow      string
	errors     gqlerror.List
}

func (r *refusal) Error() string { return r.errors.Error() }

// errorsFor returns copies of the errors, each with the ID of one request. Other requests may
// encode the originals at the same time.
func (r *refusal) errorsFor(requestID string) gqlerror.List {
	own := make(gqlerror.List, len(r.errors))
	for i, shared := range r.errors {
		e := *shared
		e.Extensions = map[string]any{"requestId": requestID}
		maps.Copy(e.Extensions, shared.Extensions)
		own[i] = &e
	}
	return own
}

func refuse(status int, code, format string, args ...any) *refusal {
	err := &gqlerror.Error{
		Message: fmt.Sprintf(format, args...), Extensions: map[string]any{"code": code},
	}
	return &refusal{status: status, errors: gqlerror.List{err}}
}

func refuseMethod(allow, message string) *refusal {
	r := refuse(http.StatusMethodNotAllowed, codeMethod, "%s", message)
	r.allow = allow
	return r
}

func wellFormed(r *refusal) *refusal {
	r.wellFormed = true
	return r
}

func internal() *refusal {
	return refuse(http.StatusInternalServerError, codeInternal,
		"An internal error occurred. Include the requestId when you report it.")
}

// refusalOf returns the refusal for an error of a stage. It returns any other error unchanged.
func refusalOf(err error) error {
	var ofDocument *operation.Error
	var ofPlan *planner.Error
	switch {
	case errors.As(err, &ofDocument):
		return &refusal{status: ofDocument.Status, wellFormed: true, errors: ofDocument.Errors}
	case errors.As(err, &ofPlan):
		return wellFormed(refuse(http.StatusBadRequest, ofPlan.Code, "%s", ofPlan.Message))
	default:
		return err
	}
}
