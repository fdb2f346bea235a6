package authentication_test

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/authentication"
)

func TestAGoodTokenIsAnIdentity(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	a := open(t, options(from))
	claims := from.claims()
	claims["scope"] = "read write read"
	claims["scp"] = []any{"admin", 7}
	claims["address"] = map[string]any{"city": "London", "lines": []any{"1", "2"}}
	for range 2 { // verified, and then remembered
		identity, err := a.Verify(t.Context(), from.sign(t, claims))
		require.NoError(t, err)
		require.Equal(t, "ada", identity.Subject())
		require.Equal(t, issuerName, identity.Issuer())
		require.Equal(t, authentication.SchemeJWT, identity.Scheme())
		require.Equal(t, []string{"admin", "read", "write"}, identity.Scopes())
		require.True(t, identity.HasScope("write"))
		require.False(t, identity.HasScope("delete"))
		city, found := identity.Claim("address", "city")
		require.True(t, found)
		require.Equal(t, "London", city)
		_, found = identity.Claim("address", "city", "name")
		require.False(t, found)
		require.Equal(t, "session-1", identity.Claims()["sid"])

		// A change of the copy does not change the identity of the next request.
		identity.Scopes()[0] = "root"
		identity.Claims()["sid"] = "changed"
		address, _ := identity.Claim("address")
		address.(map[string]any)["city"] = "changed"
		address.(map[string]any)["lines"].([]any)[0] = "changed"
		identity.Claims()["address"].(map[string]any)["lines"].([]any)[0] = "changed"
	}
	identity, err := a.Verify(t.Context(), from.sign(t, claims))
	require.NoError(t, err)
	lines, _ := identity.Claim("address", "lines")
	require.Equal(t, []any{"1", "2"}, lines)
}

func TestScopesMayBeInAnotherClaim(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	for claim, value := range map[string]map[string]any{
		"roles":                       {"roles": []any{"a", "b"}, "scope": "other"},
		"realm.roles":                 {"realm": map[string]any{"roles": []any{"a", "b"}}},
		"https://issuer.example/role": {"https://issuer.example/role": "a b"},
	} {
		o := options(from)
		o.JWT.Issuers[0].ScopesClaim = claim
		claims := from.claims()
		for name, v := range value {
			claims[name] = v
		}
		identity, err := open(t, o).Verify(t.Context(), from.sign(t, claims))
		require.NoError(t, err)
		require.Equal(t, []string{"a", "b"}, identity.Scopes(), claim)
	}
}

func TestBadClaimsAreRefused(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	a := open(t, options(from))
	for name, spoil := range map[string]func(jwt.MapClaims){
		"expired":                 func(c jwt.MapClaims) { c["exp"] = time.Now().Add(-2 * leeway).Unix() },
		"missing exp":             func(c jwt.MapClaims) { delete(c, "exp") },
		"exp as a text":           func(c jwt.MapClaims) { c["exp"] = "2999-01-01" },
		"exp as null":             func(c jwt.MapClaims) { c["exp"] = nil },
		"not yet":                 func(c jwt.MapClaims) { c["nbf"] = time.Now().Add(time.Hour).Unix() },
		"nbf as a text":           func(c jwt.MapClaims) { c["nbf"] = "soon" },
		"issued in the future":    func(c jwt.MapClaims) { c["iat"] = time.Now().Add(time.Hour).Unix() },
		"another issuer":          func(c jwt.MapClaims) { c["iss"] = "https://evil.example" },
		"issuer as prefix":        func(c jwt.MapClaims) { c["iss"] = issuerName + ".evil.example" },
		"no issuer":               func(c jwt.MapClaims) { delete(c, "iss") },
		"a list of issuers":       func(c jwt.MapClaims) { c["iss"] = []string{issuerName} },
		"another audience":        func(c jwt.MapClaims) { c["aud"] = "bank" },
		"aud array without ours":  func(c jwt.MapClaims) { c["aud"] = []string{"bank", "shopping"} },
		"aud array of a number":   func(c jwt.MapClaims) { c["aud"] = []any{7} },
		"empty aud array":         func(c jwt.MapClaims) { c["aud"] = []string{} },
		"no audience":             func(c jwt.MapClaims) { delete(c, "aud") },
		"no subject":              func(c jwt.MapClaims) { delete(c, "sub") },
		"subject as a number":     func(c jwt.MapClaims) { c["sub"] = 7 },
		"subject without a value": func(c jwt.MapClaims) { c["sub"] = "" },
	} {
		claims := from.claims()
		spoil(claims)
		for range 2 { // never remembered
			_, err := a.Verify(t.Context(), from.sign(t, claims))
			unauthenticated(t, err, name)
		}
	}
}

