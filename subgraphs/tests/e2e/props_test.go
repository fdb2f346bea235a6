//go:build e2e

package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/tests/access"
)

// props are the values that rules.txt names with a $.
type props struct {
	// lasting names things that exist from the beginning.
	lasting map[string]string
	// personal returns what belongs to each asker.
	personal map[string]func(*testing.T, access.Asker) string
	// makers make things when they are needed.
	makers map[string]func(*testing.T) string
	// made holds things until they are used up, so that refused askers try the same thing that
	// another asker succeeds with.
	made   map[string]string
	ticket string    // of an unfinished log-in through the provider
	unused []written // mails with unused tokens
}

var propName = regexp.MustCompile(`\$[A-Za-z]+`)

func quoted(text string) string { return fmt.Sprintf("%q", text) }

// write replaces the names in a rule's text by their values.
func (c *cast) write(t *testing.T, asker access.Asker, text string) string {
	t.Helper()
	fresh := "x" + uuid.NewString()
	return propName.ReplaceAllStringFunc(text, func(name string) string {
		name = name[1:]
		if lasting, known := c.lasting[name]; known {
			return lasting
		}
		if own, known := c.personal[name]; known {
			return own(t, max(asker, access.Owner))
		}
		if name == "fresh" {
			return fresh
		}
		if c.made[name] == "" {
			require.Contains(t, c.makers, name, text)
			c.made[name] = c.makers[name](t)
		}
		return c.made[name]
	})
}

// use forgets the things in a rule's text, so that new ones are made.
func (c *cast) use(text string) {
	for _, name := range propName.FindAllString(text, -1) {
		delete(c.made, name[1:])
	}
}

func (c *cast) newProps(product string) *props {
	owner := c.as(c.good[access.Owner])
	one := []any{map[string]any{"productId": product, "quantity": 1}}
	return &props{
		lasting: map[string]string{"password": quoted(password)}, made: map[string]string{},
		personal: map[string]func(*testing.T, access.Asker) string{
			"me":         func(_ *testing.T, asker access.Asker) string { return quoted(c.usernames[asker]) },
			"name":       func(*testing.T, access.Asker) string { return quoted("n" + uuid.NewString()[9:]) },
			"refresh":    c.refreshToken,
			"guessed":    c.guess,
			"verified":   func(t *testing.T, asker access.Asker) string { return c.throughProvider(t, asker, true) },
			"unverified": func(t *testing.T, _ access.Asker) string { return c.throughProvider(t, access.Owner, false) },
		},
		makers: map[string]func(*testing.T) string{
			"drafted":  func(t *testing.T) string { return asItIs(owner.draft(t, one)) },
			"empty":    func(t *testing.T) string { return asItIs(owner.draft(t, nil)) },
			"soldOut":  func(t *testing.T) string { return asItIs(owner.draftOf(t, c.newThing(t, uuid.NewString(), true))) },
			"repriced": c.repriced,
			"ordered":  func(t *testing.T) string { return asItIs(owner.placeOne(t, owner.draft(t, one), uuid.NewString())) },
			"thing": func(t *testing.T) string {
				return fmt.Sprintf("id: %q, expectedVersion: 1", c.newThing(t, uuid.NewString(), true))
			},
			"newcomer":  c.newcomer,
			"verifying": func(t *testing.T) string { return c.tokenInMail(t, "verify") },
			"resetting": func(t *testing.T) string { return c.tokenInMail(t, "reset-password") },
		},
	}
}

// asItIs returns an order's id with its current version.
func asItIs(order map[string]any) string {
	return fmt.Sprintf("orderId: %q, expectedVersion: %v", order["id"], order["version"])
}

// makeRoom deletes drafts of earlier calls, because a user can have at most 50. It keeps the
// newest ten, and the oldest ten, which all calls use.
func (c client) makeRoom(t *testing.T) {
	t.Helper()
	drafts := c.right(t, `{ drafts { id } }`, nil).list("drafts")
	if len(drafts) < 40 {
		return
	}
	for _, draft := range drafts[10 : len(drafts)-10] {
		c.right(t, `mutation($id: ID!) { deleteDraft(input: {orderId: $id}) { errors { __typename } } }`,
			map[string]any{"id": draft.(map[string]any)["id"]})
	}
}

func (c client) draft(t *testing.T, items []any) map[string]any {
	t.Helper()
	c.makeRoom(t)
	a := c.right(t, `mutation($items: [ItemQuantityInput!]) { createOrder(input: {items: $items}) { order { id version } } }`,
		map[string]any{"items": items})
	require.NotNil(t, a.at("createOrder.order"), a.Body)
	return a.at("createOrder.order").(map[string]any)
}

