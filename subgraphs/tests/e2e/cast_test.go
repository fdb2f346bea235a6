//go:build e2e

package e2e

import (
	"context"
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/tests/access"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	userstore "github.com/trefoil-graph/trefoil/subgraphs/user/store"
	signing "github.com/trefoil-graph/trefoil/subgraphs/user/token"
)

// cast is all askers, each with an account, an order and a basket, and the owner's secrets.
type cast struct {
	client
	*props
	system    *system
	usernames map[access.Asker]string
	good      map[access.Asker]string // tokens
	bad       map[string]string       // tokens
	secrets   []string
}

func newCast(t *testing.T) *cast {
	t.Helper()
	s := start(t, startProvider(t)...)
	c := &cast{client: s.client("router"), system: s, usernames: map[access.Asker]string{}, good: map[access.Asker]string{}}
	products := c.products(t)
	for _, asker := range []access.Asker{access.Owner, access.Other, access.Support, access.Admin} {
		_, email := c.signUp(t)
		c.usernames[asker] = username(email)
		if asker >= access.Support {
			s.promote(c.usernames[asker], strings.ToUpper(asker.String()))
		}
		c.good[asker] = c.logIn(t, c.usernames[asker])
		c.as(c.good[asker]).furnish(t, products)
	}
	c.props = c.newProps(products[0])
	c.verifyAddresses(t)
	c.link(t, access.Owner)
	c.findOwners(t, products[0])
	c.useKeys(t, products[0])
	c.bad = c.badTokens(t)
	return c
}

// username returns the username of a user who signed up.
func username(email string) string { name, _, _ := strings.Cut(email, "@"); return name }

// promote gives a user a role with the command.
func (s *system) promote(username, role string) {
	s.t.Helper()
	out, err := s.tool(nil, "user", "role", "-data", s.data, username, role)
	require.NoError(s.t, err, "%s", out)
}

// furnish places a named order, and leaves an item in the basket.
func (c client) furnish(t *testing.T, products []string) {
	t.Helper()
	draft := c.right(t, `mutation($product: ID!) { createOrder(input: {name: "For the garden", items: [{productId: $product, quantity: 2}]}) { order { id version } } }`,
		map[string]any{"product": products[1]})
	placed := c.right(t, placeDraft, map[string]any{
		"order": draft.text("createOrder.order.id"), "version": draft.at("createOrder.order.version"), "key": uuid.NewString(),
	})
	require.Equal(t, "CONFIRMED", placed.text("placeOrder.order.status"), placed.Body)
	c.right(t, change, set(3, products[0]))
}

// findOwners finds the ids of the owner's things.
func (c *cast) findOwners(t *testing.T, product string) {
	t.Helper()
	spare := c.logIn(t, c.usernames[access.Owner])
	a := c.as(c.good[access.Owner]).right(t, `{ me { id email username sessions { id current } basket { id number }
		orders { nodes { id number invoice { id number } } } } }`, nil)
	shown := c.right(t, `query($id: ID!) { product(id: $id) { slug sku category { id slug } } }`, map[string]any{"id": product})
	admin := c.as(c.good[access.Admin]).right(t, `{ me { id } }`, nil)
	session := sessionOf(t, spare)
	for name, value := range map[string]string{
		"username": a.text("me.username"), "email": a.text("me.email"), "user": a.text("me.id"), "session": session,
		"order": a.text("me.orders.nodes.0.id"), "invoice": a.text("me.orders.nodes.0.invoice.id"), "draft": a.text("me.basket.id"),
		"product": product, "slug": shown.text("product.slug"), "sku": shown.text("product.sku"),
		"category": shown.text("product.category.id"), "shelf": shown.text("product.category.slug"), "admin": admin.text("me.id"),
	} {
		require.NotEmpty(t, value, name)
		c.lasting[name] = quoted(value)
	}
	c.secrets = []string{
		a.text("me.email"), a.text("me.basket.number"), a.text("me.orders.nodes.0.number"),
		a.text("me.orders.nodes.0.invoice.number"), session, sessionOf(t, c.good[access.Owner]),
	}
	for _, secret := range c.secrets {
		require.NotEmpty(t, secret)
	}
}

func sessionOf(t *testing.T, token string) string {
	t.Helper()
	var claims auth.Claims
	_, _, err := jwt.NewParser().ParseUnverified(token, &claims)
	require.NoError(t, err)
	return claims.SessionID
}

// badTokens returns invalid tokens of the owner.
func (c *cast) badTokens(t *testing.T) map[string]string {
	t.Helper()
	revoked := c.logIn(t, c.usernames[access.Owner])
	c.as(revoked).right(t, `mutation { logout { endedSessions } }`, nil)
	for _, service := range []string{"user", "order", "product"} {
		eventually(t, service+" knows about the log-out", func() error { return c.refuses(t, service, revoked) })
	}
	var claims auth.Claims
	genuine, _, err := jwt.NewParser().ParseUnverified(c.good[access.Owner], &claims)
	require.NoError(t, err)
	require.NotEmpty(t, genuine.Header["kid"])
	keys := c.keyring(t)
	sign := func(begins time.Time) string {
		text, err := keys.Sign(account.User{ID: claims.Subject, Role: auth.Admin}, account.Session{ID: claims.SessionID, UserID: claims.Subject},
			begins, begins.Add(auth.TokenLife))
		require.NoError(t, err)
		return text
	}
	c.as(sign(time.Now())).right(t, `{ users { totalCount } }`, nil) // the key itself works
	_, stranger, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	forge := func(kid any) string {
		forged := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
		if kid != nil {
			forged.Header["kid"] = kid
		}
		text, err := forged.SignedString(stranger)
		require.NoError(t, err)
		return text
	}
	return map[string]string{
		"expired": sign(time.Now().Add(-time.Hour)), "revoked": revoked,
		"foreign": forge(nil), "foreign, by our key's name": forge(genuine.Header["kid"]),
	}
}

// refuses returns nil once a service refuses a token.
func (c *cast) refuses(t *testing.T, service, token string) error {
	t.Helper()
	probes := map[string]string{
		"user": `{ me { id } }`, "order": `{ orders { nodes { id } } }`,
		"product": `mutation { adjustStock(input: {productId: "", delta: 0, reason: "", idempotencyKey: ""}) { errors { __typename } } }`,
	}
	return refuses(t, c.system.client(service).as(token), probes[service])
}

// keyring returns the user service's keyring, from its database.
func (c *cast) keyring(t *testing.T) *signing.Keyring {
	t.Helper()
	of := settings.Settings{Service: "user", DataDir: c.system.data, Server: c.system.database}
	db := sqldbtest.Open(t, of.Database())
	users, err := userstore.New(context.WithoutCancel(t.Context()), db, nil)
	require.NoError(t, err)
	keys, err := signing.Open(t.Context(), users, time.Now)
	require.NoError(t, err)
	return keys
}

// tokens returns an asker's tokens by name.
func (c *cast) tokens(asker access.Asker) map[string]string {
	switch asker {
	case access.Nobody:
		return map[string]string{"nobody": ""}
	case access.Bad:
		return c.bad
	}
	return map[string]string{asker.String(): c.good[asker]}
}