func TestGoodClaimsOfOtherForms(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	a := open(t, options(from))
	for name, change := range map[string]func(jwt.MapClaims){
		"aud array":                  func(c jwt.MapClaims) { c["aud"] = []string{"bank", "shop"} },
		"the other audience":         func(c jwt.MapClaims) { c["aud"] = "api" },
		"expired within the leeway":  func(c jwt.MapClaims) { c["exp"] = time.Now().Add(-leeway / 2).Unix() },
		"not yet, within the leeway": func(c jwt.MapClaims) { c["nbf"] = time.Now().Add(leeway / 2).Unix() },
		"no time of issue":           func(c jwt.MapClaims) { delete(c, "iat") },
		"exp with a fraction":        func(c jwt.MapClaims) { c["exp"] = float64(time.Now().Add(time.Minute).Unix()) + 0.5 },
		"expires in a thousand years": func(c jwt.MapClaims) {
			c["exp"] = time.Now().AddDate(1000, 0, 0).Unix()
		},
	} {
		claims := from.claims()
		change(claims)
		_, err := a.Verify(t.Context(), from.sign(t, claims))
		require.NoError(t, err, name)
	}
}

func TestForeignHeadersAreRefused(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	a := open(t, options(from))
	for name, c := range map[string]struct {
		header map[string]any
		good   bool
	}{
		"typ in lower case":    {map[string]any{"typ": "jwt"}, true},
		"no typ":               {map[string]any{"typ": nil}, false},
		"typ of another token": {map[string]any{"typ": "logout+jwt"}, false},
		"unknown extension":    {map[string]any{"crit": []string{"exp2"}, "exp2": 1}, false},
		"no kid":               {map[string]any{"kid": nil}, true}, // the issuer has one key
		"empty kid":            {map[string]any{"kid": ""}, false},
		"kid as a number":      {map[string]any{"kid": 7}, false},
		"unknown kid":          {map[string]any{"kid": "key-2"}, false},
		"kid as a path":        {map[string]any{"kid": "../../dev/null"}, false},
		"key in the token":     {map[string]any{"jku": "http://127.0.0.1:1/", "kid": "key-3"}, false},
	} {
		_, err := a.Verify(t.Context(), from.signWith(t, from.claims(), c.header))
		if c.good {
			require.NoError(t, err, name)
			continue
		}
		unauthenticated(t, err, name)
	}
}

