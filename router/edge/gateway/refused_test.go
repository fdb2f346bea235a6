package gateway_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// equals is the number of equal requests that a test sends at once.
const equals = 64

// TestEqualRefusalsHaveTheirOwnIDs checks that equal requests that are refused share the work, and
// that each response has the ID of its own request.
func TestEqualRefusalsHaveTheirOwnIDs(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		text      string
		variables map[string]any
		code      string
	}{
		"parse error":          {text: "{ who { id } " + strings.Repeat("who { id } ", 500), code: "GRAPHQL_PARSE_FAILED"},
		"validation errors":    {text: "{ who { " + strings.Repeat("id nothing ", 500) + "} }", code: "GRAPHQL_VALIDATION_FAILED"},
		"no operation":         {text: strings.Repeat(" ", 4000) + "fragment f on User { id }", code: "GRAPHQL_VALIDATION_FAILED"},
		"several operations":   {text: "query A { who { id } } query B { who { " + strings.Repeat("id ", 500) + "} }", code: "OPERATION_RESOLUTION_FAILURE"},
		"not supported":        {text: "subscription { news " + strings.Repeat("news ", 500) + "}", code: "OPERATION_NOT_SUPPORTED"},
		"too large":            {text: tooLarge(), code: "OPERATION_TOO_LARGE"},
		"wrong variable":       {text: "query($n: String) { who(note: $n) { id } }", variables: map[string]any{"n": 5}, code: "BAD_USER_INPUT"},
		"subgraph fails":       {text: "query($n: String) { who(note: $n) { id } }", variables: map[string]any{"n": "error"}, code: "DOWNSTREAM_SERVICE_ERROR"},
		"subgraph unavailable": {text: "query($n: String) { who(note: $n) { id } }", variables: map[string]any{"n": "down"}, code: "SUBGRAPH_UNAVAILABLE"},
		"answer too large":     {text: "query($n: String) { who(note: $n) { id } }", variables: map[string]any{"n": "large"}, code: "SUBGRAPH_RESPONSE_TOO_LARGE"},
	}
	p := newPeople(t)
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var together, group sync.WaitGroup
			together.Add(equals)
			for i := range equals {
				request := queryWith(test.text, test.variables)
				request.Header.Set("X-Request-Id", fmt.Sprint("request-", i))
				group.Go(func() {
					together.Done()
					together.Wait()
					if err := refusedWith(p, request, test.code); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
		})
	}
}

// tooLarge returns a document with more mutations than one request may have.
func tooLarge() string {
	text := "mutation {"
	for i := range 11 {
		text += fmt.Sprintf(" m%d: tell { id }", i)
	}
	return text + " }"
}

// refusedWith checks the response to a request that must only have errors with a code.
func refusedWith(p *people, request *http.Request, code string) error {
	recorder := httptest.NewRecorder()
	p.gateway.ServeHTTP(recorder, request)
	var got struct {
		Errors []struct {
			Extensions struct{ Code, RequestID string }
		}
	}
	if err := json.Unmarshal(recorder.Body.Bytes(), &got); err != nil {
		return err
	}
	if len(got.Errors) == 0 {
		return fmt.Errorf("no errors in %s", recorder.Body)
	}
	id := request.Header.Get("X-Request-Id")
	for _, e := range got.Errors {
		if e.Extensions.RequestID != id || e.Extensions.Code != code {
			return fmt.Errorf("%s got an error of %s, %s", id, e.Extensions.RequestID, e.Extensions.Code)
		}
	}
	return nil
}
