package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/fulltext"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// Products returns the products of a listing.
func (s *Store) Products(ctx context.Context, l catalog.Listing) ([]*catalog.Product, error) {
	query, args, err := s.list(l)
	if err != nil {
		return nil, err
	}
	var rows []productRow
	db := s.db.Read()
	if err := db.SelectContext(ctx, &rows, db.Rebind(query), args...); err != nil {
		return nil, fmt.Errorf("list products: %w", err)
	}
	return productsOf(rows), nil
}

// list returns the statement for a listing.
func (s *Store) list(l catalog.Listing) (query string, args []any, err error) {
	order, err := orderOf(l.Sort)
	if err != nil {
		return "", nil, err
	}
	found := s.matching(l.Criteria)
	if l.After != nil {
		found.and("("+order.column+", p.id) "+order.beyond+" (?, ?)", order.key(l.After), l.After.ID)
	}
	rows, args := found.rows()
	query = "SELECT " + productColumns + rows +
		" ORDER BY " + order.column + order.direction + ", p.id" + order.direction + " LIMIT ? OFFSET ?"
	return query, append(args, l.Limit, l.Skip), nil
}

// CountProducts returns how many products match.
func (s *Store) CountProducts(ctx context.Context, c catalog.Criteria) (int, error) {
	rows, args := s.matching(c).rows()
	var count int
	db := s.db.Read()
	if err := db.GetContext(ctx, &count, db.Rebind("SELECT count(*)"+rows), args...); err != nil {
		return 0, fmt.Errorf("count products: %w", err)
	}
	return count, nil
}

// selection builds a WHERE clause on a table p: all products, or those with some words.
type selection struct {
	table      string
	words      []any // arguments of table
	conditions []string
	args       []any
}

func (s *selection) and(condition string, args ...any) {
	s.conditions = append(s.conditions, condition)
	s.args = append(s.args, args...)
}

// condition returns the whole condition, which is true if there are no parts.
func (s *selection) condition() string {
	if len(s.conditions) == 0 {
		return "1 = 1"
	}
	return strings.Join(s.conditions, " AND ")
}

// rows returns the rest of a SELECT for the selected products.
func (s *selection) rows() (text string, args []any) {
	return " FROM " + s.table + " AS p WHERE " + s.condition(), slices.Concat(s.words, s.args)
}

func (s *Store) matching(c catalog.Criteria) *selection {
	found := s.walk(c)
	found.inCategory(c)
	found.priced(c)
	found.inStock(c)
	return found
}

// walk applies the criteria that are not facets.
func (s *Store) walk(c catalog.Criteria) *selection {
	found := &selection{table: "product"}
	if c.OffSale {
		found.and("p.active = 0")
	} else {
		found.and("p.active = 1")
	}
	if c.AtMost != nil {
		found.and("p.on_hand - p.reserved <= ?", *c.AtMost)
	}
	if c.Nothing {
		found.and("1 = 0")
	}
	if len(c.Words) > 0 {
		index := fulltext.Index{
			Table: "product", Words: "product_words", ID: "product_id", Search: "product_search",
		}
		found.table, found.words = index.Rows(s.db.Dialect(), c.Words)
	}
	return found
}

func (s *selection) inCategory(c catalog.Criteria) {
	if c.Category != nil {
		s.and("p.category_id = (SELECT id FROM category WHERE slug = ?)", *c.Category)
	}
}

func (s *selection) priced(c catalog.Criteria) {
	if c.PriceFrom != nil {
		s.and("p.price_minor >= ?", *c.PriceFrom)
	}
	if c.PriceTo != nil {
		s.and("p.price_minor <= ?", *c.PriceTo)
	}
}

func (s *selection) inStock(c catalog.Criteria) {
	if c.InStock {
		s.and("p.on_hand > p.reserved")
	}
}

// order is an order of products in SQL. The id breaks ties in the same direction.
type order struct {
	column    string
	direction string
	beyond    string
	key       func(*keyset.Position) any
}

func orderOf(sort catalog.Sort) (order, error) {
	text := func(p *keyset.Position) any { return p.Text }
	number := func(p *keyset.Position) any { return p.Number }
	switch sort {
	case catalog.NameAsc:
		return order{"p.title_key", " ASC", ">", text}, nil
	case catalog.NameDesc:
		return order{"p.title_key", " DESC", "<", text}, nil
	case catalog.PriceAsc:
		return order{"p.price_minor", " ASC", ">", number}, nil
	case catalog.PriceDesc:
		return order{"p.price_minor", " DESC", "<", number}, nil
	case catalog.Newest:
		return order{"p.created_at", " DESC", "<", number}, nil
	case catalog.FewestLeft:
		return order{"p.on_hand - p.reserved", " ASC", ">", number}, nil
	}
	return order{}, fmt.Errorf("list products: no order %q", sort)
}
