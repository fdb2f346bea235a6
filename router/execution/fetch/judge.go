package fetch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// judge returns nil if the body is a GraphQL response, and otherwise an error for the status. A
// GraphQL response counts with any status: a subgraph may answer 500 with data and errors, while a
// proxy in front of it sends other bodies with any status.
func judge(from Subgraph, status int, body []byte) *Error {
	if status/100 == 2 {
		if !looksLikeJSON(body) {
			return refused(from, CodeBadResponse, status, "with a body that is not a JSON object")
		}
		return nil
	}
	if isResponse(body) {
		return nil
	}
	switch {
	case status == http.StatusTooManyRequests:
		return refused(from, CodeRateLimited, status, "")
	case status >= 500:
		return refused(from, CodeUnavailable, status, "")
	default:
		return refused(from, CodeBadResponse, status, "without a GraphQL response")
	}
}

// refused returns the error for an answer that is not a GraphQL response. The package
// documentation says which are retryable.
func refused(from Subgraph, code string, status int, what string) *Error {
	cause := fmt.Errorf("status %d %s", status, what)
	e := &Error{Subgraph: from.Name, Code: code, begun: true, cause: cause}
	switch status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		e.Retryable, e.begun = true, false
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		e.Retryable = true
	}
	return e
}

func looksLikeJSON(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{"))
}

// isResponse reports whether a body is a GraphQL response (GraphQL, section 7.1): it has data or
// errors, and each error has a message.
func isResponse(body []byte) bool {
	if !looksLikeJSON(body) {
		return false
	}
	// A struct would be wrong here: encoding/json would accept "Errors" for "errors".
	var response map[string]json.RawMessage
	var errs []map[string]json.RawMessage
	if json.Unmarshal(body, &response) != nil ||
		response["errors"] != nil && json.Unmarshal(response["errors"], &errs) != nil {
		return false
	}
	for _, e := range errs {
		if !bytes.HasPrefix(e["message"], []byte{'"'}) {
			return false
		}
	}
	return len(errs) > 0 || looksLikeJSON(response["data"])
}
