package fetch

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestForwardedOnce checks that the forwarded headers are collected once for each client request
// and rule.
func TestForwardedOnce(t *testing.T) {
	t.Parallel()
	c := NewClient([]Subgraph{
		{Name: "a", URL: "http://a", ForwardHeaders: []string{"authorization", "x-tenant"}},
		{Name: "b", URL: "https://b", ForwardHeaders: []string{"X-Tenant", "Authorization"}},
		{Name: "c", URL: "http://c", ForwardHeaders: []string{"authorization"}},
		{Name: "d", URL: "http://d", ForwardHeaders: []string{"authorization"}, ForwardCookies: []string{"session"}},
		{Name: "e", URL: "http://e", ForwardHeaders: []string{"authorization"}, ClientAddress: true},
	}, Limits{})
	r := c.For(http.Header{"Authorization": {"1", "2"}, "Cookie": {"session=3; other=4"}}, "id")
	r.From("192.0.2.1:80")
	texts := map[string]string{}
	for name, to := range c.subgraphs {
		texts[name] = string(r.forward(&to).text)
	}
	both := "Authorization: 1\r\nAuthorization: 2\r\n"
	require.Equal(t, map[string]string{
		"a": both, "b": both, "c": both, "d": both + "Cookie: session=3\r\n", "e": both + "X-Forwarded-For: 192.0.2.1\r\n",
	}, texts)
	a, b := c.subgraphs["a"], c.subgraphs["b"]
	require.Same(t, r.forward(&a), r.forward(&b))
	require.Len(t, c.rules, 4)
}
