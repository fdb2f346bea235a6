package headers_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/execution/headers"
)

func TestRequestRules(t *testing.T) {
	t.Parallel()
	client := http.Header{
		"Authorization": {"token"}, "X-Shop-A": {"1", "2"}, "X-Shop-B": {"3"}, "X-Shopping": {"4"},
		"Connection": {"close"}, "Cookie": {"session=1"}, "Content-Encoding": {"gzip"},
		"X-Request-Id": {"5"}, "Accept": {"*/*"}, "Proxy-Authorization": {"6"},
	}
	forwarded := []headers.Field{{Name: "Authorization", Values: []string{"token"}}}
	for name, c := range map[string]struct {
		rules []headers.Rule
		want  map[string][]string // in addition to Authorization
	}{
		"by name":     {[]headers.Rule{{Name: "x-shop-a"}}, map[string][]string{"X-Shop-A": {"1", "2"}}},
		"renamed":     {[]headers.Rule{{Name: "x-shop-b", Rename: "x-other"}}, map[string][]string{"X-Other": {"3"}}},
		"absent":      {[]headers.Rule{{Name: "x-absent"}}, nil},
		"default":     {[]headers.Rule{{Name: "x-absent", Value: "none"}}, map[string][]string{"X-Absent": {"none"}}},
		"no default":  {[]headers.Rule{{Name: "x-shop-b", Value: "none"}}, map[string][]string{"X-Shop-B": {"3"}}},
		"whole names": {[]headers.Rule{{Pattern: "x-shop-."}}, map[string][]string{"X-Shop-A": {"1", "2"}, "X-Shop-B": {"3"}}},
		"whole names of alternatives": {
			[]headers.Rule{{Pattern: "x-shop|x-shop-b"}}, map[string][]string{"X-Shop-B": {"3"}},
		},
		"all": {
			[]headers.Rule{{Pattern: ".*"}},
			map[string][]string{"X-Shop-A": {"1", "2"}, "X-Shop-B": {"3"}, "X-Shopping": {"4"}},
		},
		"set":          {[]headers.Rule{{Action: headers.Set, Name: "x-shop-a", Value: "9"}}, map[string][]string{"X-Shop-A": {"9"}}},
		"the last one": {[]headers.Rule{{Action: headers.Set, Name: "x-a", Value: "9"}, {Name: "x-shop-b", Rename: "x-a"}}, map[string][]string{"X-A": {"3"}}},
		"removed": {
			[]headers.Rule{{Pattern: "x-.*"}, {Action: headers.Remove, Name: "X-SHOP-A"}, {Action: headers.Remove, Pattern: ".*pping"}},
			map[string][]string{"X-Shop-B": {"3"}},
		},
		"removed and set": {
			[]headers.Rule{{Action: headers.Remove, Pattern: ".*"}, {Action: headers.Set, Name: "authorization", Value: "mine"}},
			map[string][]string{"Authorization": {"mine"}},
		},
		"never a reserved one": {[]headers.Rule{
			{Name: "cookie"}, {Name: "x-shop-b", Rename: "host"}, {Action: headers.Set, Name: "x-request-id", Value: "1"},
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := headers.NewRequest(c.rules)
			require.NoError(t, err)
			want := map[string][]string{"Authorization": {"token"}}
			for name, values := range c.want {
				want[name] = values
			}
			got := map[string][]string{}
			fields := append([]headers.Field{}, forwarded...)
			for _, f := range r.Apply(client, fields) {
				require.NotContains(t, got, f.Name, "twice")
				got[f.Name] = f.Values
			}
			require.Equal(t, want, got)
		})
	}
}

func TestAPatternMatchesWholeNames(t *testing.T) {
	t.Parallel()
	for text, problem := range map[string]string{
		"(": "missing closing", "a)|(b": "unexpected )", "[": "missing closing",
	} {
		_, err := headers.Pattern(text)
		require.ErrorContains(t, err, problem, text)
		_, err = headers.NewRequest([]headers.Rule{{Pattern: text}})
		require.ErrorContains(t, err, "is not a regular expression", text)
	}
	p, err := headers.Pattern("a|b")
	require.NoError(t, err)
	for name, matches := range map[string]bool{"a": true, "B": true, "ab": false, "xa": false, "a\n": false} {
		require.Equal(t, matches, p.MatchString(name), "%q", name)
	}
}

// collected returns the headers for the client after these answers.
func collected(t *testing.T, rules []headers.Rule, answers ...http.Header) *headers.Collected {
	t.Helper()
	r, err := headers.NewResponse(rules)
	require.NoError(t, err)
	into := &headers.Collected{}
	for _, answer := range answers {
		read := http.Header{}
		for name, values := range answer {
			if r.Reads(name) || name == "Set-Cookie" {
				read[name] = values
			}
		}
		r.Apply(read, []string{"Set-Cookie"}, into)
	}
	return into
}

