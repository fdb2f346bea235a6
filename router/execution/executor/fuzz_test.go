package executor_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzAnswers checks that whatever the subgraphs answer, the response is JSON with data, and with
// errors if something is wrong, and that no bug of the router shows.
func FuzzAnswers(f *testing.F) {
	cases := map[string]*testCase{}
	names := []string{"entity_errors", "entity_list_failed", "error_without_path", "requires", "renames", "interface_object", "several_sources", "abstract", "root_again"}
	for i, name := range names {
		cases[name] = readCase(f, name)
		for fetch := range cases[name].plan.Fetches {
			f.Add(byte(i), byte(fetch), []byte(cases[name].fetcher.answers[fetch]))
		}
	}
	f.Add(byte(0), byte(1), []byte(`{"data":{"_entities":[1,2,3]},"errors":[{"path":["_entities",-1,{}]},7,{"path":["_entities",99999999999999999999,"name"]}]}`))
	f.Add(byte(2), byte(0), []byte(`{"data":{"a":{},"user":[{"id":1}],"b":[]},"errors":{"a":1}}`))
	f.Add(byte(3), byte(1), []byte(`{"data":{"_entities":[{"size":[[{"sides":{}}]]},{"size":1},{"price":{}},null]}}`))
	f.Add(byte(7), byte(1), []byte("! "))
	f.Fuzz(func(t *testing.T, which, fetch byte, answer []byte) {
		c := *cases[names[int(which)%len(names)]]
		fetcher := &fakeFetcher{documents: c.fetcher.documents, answers: map[int]string{}, sent: make([]string, len(c.plan.Fetches))}
		for id, text := range c.fetcher.answers {
			fetcher.answers[id] = text
		}
		fetcher.answers[int(fetch)%len(c.plan.Fetches)] = string(answer)
		c.fetcher = fetcher
		got, err := discard().Execute(t.Context(), c.request())
		require.NoError(t, err)
		requirePlain(t, &c, got)
		var body struct {
			Data   map[string]any
			Errors []struct {
				Message    string
				Extensions struct{ Code string }
			}
		}
		require.NoError(t, json.Unmarshal(got.Body, &body), "%s", got.Body)
		require.Len(t, body.Errors, got.Errors)
		require.NotNil(t, body.Data, "all root fields of these cases may be null: %s", got.Body)
		for _, e := range body.Errors {
			require.NotEmpty(t, e.Message)
			require.NotEmpty(t, e.Extensions.Code)
		}
	})
}