func TestAlgNoneIsRefused(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	a := open(t, options(from))
	none, err := jwt.NewWithClaims(jwt.SigningMethodNone, from.claims()).SignedString(jwt.UnsafeAllowNoneSignatureType)
	require.NoError(t, err)
	parts := strings.Split(from.good(t), ".")
	for _, alg := range []string{"none", "None", "NONE", "nOnE", ""} {
		header := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"alg":%q,"typ":"JWT","kid":"key-1"}`, alg))
		for _, token := range []string{header + "." + parts[1] + ".", header + "." + parts[1] + "." + parts[2], none} {
			_, err = a.Verify(t.Context(), token)
			unauthenticated(t, err, alg)
		}
	}
	o := options(from)
	o.JWT.Issuers[0].Algorithms = []string{"none"}
	_, err = authentication.New(o, nil)
	require.ErrorContains(t, err, "none")
}

// TestAlgConfusionIsRefused signs a token by HMAC with the public key as the secret. Everybody
// knows that key.
func TestAlgConfusionIsRefused(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	other := newIssuer(t)
	other.name = "https://hmac.example"
	o := options(from, other)
	o.JWT.Issuers[1].Algorithms = []string{"HS256"} // so the parser knows the algorithm
	o.JWT.Issuers[1].Secret = []byte("a secret of thirty-two bytes....")
	a := open(t, o)
	encoded, err := x509.MarshalPKIXPublicKey(from.public())
	require.NoError(t, err)
	for name, secret := range map[string][]byte{
		"bytes": from.public(), "DER": encoded, "JWKS": from.jwks(),
		"PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: encoded}), "empty": {},
	} {
		parts := strings.Split(from.good(t), ".")
		header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT","kid":"key-1"}`))
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(header + "." + parts[1]))
		_, err := a.Verify(t.Context(), header+"."+parts[1]+"."+base64.RawURLEncoding.EncodeToString(mac.Sum(nil)))
		unauthenticated(t, err, name)
	}
}

func TestASecretVerifiesOnlyItsIssuersTokens(t *testing.T) {
	t.Parallel()
	from, secret := newIssuer(t), []byte("a secret of thirty-two bytes....")
	o := options(from)
	o.JWT.Issuers[0].Algorithms, o.JWT.Issuers[0].Secret = []string{"HS256"}, secret
	a := open(t, o)
	good, err := jwt.NewWithClaims(jwt.SigningMethodHS256, from.claims()).SignedString(secret)
	require.NoError(t, err)
	_, err = a.Verify(t.Context(), good)
	require.NoError(t, err)
	longer, err := jwt.NewWithClaims(jwt.SigningMethodHS512, from.claims()).SignedString(secret)
	require.NoError(t, err)
	_, err = a.Verify(t.Context(), longer)
	unauthenticated(t, err, "an algorithm that is not listed")
	_, err = a.Verify(t.Context(), from.good(t))
	unauthenticated(t, err, "an asymmetric algorithm that is not listed")

	for name, spoil := range map[string]func(*authentication.Issuer){
		"HS256 without a secret": func(i *authentication.Issuer) { i.Secret = nil },
		"EdDSA with a secret":    func(i *authentication.Issuer) { i.Algorithms = append(i.Algorithms, "EdDSA") },
		"unknown algorithm":      func(i *authentication.Issuer) { i.Algorithms = []string{"XS256"} },
		"malformed pattern":      func(i *authentication.Issuer) { i.Claims = map[string]string{"sub": "("} },
	} {
		bad := options(from)
		bad.JWT.Issuers[0].Algorithms, bad.JWT.Issuers[0].Secret = []string{"HS256"}, secret
		spoil(&bad.JWT.Issuers[0])
		_, err := authentication.New(bad, nil)
		require.Error(t, err, name)
	}
}

// TestEachIssuerHasItsOwnAlgorithms shows that an algorithm is accepted only from issuers that
// list it.
func TestEachIssuerHasItsOwnAlgorithms(t *testing.T) {
	t.Parallel()
	first, second := newIssuer(t), newIssuer(t)
	second.name = "https://second.example"
	o := options(first, second)
	for i, algorithm := range []string{"HS256", "HS512"} {
		o.JWT.Issuers[i].Algorithms = []string{algorithm}
		o.JWT.Issuers[i].Secret = []byte("a secret of thirty-two bytes....")
	}
	a := open(t, o)
	for _, c := range []struct {
		from   *issuer
		method jwt.SigningMethod
		good   bool
	}{
		{first, jwt.SigningMethodHS256, true},
		{first, jwt.SigningMethodHS512, false},
		{second, jwt.SigningMethodHS256, false},
		{second, jwt.SigningMethodHS512, true},
	} {
		token, err := jwt.NewWithClaims(c.method, c.from.claims()).SignedString(o.JWT.Issuers[0].Secret)
		require.NoError(t, err)
		_, err = a.Verify(t.Context(), token)
		if c.good {
			require.NoError(t, err)
			continue
		}
		unauthenticated(t, err, c.from.name, c.method.Alg())
	}
}

