package gateway

import (
	"errors"
	"net/http"

	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/planner"
)

// Codes of the errors of this package. Package operation has the codes for documents and
// variables.
const (
	codeBadRequest   = "BAD_REQUEST"
	codeTooLarge     = "REQUEST_TOO_LARGE"
	codeBatch        = "BATCH_TOO_LARGE"
	codeMethod       = "METHOD_NOT_ALLOWED"
	codeUnacceptable = "NOT_ACCEPTABLE"
	codeNotReady     = "SCHEMA_NOT_READY"
	codeUnsupported  = "OPERATION_NOT_SUPPORTED"
	codeInternal     = "INTERNAL"
)

func refuseMethod(allow, message string) *refusal.Refusal {
	return refusal.New(http.StatusMethodNotAllowed, codeMethod, "%s", message).With("Allow", allow)
}

func internal() *refusal.Refusal {
	return refusal.New(http.StatusInternalServerError, codeInternal,
		"An internal error occurred. Include the requestId when you report it.")
}

// refusalOf returns the refusal for an error of a stage. It returns any other error unchanged.
func refusalOf(err error) error {
	var ofDocument *operation.Error
	var ofPlan *planner.Error
	switch {
	case errors.As(err, &ofDocument):
		return &refusal.Refusal{
			Status: ofDocument.Status, WellFormed: true, Errors: ofDocument.Errors,
		}
	case errors.As(err, &ofPlan):
		return refusal.New(http.StatusBadRequest, ofPlan.Code, "%s", ofPlan.Message).OfDocument()
	default:
		return err
	}
}
