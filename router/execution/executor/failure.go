package executor

import (
	"context"
	"errors"
	"fmt"

	"github.com/trefoil-graph/trefoil/router/execution/response"
)

const (
	codeUnavailable = "SUBGRAPH_UNAVAILABLE"
	codeTimeout     = "TIMEOUT"
	codeBadResponse = "SUBGRAPH_BAD_RESPONSE"
	codeContextNull = "CONTEXT_VALUE_NULL"
	codeDownstream  = "DOWNSTREAM_SERVICE_ERROR"
)

// failureOf returns the failure that clients see for an error.
func failureOf(subgraph string, err error) response.Failure {
	var explained interface {
		Explain() (code, message string, retryable bool)
	}
	switch {
	case errors.As(err, &explained):
		code, message, retryable := explained.Explain()
		if code == "" { // a failure without a code would count as none
			code = response.CodeInternal
		}
		return response.Failure{Code: code, Message: message, Subgraph: subgraph, Retryable: retryable}
	case errors.Is(err, context.DeadlineExceeded):
		message := fmt.Sprintf("The subgraph %q did not answer in time.", subgraph)
		return response.Failure{Code: codeTimeout, Message: message, Subgraph: subgraph, Retryable: true}
	default:
		message := fmt.Sprintf("The subgraph %q does not answer.", subgraph)
		return response.Failure{
			Code: codeUnavailable, Message: message, Subgraph: subgraph, Retryable: true,
		}
	}
}

func badResponse(subgraph string) response.Failure {
	message := fmt.Sprintf("The subgraph %q did not return a GraphQL response.", subgraph)
	return response.Failure{Code: codeBadResponse, Message: message, Subgraph: subgraph}
}

func internal(subgraph string) response.Failure {
	message := fmt.Sprintf("The subgraph %q could not be called.", subgraph)
	return response.Failure{Code: response.CodeInternal, Message: message, Subgraph: subgraph}
}