func TestForgedTokensAreRefused(t *testing.T) {
	t.Parallel()
	from, stranger := newIssuer(t), newIssuer(t)
	second := newIssuer(t)
	second.name, second.id = "https://second.example", "key-second"
	a := open(t, options(from, second))
	good := from.good(t)
	_, err := a.Verify(t.Context(), good)
	require.NoError(t, err)
	parts := strings.Split(good, ".")
	claims := from.claims()
	claims["sub"] = "grace"
	others := strings.Split(from.sign(t, claims), ".")
	pretender := second.claims()
	pretender["iss"] = from.name
	for name, token := range map[string]string{
		"empty":                    "",
		"nonsense":                 "x.y.z",
		"not base64":               "?.?.?",
		"dots":                     "..",
		"four parts":               good + ".x",
		"other key":                stranger.good(t),
		"no signature":             parts[0] + "." + parts[1] + ".",
		"another's payload":        parts[0] + "." + others[1] + "." + parts[2],
		"another issuer's key":     second.signWith(t, pretender, map[string]any{"kid": from.id}),
		"another issuer's key id":  second.sign(t, pretender),
		"a space after it":         good + " ",
		"payload of null":          parts[0] + ".bnVsbA." + parts[2],
		"payload of a list":        parts[0] + ".W10." + parts[2],
		"a longer signature":       good + "AA",
		"the signature, but twice": good + parts[2],
	} {
		_, err := a.Verify(t.Context(), token)
		unauthenticated(t, err, name)
	}
}

func TestAHugeTokenIsNotParsed(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	a := open(t, options(from))
	claims := from.claims()
	claims["much"] = strings.Repeat("x", 4000)
	for _, token := range []string{from.sign(t, claims), strings.Repeat("a", 1<<20), strings.Repeat(".", 1<<20)} {
		_, err := a.Verify(t.Context(), token)
		refused := unauthenticated(t, err)
		require.Contains(t, refused.Error(), "4000 bytes")
	}
	require.LessOrEqual(t, from.asked.Load(), int64(1), "only the first fetch, in the background")
}

// TestUnknownKidFlood shows that tokens with invented key ids cause one fetch, and do not affect
// other clients.
func TestUnknownKidFlood(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	a := open(t, options(from))
	good := from.good(t)
	_, err := a.Verify(t.Context(), good)
	require.NoError(t, err)
	before := from.asked.Load()
	parts := strings.Split(good, ".")
	var clients sync.WaitGroup
	for client := range 20 {
		clients.Go(func() {
			for n := range 500 {
				header := fmt.Appendf(nil, `{"alg":"EdDSA","typ":"JWT","kid":"invented-%d-%d"}`, client, n)
				_, err := a.Verify(t.Context(), base64.RawURLEncoding.EncodeToString(header)+"."+parts[1]+"."+parts[2])
				unauthenticated(t, err)
			}
		})
	}
	clients.Wait()
	require.LessOrEqual(t, from.asked.Load()-before, int64(1), "requests for 10,000 unknown kids")
	_, err = a.Verify(t.Context(), from.good(t))
	require.NoError(t, err)
}

// TestTheIssuerMayStartLater starts the router while the issuer is down. The router then cannot
// know whether the issuer's tokens are valid.
func TestTheIssuerMayStartLater(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	from.down.Store(true)
	a := open(t, options(from))
	token := from.good(t)
	_, err := a.Authenticate(request("Authorization", "Bearer "+token))
	refusedWith(t, err, http.StatusServiceUnavailable, "SERVICE_UNAVAILABLE")
	result, err := a.Authenticate(request())
	require.NoError(t, err)
	require.Equal(t, authentication.Result{}, result, "anonymous")
	result, err = a.Authenticate(request("Cookie", "access="+token))
	require.NoError(t, err, "a browser still sees what is public")
	require.Nil(t, result.Identity)
	refusedWith(t, result.Ignored, http.StatusServiceUnavailable, "SERVICE_UNAVAILABLE")

	from.down.Store(false)
	require.Eventually(t, func() bool { _, err := a.Verify(t.Context(), token); return err == nil }, patience, time.Millisecond)
}

