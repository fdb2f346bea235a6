package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

// load is a number of logged-in clients that send the requests of a shop.
type load struct {
	url    string
	size   int
	tokens []string
	// baskets holds the product in each client's basket. A client does one thing at a time.
	baskets []string
}

func newLoad(ctx context.Context, url string, size, clients int) (*load, error) {
	l := &load{url: url, size: size, baskets: make([]string, clients)}
	for n := range clients {
		token, err := logIn(ctx, url, buyer(n, size))
		if err != nil {
			return nil, err
		}
		l.tokens = append(l.tokens, token)
	}
	return l, nil
}

// operation does something once as a client, and returns the time of the part to measure.
type operation struct {
	name string
	do   func(ctx context.Context, client int) (time.Duration, error)
}

func (l *load) operations() []operation {
	return []operation{
		{"account, orders, products", l.query(account, func() map[string]any { return nil })},
		{"catalogue page", l.query(shelf, l.page)},
		{"search", l.query(shelf, func() map[string]any {
			filter := map[string]any{"search": "kettle " + fmt.Sprint(rand.IntN(100))}
			return map[string]any{"page": 1, "sort": "NAME_ASC", "filter": filter}
		})},
		{"search, one word of one product", l.query(shelf, func() map[string]any {
			filter := map[string]any{"search": fmt.Sprint(l.size/2 + rand.IntN(l.size/2))}
			return map[string]any{"page": 1, "sort": "NAME_ASC", "filter": filter}
		})},
		{"facets of everything", l.query(facets, func() map[string]any { return nil })},
		{"facets of a search", l.query(facets, func() map[string]any {
			filter := map[string]any{"search": "kettle " + fmt.Sprint(rand.IntN(100))}
			return map[string]any{"filter": filter}
		})},
		{"change items", l.changeItems},
		{"place order", l.place},
		{"log in", l.logIn},
	}
}

const (
	account = `query { me { id displayName email
		basket { id totalQuantity total { amountMinor currency } }
		orders(first: 10) { pageInfo { hasNextPage endCursor } edges { node {
			id number status placedAt totalQuantity total { amountMinor currency }
			items { id title quantity unitPrice { amountMinor currency }
				lineTotal { amountMinor currency } product { id slug images { url alt } } }
			invoice { number status issuedAt
				net { amountMinor } tax { amountMinor } gross { amountMinor currency } } } } } } }`
	shelf = `query ($page: Int, $filter: ProductFilter, $sort: ProductSort!) {
		products(first: 24, page: $page, filter: $filter, sort: $sort) { pageCount
			nodes { id slug title price { decimal currency } images { url alt } stock { status } } } }`
	facets = `query ($filter: ProductFilter) { products(first: 0, filter: $filter) { totalCount
		facets { inStock categories { count category { id } }
			price { lowest { decimal } highest { decimal } } } } }`
	change = `mutation ($input: ChangeOrderItemsInput!) { changeOrderItems(input: $input) {
		order { version total { decimal } } errors { __typename } } }`
	place = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
		order { status } errors { __typename } } }`
	token = `mutation ($input: CredentialsInput!) { createToken(input: $input) {
		token { accessToken } errors { __typename } } }`
)

func (l *load) page() map[string]any {
	sorts := []string{"NAME_ASC", "NAME_DESC", "PRICE_ASC", "PRICE_DESC", "NEWEST"}
	return map[string]any{
		"page": 1 + rand.IntN(min(10, l.size/24+1)), "sort": sorts[rand.IntN(len(sorts))],
	}
}

func (l *load) query(
	text string, variables func() map[string]any,
) func(context.Context, int) (time.Duration, error) {
	return func(ctx context.Context, client int) (time.Duration, error) {
		began := time.Now()
		_, err := ask(ctx, l.url, l.tokens[client], text, variables())
		return time.Since(began), err
	}
}

func (l *load) someProduct() string {
	return fmt.Sprintf("prd_000000000000000%d0", 1_000_000_000+1+rand.IntN(l.size))
}

func (l *load) changeItems(ctx context.Context, client int) (time.Duration, error) {
	took, _, err := l.fillBasket(ctx, client)
	return took, err
}

// fillBasket puts one product into the basket and removes the previous one.
func (l *load) fillBasket(
	ctx context.Context, client int,
) (took time.Duration, version int, err error) {
	product := l.someProduct()
	changes := []any{map[string]any{
		"action": "SET", "productId": product, "quantity": 1 + rand.IntN(3),
	}}
	if before := l.baskets[client]; before != "" && before != product {
		changes = append(changes, map[string]any{"action": "REMOVE", "productId": before})
	}
	began := time.Now()
	input := map[string]any{"changes": changes}
	data, err := ask(ctx, l.url, l.tokens[client], change, map[string]any{"input": input})
	if err == nil {
		l.baskets[client] = product
	}
	return time.Since(began), data.ChangeOrderItems.Order.Version, err
}

// place measures only the placement of the order, not the filling of the basket before it.
func (l *load) place(ctx context.Context, client int) (time.Duration, error) {
	_, version, err := l.fillBasket(ctx, client)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	data, err := ask(ctx, l.url, l.tokens[client], place, map[string]any{"input": map[string]any{
		"expectedVersion": version, "idempotencyKey": fmt.Sprintf("bench-%d", rand.Int64()),
	}})
	if err == nil {
		l.baskets[client] = ""
	}
	if status := data.PlaceOrder.Order.Status; err == nil && status != "CONFIRMED" {
		err = fmt.Errorf("the placed order is %s, not CONFIRMED", status)
	}
	return time.Since(began), err
}

func (l *load) logIn(ctx context.Context, _ int) (time.Duration, error) {
	began := time.Now()
	_, err := logIn(ctx, l.url, buyer(rand.IntN(l.size), l.size))
	return time.Since(began), err
}

// buyer returns one of the users with orders. User 0, who registered, has none.
func buyer(n, size int) int { return 1 + n%(usersOf(size)-1) }

func logIn(ctx context.Context, url string, user int) (string, error) {
	input := map[string]any{"login": userName(user), "password": password}
	data, err := ask(ctx, url, "", token, map[string]any{"input": input})
	return data.CreateToken.Token.AccessToken, err
}

// data is the part of the answers that the benchmark uses.
type data struct {
	CreateToken      struct{ Token struct{ AccessToken string } }
	ChangeOrderItems struct{ Order struct{ Version int } }
	PlaceOrder       struct{ Order struct{ Status string } }
}

// ask sends a query and returns an error unless it succeeds.
func ask(ctx context.Context, url, token, query string, variables map[string]any) (data, error) {
	var got struct {
		Data   data
		Errors []struct{ Message string }
	}
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return got.Data, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return got.Data, err
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return got.Data, err
	}
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return got.Data, err
	case json.Unmarshal(raw, &got) != nil, len(got.Errors) > 0,
		bytes.Contains(raw, []byte(`"errors":[{`)):
		return got.Data, errors.New(string(raw[:min(len(raw), 300)]))
	}
	return got.Data, nil
}