// draftOf returns a draft with one piece of a product, once the order service knows the product.
func (c client) draftOf(t *testing.T, product string) (draft map[string]any) {
	t.Helper()
	c.makeRoom(t)
	eventually(t, "the product can be ordered", func() error {
		a, err := c.ask(t.Context(), newDraft, map[string]any{"product": product})
		if draft, _ = a.at("createOrder.order").(map[string]any); draft == nil {
			err = fmt.Errorf("%s", a.Body)
		}
		return err
	})
	return draft
}

// repriced returns a draft with a product whose price has changed since the buyer saw it.
func (c *cast) repriced(t *testing.T) string {
	t.Helper()
	thing, owner := c.newThing(t, uuid.NewString(), true), c.as(c.good[access.Owner])
	draft := owner.draftOf(t, thing)
	c.as(c.good[access.Admin]).right(t, updateProduct, input(map[string]any{"id": thing, "expectedVersion": 1, "priceMinor": 200}))
	const priced = `query($id: ID!) { order(id: $id) { id version total { amountMinor } } }`
	owner.becomes(t, 200.0, "order.total.amountMinor", priced, map[string]any{"id": draft["id"]})
	return asItIs(owner.right(t, priced, map[string]any{"id": draft["id"]}).at("order").(map[string]any))
}

func (c client) placeOne(t *testing.T, draft map[string]any, key string) map[string]any {
	t.Helper()
	placed := c.right(t, `mutation($order: ID!, $version: Int!, $key: String!) {
		placeOrder(input: {orderId: $order, expectedVersion: $version, idempotencyKey: $key}) { order { id version status } } }`,
		map[string]any{"order": draft["id"], "version": draft["version"], "key": key})
	require.Equal(t, "CONFIRMED", placed.text("placeOrder.order.status"), placed.Body)
	return placed.at("placeOrder.order").(map[string]any)
}

// newThing creates a product by a key, on sale or not, and returns its id.
func (c *cast) newThing(t *testing.T, key string, active bool) string {
	t.Helper()
	name := "y" + uuid.NewString()
	a := c.as(c.good[access.Admin]).right(t, createProduct, input(map[string]any{
		"idempotencyKey": key, "slug": name, "sku": name, "title": "Thing", "category": strings.Trim(c.lasting["shelf"], `"`),
		"priceMinor": 100, "taxBasisPoints": 0, "active": active,
	}))
	require.NotEmpty(t, a.text("createProduct.product.id"), a.Body)
	return a.text("createProduct.product.id")
}

// useKeys uses an idempotency key of each kind, so that using it again for something else is
// refused. One of the products is not on sale.
func (c *cast) useKeys(t *testing.T, product string) {
	t.Helper()
	for _, name := range []string{"placed", "created", "adjusted"} {
		c.lasting[name] = quoted(name + " before")
	}
	owner := c.as(c.good[access.Owner])
	owner.placeOne(t, owner.draft(t, []any{map[string]any{"productId": product, "quantity": 1}}), "placed before")
	c.newThing(t, "created before", true)
	c.lasting["withdrawn"] = quoted(c.newThing(t, uuid.NewString(), false))
	c.as(c.good[access.Admin]).right(t, adjustStock, input(map[string]any{
		"productId": product, "delta": 1, "reason": "Found", "idempotencyKey": "adjusted before",
	}))
}

func (c *cast) newcomer(t *testing.T) string {
	t.Helper()
	accessToken, _ := c.signUp(t)
	return quoted(c.as(accessToken).right(t, `{ me { id } }`, nil).text("me.id"))
}

func (c *cast) refreshToken(t *testing.T, asker access.Asker) string {
	t.Helper()
	a := c.right(t, `mutation($input: CredentialsInput!) { createToken(input: $input) { token { refreshToken } } }`,
		input(map[string]any{"login": c.usernames[asker], "password": password}))
	require.NotEmpty(t, a.text("createToken.token.refreshToken"), a.Body)
	return quoted(a.text("createToken.token.refreshToken"))
}

// guess guesses a password until the next guess must wait two seconds or more.
func (c *cast) guess(t *testing.T, _ access.Asker) string {
	t.Helper()
	const login = "guessed"
	eventually(t, "guesses are throttled", func() error {
		a, err := c.ask(t.Context(), `mutation($input: CredentialsInput!) { createToken(input: $input) {
			errors { ... on TooManyAttempts { retryAfter } } } }`, input(map[string]any{"login": login, "password": "guess"}))
		if wait, _ := a.at("createToken.errors.0.retryAfter").(float64); err == nil && wait < 2 {
			err = fmt.Errorf("%s", a.Body)
		}
		return err
	})
	return quoted(login)
}
