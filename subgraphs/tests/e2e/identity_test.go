//go:build e2e

package e2e

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/tests/access"
)

// questions are queries that could reveal a user's data, by service.
func questions(userID, orderID, productID string) map[string][]string {
	entity := func(typeName, id, fields string) string {
		return fmt.Sprintf(`{ _entities(representations: [{__typename: %q, id: %q}]) { ... on %s { %s } } }`, typeName, id, typeName, fields)
	}
	return map[string][]string{
		"user": {
			`{ me { id email username displayName } }`,
			entity("User", userID, "email username displayName"),
		},
		"order": {
			`{ basket { id number totalQuantity } }`,
			`{ orders { nodes { id number } } }`,
			fmt.Sprintf(`{ order(id: %q) { id number } }`, orderID),
			entity("User", userID, "basket { number } orders { nodes { number } }"),
			entity("Order", orderID, "number total { amountMinor }"),
			entity("Product", productID, "quantityInBasket"),
		},
	}
}

func TestSubgraphsRevealNothingWithoutAToken(t *testing.T) {
	t.Parallel()
	s := startWithShopper(t)
	whole := s.right(t, `{ me { id orders { nodes { id number } } basket { number } } }`, nil)
	secrets := []string{s.email, whole.text("me.orders.nodes.0.number"), whole.text("me.basket.number")}
	stranger, _ := s.signUp(t)

	tokens := map[string]string{"none": "", "another user's": stranger, "nonsense": "a.b.c"}
	for name, forged := range s.forgeries(t) {
		tokens[name] = forged
	}
	asked := questions(whole.text("me.id"), whole.text("me.orders.nodes.0.id"), s.products[2])
	for service, queries := range asked {
		for _, query := range queries {
			for name, token := range tokens {
				a := s.system.client(service).as(token).must(t, query, nil)
				for _, secret := range secrets {
					require.NotContains(t, a.Body, secret, "%s, token: %s, %s", service, name, query)
				}
				require.NotContains(t, a.Body, `"quantityInBasket":2`, "%s, token: %s", service, name)
			}
			a := s.system.client(service).as(s.token).right(t, query, nil)
			require.NotContains(t, a.Body, `:null}`, "the owner gets data: %s", query)
		}
	}
}

// forgeries returns tokens with the user's claims, forged in ways that have worked against other
// systems.
func (s shopper) forgeries(t *testing.T) map[string]string {
	t.Helper()
	genuine, _, err := jwt.NewParser().ParseUnverified(s.token, jwt.MapClaims{})
	require.NoError(t, err)
	claims := genuine.Claims
	sign := func(method jwt.SigningMethod, key any) string {
		forged := jwt.NewWithClaims(method, claims)
		forged.Header["kid"] = genuine.Header["kid"]
		text, err := forged.SignedString(key)
		require.NoError(t, err)
		return text
	}
	_, ownKey, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	public := s.publicKey(t)
	encoded, err := x509.MarshalPKIXPublicKey(public)
	require.NoError(t, err)
	parts := strings.Split(s.token, ".")
	return map[string]string{
		"signed by another key":           sign(jwt.SigningMethodEdDSA, ownKey),
		"not signed":                      sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType),
		"HMAC with the public key":        sign(jwt.SigningMethodHS256, []byte(public)),
		"HMAC with the encoded key":       sign(jwt.SigningMethodHS256, encoded),
		"signature cut off":               parts[0] + "." + parts[1] + ".",
		"claims changed after signing":    parts[0] + "." + changed(t, parts[1]) + "." + parts[2],
		"signature of nothing, all zeros": parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(make([]byte, 64)),
	}
}

func changed(t *testing.T, claims string) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(claims)
	require.NoError(t, err)
	var values map[string]any
	require.NoError(t, json.Unmarshal(text, &values))
	values["roles"] = []string{"ADMIN"}
	text, err = json.Marshal(values)
	require.NoError(t, err)
	return base64.RawURLEncoding.EncodeToString(text)
}

func (s shopper) publicKey(t *testing.T) ed25519.PublicKey {
	t.Helper()
	response, err := http.Get(s.system.url("user") + "/.well-known/jwks.json")
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	var keys struct {
		Keys []struct{ X, Kty, D string }
	}
	require.NoError(t, json.Unmarshal(text, &keys))
	require.NotEmpty(t, keys.Keys)
	require.Equal(t, "OKP", keys.Keys[0].Kty)
	require.Empty(t, keys.Keys[0].D, "the private key is not published")
	key, err := base64.RawURLEncoding.DecodeString(keys.Keys[0].X)
	require.NoError(t, err)
	return key
}

// After a log-out the router and every service refuse the token within 2 s, including one that was
// down at the time.
func TestLogoutReachesEveryService(t *testing.T) {
	t.Parallel()
	s := startWithShopper(t)
	probes := map[string]string{"user": `{ me { id } }`, "order": `{ orders { nodes { id } } }`}
	for service, query := range probes {
		s.system.client(service).as(s.token).right(t, query, nil)
	}
	began := time.Now()
	s.right(t, `mutation { logout { endedSessions } }`, nil)
	for service, query := range probes {
		within(t, 2*time.Second, service+" refuses the token", func() error { return refuses(t, s.system.client(service).as(s.token), query) })
		t.Logf("%s refused the token %s after the log-out", service, time.Since(began).Round(time.Millisecond))
	}
	within(t, 2*time.Second, "the router refuses the token", func() error { return refusesItself(t, s.client) })
	t.Logf("the router refused the token %s after the log-out", time.Since(began).Round(time.Millisecond))

	accessToken, _ := s.system.client("router").signUp(t)
	s.kill("order")
	s.as(accessToken).right(t, `mutation { logout { endedSessions } }`, nil)
	s.kill("router")
	s.run("order", "router")
	for _, token := range []string{s.token, accessToken} {
		within(t, 2*time.Second, "order refuses the token after its restart", func() error {
			return refuses(t, s.system.client("order").as(token), probes["order"])
		})
		within(t, 2*time.Second, "the router refuses the token after its restart", func() error {
			return refusesItself(t, s.system.client("router").as(token))
		})
	}
}

// refusesItself reports whether the router refuses a public query because of its token, which no
// service would.
func refusesItself(t *testing.T, router client) error {
	t.Helper()
	a, err := router.ask(t.Context(), `{ categories { id } }`, nil)
	switch {
	case err != nil:
		return err
	case a.Status != http.StatusUnauthorized:
		return fmt.Errorf("not refused: %s", a.Body)
	}
	return refuses(t, router, `{ categories { id } }`)
}

func refuses(t *testing.T, c client, query string) error {
	t.Helper()
	a, err := c.ask(t.Context(), query, nil)
	if err != nil {
		return err
	}
	if len(a.Errors) != 1 || refusal(a.Errors[0]) != access.Login {
		return fmt.Errorf("not refused: %s", a.Body)
	}
	return nil
}
