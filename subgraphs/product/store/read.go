package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// ProductsBy returns the products that have one of the values as their key. It includes products
// that are not active if hidden is true.
func (s *Store) ProductsBy(
	ctx context.Context, key catalog.Key, values []string, hidden bool,
) ([]*catalog.Product, error) {
	column, err := columnOf(key)
	if err != nil {
		return nil, err
	}
	var rows []productRow
	query := "SELECT " + productColumns + " FROM product p WHERE p." + column + " IN (?)"
	if !hidden {
		query += " AND p.active = 1"
	}
	if err := s.selectIn(ctx, &rows, query, values); err != nil {
		return nil, fmt.Errorf("products by %s: %w", key, err)
	}
	return productsOf(rows), nil
}

const categoryQuery = "SELECT c.id, c.slug, c.title, c.description FROM category c"

// Categories returns all categories in the shop's order.
func (s *Store) Categories(ctx context.Context) ([]*catalog.Category, error) {
	var rows []categoryRow
	err := s.db.Read().SelectContext(ctx, &rows, categoryQuery+" ORDER BY c.position")
	if err != nil {
		return nil, fmt.Errorf("categories: %w", err)
	}
	return categoriesOf(rows), nil
}

// CategoriesBy returns the categories that have one of the values as their key.
func (s *Store) CategoriesBy(
	ctx context.Context, key catalog.Key, values []string,
) ([]*catalog.Category, error) {
	column, err := columnOf(key)
	if err != nil {
		return nil, err
	}
	var rows []categoryRow
	if err := s.selectIn(ctx, &rows, categoryQuery+" WHERE c."+column+" IN (?)", values); err != nil {
		return nil, fmt.Errorf("categories by %s: %w", key, err)
	}
	return categoriesOf(rows), nil
}

// CountByCategory returns the number of active products in each category.
func (s *Store) CountByCategory(
	ctx context.Context, categoryIDs []string,
) (map[string]int, error) {
	var rows []struct {
		CategoryID string `db:"category_id"`
		Count      int    `db:"products"`
	}
	query := `SELECT category_id, count(*) AS products FROM product
		WHERE active = 1 AND category_id IN (?) GROUP BY category_id`
	if err := s.selectIn(ctx, &rows, query, categoryIDs); err != nil {
		return nil, fmt.Errorf("count products of categories: %w", err)
	}
	counts := make(map[string]int, len(rows))
	for _, row := range rows {
		counts[row.CategoryID] = row.Count
	}
	return counts, nil
}

// Images returns the pictures of products, by the product's id.
func (s *Store) Images(
	ctx context.Context, productIDs []string,
) (map[string][]*catalog.Image, error) {
	var rows []imageRow
	const query = `SELECT product_id, url, alt, width, height FROM image
		WHERE product_id IN (?) ORDER BY product_id, position`
	if err := s.selectIn(ctx, &rows, query, productIDs); err != nil {
		return nil, fmt.Errorf("images: %w", err)
	}
	return imagesOf(rows), nil
}

// selectIn runs a query with one IN (?) on the values. Without values it finds nothing.
func (s *Store) selectIn(ctx context.Context, rows any, query string, values []string) error {
	if len(values) == 0 {
		return nil
	}
	query, args, err := sqlx.In(query, values)
	if err != nil {
		return err
	}
	db := s.db.Read()
	return db.SelectContext(ctx, rows, db.Rebind(query), args...)
}

func columnOf(key catalog.Key) (string, error) {
	switch key {
	case catalog.ByID:
		return "id", nil
	case catalog.BySlug:
		return "slug", nil
	}
	return "", fmt.Errorf("no key %q", key)
}

// CountAll counts all products, on sale or not.
func (s *Store) CountAll(ctx context.Context) (int, error) {
	var count int
	if err := s.db.Read().GetContext(ctx, &count, "SELECT count(*) FROM product"); err != nil {
		return 0, fmt.Errorf("count all products: %w", err)
	}
	return count, nil
}

// Currency returns the currency of the catalogue's prices, or "" if it has no products.
func (s *Store) Currency(ctx context.Context) (string, error) {
	var currencies []string
	const query = "SELECT currency FROM product LIMIT 1"
	if err := s.db.Read().SelectContext(ctx, &currencies, query); err != nil {
		return "", fmt.Errorf("currency of the catalogue: %w", err)
	}
	return strings.Join(currencies, ""), nil
}
