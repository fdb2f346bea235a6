package fetch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// judge returns nil if the body is a GraphQL response to be read, else an error by the status. A
// GraphQL response counts whatever its status: a subgraph may answer 500 with data and errors, while
// a proxy in front of it sends other bodies with any status.
func judge(from Subgraph, status int, body []byte) error {
	if status/100 == 2 {
		if !looksLikeJSON(body) {
			return refused(from, CodeBadResponse, false, "status %d with a body that is not a JSON object", status)
		}
		return nil
	}
	if isResponse(body) {
		return nil
	}
	switch {
	case status == http.StatusTooManyRequests:
		return refused(from, CodeRateLimited, true, "status %d", status)
	case status >= 500:
		return refused(from, CodeUnavailable, passes(status), "status %d", status)
	default:
		return refused(from, CodeBadResponse, false, "status %d without a GraphQL response", status)
	}
}

func refused(from Subgraph, code string, retryable bool, format string, args ...any) *Error {
	return &Error{Subgraph: from.Name, Code: code, Retryable: retryable, cause: fmt.Errorf(format, args...)}
}

// passes reports whether a server's failure may be over when the same request comes again.
func passes(status int) bool {
	switch status {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default: // 501, 505 and the like say that the request itself is not served
		return false
	}
}

func looksLikeJSON(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{"))
}

// isResponse reports whether a body is a GraphQL response (GraphQL, section 7.1): it has errors, each
// with a message, or data.
func isResponse(body []byte) bool {
	if !looksLikeJSON(body) {
		return false
	}
	var response struct {
		Data   json.RawMessage `json:"data"`
		Errors []struct {
			Message *string `json:"message"`
		} `json:"errors"`
	}
	if json.Unmarshal(body, &response) != nil {
		return false
	}
	for _, e := range response.Errors {
		if e.Message == nil {
			return false
		}
	}
	return len(response.Errors) > 0 || looksLikeJSON(response.Data)
}