func TestResponseRules(t *testing.T) {
	t.Parallel()
	answers := []http.Header{
		{"X-A": {"1", "2"}, "X-B": {"3"}, "Connection": {"close"}, "Cache-Control": {"max-age=1"}, "X-Request-Id": {"1"}, "Access-Control-Allow-Origin": {"*"}, "Content-Security-Policy": {"x"}},
		{"X-A": {"4"}, "Set-Cookie": {"a=1"}},
		{},
	}
	cookie := []string{"a=1"}
	for name, c := range map[string]struct {
		rules []headers.Rule
		want  http.Header
	}{
		"first":    {[]headers.Rule{{Name: "x-a", Algorithm: headers.First}}, http.Header{"X-A": {"1", "2"}, "Set-Cookie": cookie}},
		"last":     {[]headers.Rule{{Name: "x-a", Algorithm: headers.Last}}, http.Header{"X-A": {"4"}, "Set-Cookie": cookie}},
		"append":   {[]headers.Rule{{Name: "x-a", Algorithm: headers.Append}}, http.Header{"X-A": {"1", "2", "4"}, "Set-Cookie": cookie}},
		"default":  {[]headers.Rule{{Name: "x-a"}}, http.Header{"X-A": {"1", "2", "4"}, "Set-Cookie": cookie}},
		"matching": {[]headers.Rule{{Pattern: ".*"}}, http.Header{"X-A": {"1", "2", "4"}, "X-B": {"3"}, "Set-Cookie": cookie}},
		"set":      {[]headers.Rule{{Action: headers.Set, Name: "x-c", Value: "5"}}, http.Header{"X-C": {"5"}, "Set-Cookie": cookie}},
		"removed":  {[]headers.Rule{{Pattern: "x-.*"}, {Action: headers.Remove, Pattern: "x-a|set-cookie"}}, http.Header{"X-B": {"3"}}},
		"named":    {[]headers.Rule{{Name: "content-security-policy"}, {Action: headers.Remove, Name: "set-cookie"}}, http.Header{"Content-Security-Policy": {"x"}}},
		"reserved": {[]headers.Rule{{Name: "access-control-allow-origin"}, {Name: "connection"}}, http.Header{"Set-Cookie": cookie}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := collected(t, c.rules, answers...)
			require.Equal(t, c.want, got.Header())
			require.False(t, got.IsStorable())
		})
	}
}

// TestTheMostRestrictiveCacheControl checks the Cache-Control of a response from those of answers.
func TestTheMostRestrictiveCacheControl(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers []string // the Cache-Control of each; after | its Age
		want    string
	}{
		"one":                     {[]string{"max-age=60"}, "max-age=60"},
		"the shortest":            {[]string{"public, max-age=60", "public, max-age=5", "public, max-age=30"}, "max-age=5, public"},
		"public, if all are":      {[]string{"public, max-age=60", "max-age=60"}, "max-age=60"},
		"private, if any is":      {[]string{"public, max-age=60", "private, max-age=90"}, "max-age=60, private"},
		"private by a field":      {[]string{`private="x", max-age=9`}, "max-age=9, private"},
		"no-store, if any is":     {[]string{"max-age=60", "no-store"}, "no-store"},
		"without the header":      {[]string{"max-age=60", ""}, "no-store"},
		"no-cache, if any is":     {[]string{"max-age=60", "no-cache"}, "max-age=0, no-cache"},
		"must-revalidate":         {[]string{"max-age=60, must-revalidate", "max-age=60"}, "max-age=60, must-revalidate"},
		"shared caches":           {[]string{"max-age=60, s-maxage=10", "max-age=5"}, "max-age=5, s-maxage=5"},
		"shared caches of both":   {[]string{"max-age=60, s-maxage=10", "max-age=5, s-maxage=100"}, "max-age=5, s-maxage=10"},
		"no lifetime":             {[]string{"public"}, "max-age=0, public"},
		"an invalid age":          {[]string{"max-age=soon"}, "max-age=0"},
		"a negative age":          {[]string{"max-age=-5"}, "max-age=0"},
		"a repeated age":          {[]string{"max-age=60, max-age=5"}, "max-age=5"},
		"case, spaces and quotes": {[]string{` PUBLIC ,Max-Age="7" `}, "max-age=7, public"},
		"unknown directives":      {[]string{"max-age=60, immutable, x=y"}, "max-age=60"},
		"an aged answer":          {[]string{"max-age=60, s-maxage=30|20"}, "max-age=40, s-maxage=10"},
		"a stale answer":          {[]string{"max-age=60|100"}, "max-age=0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var answers []http.Header
			for _, text := range c.answers {
				answer := http.Header{}
				control, age := text, ""
				for i, letter := range text {
					if letter == '|' {
						control, age = text[:i], text[i+1:]
					}
				}
				if control != "" {
					answer.Set("Cache-Control", control)
				}
				if age != "" {
					answer.Set("Age", age)
				}
				answers = append(answers, answer)
			}
			rules := []headers.Rule{{Name: "cache-control", Algorithm: headers.MostRestrictive}}
			got := collected(t, rules, answers...)
			require.Equal(t, http.Header{"Cache-Control": {c.want}}, got.Header())
			require.Equal(t, c.want != "no-store", got.IsStorable())
			require.False(t, got.IsForOne())
			got.NoStore()
			require.Equal(t, "no-store", got.Header().Get("Cache-Control"))
		})
	}
}

// TestAnswersForOneClient checks which answers must not be shared by several clients.
func TestAnswersForOneClient(t *testing.T) {
	t.Parallel()
	answer := http.Header{"X-A": {"1"}, "Cache-Control": {"max-age=1"}}
	for name, c := range map[string]struct {
		rule headers.Rule
		want bool
	}{
		"propagated": {headers.Rule{Name: "x-a"}, true},
		"matching":   {headers.Rule{Pattern: "x-.*"}, true},
		"absent":     {headers.Rule{Name: "x-b"}, false},
		"set":        {headers.Rule{Action: headers.Set, Name: "x-a", Value: "1"}, false},
		"lifetime":   {headers.Rule{Name: "cache-control", Algorithm: headers.MostRestrictive}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := headers.NewResponse([]headers.Rule{c.rule})
			require.NoError(t, err)
			require.Equal(t, c.want, r.IsForOne(answer))
			into := &headers.Collected{}
			r.Apply(answer, nil, into)
			require.Equal(t, c.want, into.IsForOne())
		})
	}
}
