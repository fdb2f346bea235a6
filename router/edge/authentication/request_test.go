package authentication_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/authentication"
)

func TestWhereATokenMayBe(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	a := open(t, options(from))
	good := from.good(t)
	for name, headers := range map[string][]string{
		"header":                 {"Authorization", "Bearer " + good},
		"scheme in lower case":   {"Authorization", "bearer " + good},
		"more spaces":            {"Authorization", "Bearer   " + good},
		"cookie":                 {"Cookie", "other=x; strict=" + good},
		"cookie that may be bad": {"Cookie", "access=" + good},
		"the same in two places": {"Authorization", "Bearer " + good, "Cookie", "access=" + good + "; strict=" + good},
		"the same header twice":  {"Authorization", "Bearer " + good, "Authorization", "Bearer " + good},
	} {
		result, err := a.Authenticate(request(headers...))
		require.NoError(t, err, name)
		require.NotNil(t, result.Identity, name)
		require.Equal(t, "ada", result.Identity.Subject(), name)
		require.NoError(t, result.Ignored, name)
	}
	for name, headers := range map[string][]string{
		"nothing":        nil,
		"another cookie": {"Cookie", "session=" + good},
		"another header": {"X-Token", good},
		"an empty value": {"Authorization", "", "Cookie", "access="},
		"another place":  {"Cookie", "ACCESS=" + good},
	} {
		result, err := a.Authenticate(request(headers...))
		require.NoError(t, err, name)
		require.Equal(t, authentication.Result{}, result, name)
	}
}

func TestABadCredentialIsRefused(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	a := open(t, options(from))
	for name, headers := range map[string][]string{
		"nonsense":             {"Authorization", "Bearer nonsense"},
		"another scheme":       {"Authorization", "Basic YTpi"},
		"a token alone":        {"Authorization", from.good(t)},
		"a scheme alone":       {"Authorization", "Bearer"},
		"a cookie":             {"Cookie", "strict=nonsense"},
		"a similar scheme":     {"Authorization", "BearerX " + from.good(t)},
		"a header, not cookie": {"Authorization", "Bearer nonsense", "Cookie", "access=nonsense"},
	} {
		_, err := a.Authenticate(request(headers...))
		refused := unauthenticated(t, err, name)
		require.Contains(t, refused.Header.Get("WWW-Authenticate"), `Bearer error="invalid_token"`, name)
	}
}

// TestABadCookieMayBeIgnored shows that a request with an ignored cookie is anonymous, and has the
// reason: a browser sends an expired token also with the mutation that renews it.
func TestABadCookieMayBeIgnored(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	o := options(from)
	a := open(t, o)
	expired := from.claims()
	expired["exp"] = 1
	for _, token := range []string{"nonsense", from.sign(t, expired)} {
		result, err := a.Authenticate(request("Cookie", "access="+token))
		require.NoError(t, err)
		require.Nil(t, result.Identity)
		unauthenticated(t, result.Ignored)
		require.Equal(t, result, authentication.From(authentication.With(t.Context(), result)))
	}
	require.Equal(t, authentication.Result{}, authentication.From(t.Context()))
	o.Required = true
	_, err := open(t, o).Authenticate(request("Cookie", "access=nonsense"))
	unauthenticated(t, err, "an anonymous request is refused in any case")
}

func TestARequestWithoutACredentialMayBeRefused(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	o := options(from)
	o.Required = true
	a := open(t, o)
	_, err := a.Authenticate(request())
	refused := unauthenticated(t, err)
	require.Equal(t, "Bearer", refused.Header.Get("WWW-Authenticate"), "RFC 6750, section 3.1: no error without a token")
	_, err = a.Authenticate(request("Authorization", "Bearer "+from.good(t)))
	require.NoError(t, err)
}

// TestTwoTokensThatDifferAreRefused sends two tokens, of which the router could choose one, and a
// service the other.
func TestTwoTokensThatDifferAreRefused(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	o := options(from)
	o.APIKeys = keys("X-API-Key", "")
	a := open(t, o)
	claims := from.claims()
	claims["sub"] = "grace"
	ada, grace := from.good(t), from.sign(t, claims)
	for name, headers := range map[string][]string{
		"header and cookie":            {"Authorization", "Bearer " + ada, "Cookie", "access=" + grace},
		"header and bad cookie":        {"Authorization", "Bearer " + ada, "Cookie", "access=nonsense"},
		"bad header and cookie":        {"Authorization", "Bearer nonsense", "Cookie", "access=" + grace},
		"two cookies":                  {"Cookie", "access=" + ada + "; strict=" + grace},
		"the same cookie twice":        {"Cookie", "access=" + ada + "; access=" + grace},
		"two headers of the same name": {"Authorization", "Bearer " + ada, "Authorization", "Bearer " + grace},
		"another scheme first":         {"Authorization", "Basic YTpi", "Authorization", "Bearer " + grace},
		"a token and an API key":       {"Authorization", "Bearer " + ada, "X-API-Key", "secret-a"},
		"a text as token and key":      {"Authorization", "Bearer secret-a", "X-API-Key", "secret-a"},
	} {
		_, err := a.Authenticate(request(headers...))
		refused := refusedWith(t, err, http.StatusBadRequest, "CREDENTIALS_CONFLICT", name)
		require.NotContains(t, refused.Error(), ada, "a message never has a token")
		require.NotContains(t, refused.Error(), "secret-a")
	}
}

func TestHeadersOfTheRouterAreRemoved(t *testing.T) {
	t.Parallel()
	o := options(newIssuer(t))
	o.IdentityHeaders = []string{"x-user-id"}
	r := request("X-User-Id", "root", "X-USER-ID", "admin", "X-Other", "1")
	open(t, o).Strip(r.Header)
	require.Equal(t, http.Header{"X-Other": {"1"}}, r.Header)
}

// BenchmarkAuthenticate measures requests without a credential and with a cached token.
func BenchmarkAuthenticate(b *testing.B) {
	from := newIssuer(b)
	a := open(b, options(from))
	for name, r := range map[string]*http.Request{
		"anonymous": request(),
		"header":    request("Authorization", "Bearer "+from.good(b)),
		"cookie":    request("Cookie", "theme=dark; access="+from.good(b)),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := a.Authenticate(r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
