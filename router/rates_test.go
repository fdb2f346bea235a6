package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
)

const hourlyRate = "rateLimit: {rules: [{name: clients, by: [client], limit: 2, per: 1h}]}\n"

// TestSubjectsOfTwoIssuersShareNoQuota sends requests with tokens of two issuers for one subject.
func TestSubjectsOfTwoIssuersShareNoQuota(t *testing.T) {
	t.Parallel()
	secret := func(issuer string) string { return strings.Repeat(issuer, 64) }
	issuer := func(name string) string {
		return fmt.Sprintf("{issuer: %s, algorithms: [HS256], secret: %s}", name, secret(name))
	}
	e := newEdge(t, "authentication: {jwt: {issuers: ["+issuer("a")+", "+issuer("b")+"]}}\n"+hourlyRate,
		says(http.StatusOK, `{"data":{"s":"s"}}`), io.Discard)
	send := func(from string) int {
		token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
			"iss": from, "sub": "ada", "exp": time.Now().Add(time.Hour).Unix(),
		}).SignedString([]byte(secret(from)))
		require.NoError(t, err)
		return e.do(t, edgePost("{s}", "Authorization", "Bearer "+token)).status
	}
	for range 2 {
		require.Equal(t, http.StatusOK, send("a"))
	}
	require.Equal(t, http.StatusTooManyRequests, send("a"))
	require.Equal(t, http.StatusOK, send("b"), "another ada")
}

// TestRefusedRequestsCount checks that a client that may not use a contract is limited like one that
// may, and that a page of another origin cannot use up a client's quota.
func TestRefusedRequestsCount(t *testing.T) {
	t.Parallel()
	const contract = "contracts: [{name: staff, path: /graphql/staff, claim: role, values: [staff]}]\n"
	e := newEdge(t, contract+hourlyRate, says(http.StatusOK, `{"data":{"s":"s"}}`), io.Discard)
	for range 3 {
		got := e.do(t, edgePost("{s}", "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"))
		require.Equal(t, http.StatusForbidden, got.status)
		require.Equal(t, "CSRF_REFUSED", got.Errors[0].Extensions["code"])
	}
	for _, want := range []int{http.StatusForbidden, http.StatusForbidden, http.StatusTooManyRequests} {
		r := edgePost("{s}")
		r.URL.Path = "/graphql/staff"
		got := e.do(t, r)
		require.Equal(t, want, got.status)
		require.NotEmpty(t, got.header["Ratelimit"])
		if want == http.StatusTooManyRequests {
			require.NotEmpty(t, got.header.Get("Retry-After"))
		}
	}
}

// TestListsInSeveralLines checks that a header whose value is a list may stand in several lines, as
// RFC 9110, section 5.3, says.
func TestListsInSeveralLines(t *testing.T) {
	t.Parallel()
	e := newEdge(t, "etag: true\n", says(http.StatusOK, `{"data":{"s":"s"}}`), io.Discard)
	r := edgeGet("{s}")
	r.Header["Accept"] = []string{"text/html", "application/graphql-response+json"}
	got := e.do(t, r)
	require.Equal(t, http.StatusOK, got.status)
	require.Contains(t, got.header.Get("Content-Type"), "application/graphql-response+json")
}
