package gateway_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// ask is the request of a person, with the response that the person must get.
type ask struct {
	kind string
	text string
	// note is the variable n, which controls what the subgraph does.
	note any
	// want returns a person's whole response; ID stands for the request's ID.
	want func(who person) string
	// code is the code of the only error; empty if there is none.
	code string
}

// asks returns all kinds of requests of the isolation test, by name.
func asks() map[string]ask {
	const who = `query($n: String) { who(note: $n) { id note secret } }`
	all := map[string]ask{
		"a":    {text: who, note: "a", want: found("who", "a")},
		"b":    {text: who, note: "b", want: found("who", "b")},
		"seen": {text: who, note: "seen", want: found("who", "seen")},
		"tell": {text: `mutation($n: String) { tell(note: $n) { id note secret } }`, note: "a", want: found("tell", "a")},
		"friends": {text: `query($n: String) { friends(note: $n) { id note secret } }`, note: "a", want: func(p person) string {
			return `{"data":{"friends":` + friends(p.name(), "a", `{"id":%[1]q,"note":%[2]q,"secret":"`+p.name()+` of %[1]s"}`) + `}}`
		}},
		"error": {text: who, note: "error", code: "DOWNSTREAM_SERVICE_ERROR", want: func(p person) string {
			return `{"errors":[{"message":"no answer for ` + p.name() + `","path":["who"],"extensions":` +
				`{"code":"DOWNSTREAM_SERVICE_ERROR","subgraph":"users","requestId":"ID"}}],"data":{"who":null}}`
		}},
		"down":            {text: who, note: "down", code: "SUBGRAPH_UNAVAILABLE"},
		"large answer":    {text: who, note: "large", code: "SUBGRAPH_RESPONSE_TOO_LARGE"},
		"large response":  {text: `query($n: String) { a: who(note: $n) { note } b: who(note: $n) { note } }`, note: "wide", code: "RESPONSE_TOO_LARGE"},
		"large body":      {text: who + strings.Repeat(" ", bodyBytes), code: "REQUEST_TOO_LARGE"},
		"large operation": {text: tooLarge(), code: "OPERATION_TOO_LARGE"},
		"not parsed":      {text: `{ who {`, code: "GRAPHQL_PARSE_FAILED"},
		"not valid":       {text: `{ who { nothing } }`, code: "GRAPHQL_VALIDATION_FAILED"},
		"wrong variable":  {text: who, note: 5, code: "BAD_USER_INPUT"},
	}
	return all
}

// notValid returns an invalid document whose error names the person.
func (p person) notValid() ask {
	field := strings.NewReplacer("-", "_", "+", "_").Replace("x" + p.name())
	return ask{kind: "not valid, of one's own", text: `{ who { ` + field + ` } }`, code: "GRAPHQL_VALIDATION_FAILED", want: func(person) string {
		return `{"errors":[{"message":"Cannot query field \"` + field + `\" on type \"User\".","locations":[{"line":1,"column":9}],` +
			`"extensions":{"code":"GRAPHQL_VALIDATION_FAILED","requestId":"ID"}}]}`
	}}
}

func found(field, note string) func(person) string {
	return func(p person) string {
		return fmt.Sprintf(`{"data":{%q:{"id":%q,"note":%q,"secret":"%s of %s"}}}`, field, p.name(), note, p.name(), p.name())
	}
}

// asksAlone returns the kinds of requests. If all clients must get the same response to a kind,
// the expected response is the one that a single client gets.
func (p *people) asksAlone(t testing.TB) map[string]ask {
	t.Helper()
	all := asks()
	for kind, a := range all {
		a.kind = kind
		if a.want == nil {
			got, err := p.person(0).send(t.Context(), a)
			require.NoError(t, err)
			id := got.header.Get("X-Request-Id")
			require.Equal(t, 1, strings.Count(got.body, `"code":"`+a.code+`"`), got.body)
			require.Equal(t, 1, strings.Count(got.body, id), got.body)
			alone := strings.ReplaceAll(got.body, id, "ID")
			a.want = func(person) string { return alone }
		}
		all[kind] = a
	}
	return all
}

// ask sends a request, and returns an error if the response is wrong.
func (p person) ask(ctx context.Context, a ask) error {
	got, err := p.send(ctx, a)
	if err != nil {
		return fmt.Errorf("%s, %s: %w", p.name(), a.kind, err)
	}
	if ctx.Err() != nil && got.body == "" {
		return nil // the client left before the response
	}
	id := got.header.Get("X-Request-Id")
	if want := strings.ReplaceAll(a.want(p), `"ID"`, `"`+id+`"`); got.body != want {
		return fmt.Errorf("%s, %s: got %s, not %s", p.name(), a.kind, got.body, want)
	}
	wantSeen := ""
	if a.note == "seen" {
		wantSeen = p.name() + " by " + id
	}
	if seen := got.header.Get("X-Seen"); seen != wantSeen {
		return fmt.Errorf("%s, %s: got x-seen %q, not %q", p.name(), a.kind, seen, wantSeen)
	}
	return nil
}

// send sends a request. The body is empty if the client has left.
func (p person) send(ctx context.Context, a ask) (got result, err error) {
	request := queryWith(a.text, map[string]any{"n": a.note}).WithContext(ctx)
	if p.header != "" {
		request.Header.Set("Authorization", p.header)
	}
	if p.cookie != "" {
		request.Header.Set("Cookie", "other=of-one-request; session="+p.cookie)
	}
	if p.distant {
		return p.sendFar(request)
	}
	recorder := httptest.NewRecorder()
	p.gateway.ServeHTTP(recorder, request)
	return result{body: recorder.Body.String(), header: recorder.Header()}, nil
}

// sendFar sends a request over a network connection.
func (p person) sendFar(request *http.Request) (got result, err error) {
	if request.URL, err = url.Parse(p.url + request.URL.Path); err != nil {
		return got, err
	}
	request.RequestURI = ""
	response, err := p.client.Do(request)
	if err == nil {
		defer response.Body.Close()
		var all []byte
		all, err = io.ReadAll(response.Body)
		got = result{body: string(all), header: response.Header}
	}
	if err != nil && request.Context().Err() != nil {
		return result{}, nil
	}
	return got, err
}
