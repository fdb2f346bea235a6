package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// Products returns the active products of a listing.
func (s *Store) Products(ctx context.Context, l catalog.Listing) ([]*catalog.Product, error) {
	found := matching(l.Criteria)
	order, err := orderOf(l.Sort)
	if err != nil {
		return nil, err
	}
	if l.After != nil {
		found.and("(p."+order.column+", p.id) "+order.beyond+" (?, ?)", order.key(l.After), l.After.ID)
	}
	query := "SELECT " + productColumns + found.from() +
		" ORDER BY p." + order.column + order.direction + ", p.id" + order.direction + " LIMIT ?"
	var rows []productRow
	if err := s.db.Read().SelectContext(ctx, &rows, query, append(found.args, l.Limit)...); err != nil {
		return nil, fmt.Errorf("list products: %w", err)
	}
	return productsOf(rows), nil
}

// CountProducts returns how many active products match.
func (s *Store) CountProducts(ctx context.Context, c catalog.Criteria) (int, error) {
	found := matching(c)
	var count int
	if err := s.db.Read().GetContext(ctx, &count, "SELECT count(*)"+found.from(), found.args...); err != nil {
		return 0, fmt.Errorf("count products: %w", err)
	}
	return count, nil
}

// selection is a growing WHERE clause over product p and its category c.
type selection struct {
	conditions []string
	args       []any
}

func (s *selection) and(condition string, args ...any) {
	s.conditions = append(s.conditions, condition)
	s.args = append(s.args, args...)
}

func (s *selection) from() string {
	return " FROM product p JOIN category c ON c.id = p.category_id WHERE " + strings.Join(s.conditions, " AND ")
}

func matching(c catalog.Criteria) *selection {
	found := &selection{}
	found.and("p.active = 1")
	if c.Category != nil {
		found.and("c.slug = ?", *c.Category)
	}
	if c.InStock {
		found.and("p.on_hand > p.reserved")
	}
	for _, word := range c.Words {
		pattern := "%" + escape(word) + "%"
		found.and(`(p.search_text LIKE ? ESCAPE '\' OR c.search_text LIKE ? ESCAPE '\')`, pattern, pattern)
	}
	return found
}

// escape takes from a word what LIKE would read as a wildcard.
func escape(word string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word)
}

// order is an order of products in SQL; the id breaks ties in the same direction.
type order struct {
	column    string
	direction string
	beyond    string
	key       func(*catalog.Position) any
}

func orderOf(sort catalog.Sort) (order, error) {
	text := func(p *catalog.Position) any { return p.Text }
	number := func(p *catalog.Position) any { return p.Number }
	switch sort {
	case catalog.NameAsc:
		return order{"title_key", " ASC", ">", text}, nil
	case catalog.NameDesc:
		return order{"title_key", " DESC", "<", text}, nil
	case catalog.PriceAsc:
		return order{"price_minor", " ASC", ">", number}, nil
	case catalog.PriceDesc:
		return order{"price_minor", " DESC", "<", number}, nil
	case catalog.Newest:
		return order{"created_at", " DESC", "<", number}, nil
	}
	return order{}, fmt.Errorf("list products: no order %q", sort)
}