// TestARememberedTokenExpires shows that a cached token is not accepted after it has expired.
func TestARememberedTokenExpires(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	o := inFile(t, from, options(from))
	synctest.Test(t, func(t *testing.T) {
		a, err := authentication.New(o, nil)
		require.NoError(t, err)
		defer a.Close()
		token := from.good(t)
		first, err := a.Verify(t.Context(), token)
		require.NoError(t, err)
		time.Sleep(10 * time.Minute) // in the bubble
		again, err := a.Verify(t.Context(), token)
		require.NoError(t, err, "within the leeway")
		require.Same(t, first, again)
		time.Sleep(leeway + time.Second)
		_, err = a.Verify(t.Context(), token)
		require.Contains(t, unauthenticated(t, err).Error(), "expired")
	})
}

// inFile puts the key of an issuer into a file.
func inFile(t testing.TB, from *issuer, o authentication.Options) authentication.Options {
	t.Helper()
	file := filepath.Join(t.TempDir(), "jwks.json")
	require.NoError(t, os.WriteFile(file, from.jwks(), 0o600))
	o.JWT.Issuers[0].Keys.URL, o.JWT.Issuers[0].Keys.File = "", file
	return o
}

// TestAWithdrawnKeyEndsItsTokens shows that a cached token is refused after its issuer has
// withdrawn the key.
func TestAWithdrawnKeyEndsItsTokens(t *testing.T) {
	t.Parallel()
	from, next := newIssuer(t), newIssuer(t)
	o := inFile(t, from, options(from))
	file := o.JWT.Issuers[0].Keys.File
	o.JWT.Issuers[0].Keys.RefreshEvery = time.Millisecond
	a := open(t, o)
	token := from.good(t)
	_, err := a.Verify(t.Context(), token)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file+".new", next.jwks(), 0o600))
	require.NoError(t, os.Rename(file+".new", file))
	require.Eventually(t, func() bool { _, err = a.Verify(t.Context(), token); return err != nil }, patience, time.Millisecond)
	unauthenticated(t, err)
	_, err = a.Verify(t.Context(), next.good(t))
	require.NoError(t, err)
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	o := options(from)
	o.JWT.CachedTokens = 2
	a := open(t, o)
	seen := map[*authentication.Identity]bool{}
	var tokens []string
	for n := range 5 {
		claims := from.claims()
		claims["n"] = n
		tokens = append(tokens, from.sign(t, claims))
	}
	verify := func(token string) bool {
		identity, err := a.Verify(t.Context(), token)
		require.NoError(t, err)
		defer func() { seen[identity] = true }()
		return seen[identity]
	}
	for _, token := range tokens {
		require.False(t, verify(token))
	}
	require.True(t, verify(tokens[4]), "the last is remembered")
	require.True(t, verify(tokens[3]))
	require.False(t, verify(tokens[0]), "the first is verified again")
}

func BenchmarkVerify(b *testing.B) {
	from := newIssuer(b)
	a := open(b, options(from))
	b.Run("remembered", func(b *testing.B) {
		token := from.good(b)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := a.Verify(b.Context(), token); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("new", func(b *testing.B) {
		tokens := make([]string, 1000) // ten times the size of the cache
		for i := range tokens {
			claims := from.claims()
			claims["n"] = i
			tokens[i] = from.sign(b, claims)
		}
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := a.Verify(b.Context(), tokens[i%len(tokens)]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("only the signature", func(b *testing.B) {
		message := []byte(from.good(b))
		signature := ed25519.Sign(from.private, message)
		for b.Loop() {
			ed25519.Verify(from.public(), message, signature)
		}
	})
}
