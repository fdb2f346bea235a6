package fetch_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/execution/fetch"
)

func TestCookiesPassByteForByte(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ sent, want string }{ // a line for each header
		{`sid={"app":1}`, `sid={"app":1}`},
		{`sid="quoted"`, `sid="quoted"`},
		{`sid=a\b`, `sid=a\b`},
		{`sid="p=o\073q"`, `sid="p=o\073q"`},
		{"sid=\u00c3\u00a9", "sid=\u00c3\u00a9"},
		{"sid=", "sid="},
		{"sid=a b,c", "sid=a b,c"},
		{"sid=1; sid=2", "sid=1; sid=2"},
		{"sid={\"app\":1}\nother=2; sid=\"b\"", "sid={\"app\":1}; sid=\"b\""},
		{" sid=1 ;other=2; sid2=3 ", "sid=1"},
		{"Sid=1", ""},
		{"sid", ""},
	} {
		var got string
		client := subgraph(t, fetch.Subgraph{ForwardCookies: []string{"sid"}}, func(w http.ResponseWriter, r *http.Request) {
			got = r.Header.Get("Cookie")
			_, _ = io.WriteString(w, answer)
		})
		sent := http.Header{"Cookie": strings.Split(c.sent, "\n")}
		_, err := client.For(sent, "").Fetch(t.Context(), "a", []byte("{}"))
		require.NoError(t, err)
		require.Equal(t, c.want, got, c.sent)
	}
}
