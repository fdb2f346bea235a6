package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/shared/browser"
)

func request(method string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, "http://shop.example/graphql", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func TestCheckRefusesWhatAPageOfAnotherOriginCanSend(t *testing.T) {
	t.Parallel()
	const cookie, site, origin = "Cookie", "Sec-Fetch-Site", "Origin"
	for name, c := range map[string]struct {
		request *http.Request
		want    error
	}{
		"POST of a program":                       {request("POST"), nil},
		"POST of a program that keeps cookies":    {request("POST", cookie, "a=b"), nil},
		"POST of the same origin":                 {request("POST", site, "same-origin", origin, "http://shop.example", cookie, "a=b"), nil},
		"POST of the same host, old browser":      {request("POST", origin, "http://shop.example", cookie, "a=b"), nil},
		"POST of another site":                    {request("POST", site, "cross-site", cookie, "a=b"), browser.OtherOrigin},
		"POST of another site without cookies":    {request("POST", site, "cross-site"), browser.OtherOrigin},
		"POST of a sibling of the site":           {request("POST", site, "same-site", origin, "http://blog.shop.example"), browser.OtherOrigin},
		"POST of another origin, old browser":     {request("POST", origin, "http://evil.example"), browser.OtherOrigin},
		"POST of another origin with a preflight": {request("POST", origin, "http://evil.example", "X-Requested-With", "x"), browser.OtherOrigin},
		"POST of an opaque origin":                {request("POST", origin, "null"), browser.OtherOrigin},
		"POST of a trusted origin":                {request("POST", site, "cross-site", origin, "https://partner.example"), nil},

		"GET of a program":                        {request("GET"), nil},
		"GET of the same origin":                  {request("GET", site, "same-origin", cookie, "a=b"), nil},
		"GET typed by the user":                   {request("GET", site, "none", cookie, "a=b"), nil},
		"GET of another site":                     {request("GET", site, "cross-site"), browser.SimpleGet},
		"GET of another origin, old browser":      {request("GET", origin, "http://evil.example"), browser.SimpleGet},
		"GET of an image, old browser":            {request("GET", cookie, "a=b"), browser.SimpleGet},
		"GET with a simple content type":          {request("GET", cookie, "a=b", "Content-Type", "text/plain"), browser.SimpleGet},
		"GET with a broken content type":          {request("GET", cookie, "a=b", "Content-Type", "application/json/;"), browser.SimpleGet},
		"GET with JSON's content type":            {request("GET", cookie, "a=b", "Content-Type", "application/json; charset=utf-8"), nil},
		"GET with X-Requested-With":               {request("GET", cookie, "a=b", "x-requested-with", "XMLHttpRequest"), nil},
		"GET with Apollo-Require-Preflight":       {request("GET", cookie, "a=b", "apollo-require-preflight", "true"), nil},
		"GET with GraphQL-Require-Preflight":      {request("GET", cookie, "a=b", "graphql-require-preflight", "1"), nil},
		"GET with an empty preflight header":      {request("GET", cookie, "a=b", "x-requested-with", ""), browser.SimpleGet},
		"GET of a trusted origin":                 {request("GET", site, "cross-site", origin, "https://partner.example"), nil},
		"HEAD of another site":                    {request("HEAD", site, "cross-site"), browser.SimpleGet},
		"OPTIONS of another site, which is asked": {request("OPTIONS", site, "cross-site", origin, "http://evil.example"), nil},
	} {
		guard, err := browser.NewGuard("https://partner.example")
		require.NoError(t, err)
		require.Equal(t, c.want, guard.Check(c.request), name)
	}
}

func TestNewGuardRefusesWhatIsNoOrigin(t *testing.T) {
	t.Parallel()
	for _, origin := range []string{"", "null", "shop.example", "https://shop.example/", "https://shop.example/path"} {
		_, err := browser.NewGuard(origin)
		require.Error(t, err, origin)
	}
}

func TestANilGuardRefusesNothing(t *testing.T) {
	t.Parallel()
	var guard *browser.Guard
	require.NoError(t, guard.Check(request("POST", "Sec-Fetch-Site", "cross-site")))
}

func ExampleProtect() {
	header := http.Header{}
	browser.Protect(header)
	fmt.Println(header.Get("Cross-Origin-Opener-Policy"), header.Get("X-Content-Type-Options"))
	// Output: same-origin nosniff
}
