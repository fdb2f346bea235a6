package fetch

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestKeysHoldAllThatIsSent checks that requests are equal only if everything that the subgraph
// gets is, apart from the request's ID; and identities only if everything that any subgraph may
// get is.
func TestKeysHoldAllThatIsSent(t *testing.T) {
	t.Parallel()
	c := NewClient([]Subgraph{
		{Name: "a", URL: "http://a", ForwardHeaders: []string{"authorization", "x-tenant"}, ForwardCookies: []string{"session", "theme"}},
		{Name: "ab", URL: "http://a", ForwardHeaders: []string{"accept-language"}},
	}, Limits{})
	header := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Add(pairs[i], pairs[i+1])
		}
		return h
	}
	identities, keys := map[string]int{}, map[string]int{}
	for i, h := range []http.Header{
		header(),
		header("Authorization", ""),
		header("Authorization", "1"),
		header("Authorization", "1", "Authorization", "2"),
		header("Authorization", "2", "Authorization", "1"),
		header("Authorization", "12"),
		header("X-Tenant", "1"),
		header("Authorization", "1", "X-Tenant", "2"),
		header("Authorization", "12", "X-Tenant", ""),
		header("Cookie", "session=1"),
		header("Cookie", "theme=1"),
		header("Cookie", "session=1; theme=1"),
		header("Accept-Language", "de"),
	} {
		r := c.For(h, "an id")
		identities[string(r.AppendIdentity(nil))] = i
		for _, name := range []string{"a", "ab"} {
			for _, body := range []string{"", "b", "bc"} {
				to := c.subgraphs[name]
				q := question{to: to, forwarded: r.forward(&to), body: []byte(body)}
				keys[string(q.appendKey(nil))] = i
			}
		}
	}
	require.Len(t, identities, 13)
	require.Len(t, keys, 3*(12+2), "of the second subgraph's only the language matters")

	for _, same := range []http.Header{header("Cookie", "session=1; other=1"), header("X-Other", "1", "Cookie", "session=1")} {
		require.Contains(t, identities, string(c.For(same, "another id").AppendIdentity(nil)))
	}
}
