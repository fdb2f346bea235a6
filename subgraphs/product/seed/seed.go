// Package seed is the catalogue that an empty shop starts with: 48 products in six categories.
//
//	catalogue.yaml ──Read──▶ Catalogue ──Shelves──▶ catalog.Shelf, with new ids ──▶ store
//
// Ids are made when the catalogue is loaded, so they are stable in a database and differ between
// two; slugs are the same everywhere.
package seed

import (
	_ "embed"
	"fmt"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

//go:embed catalogue.yaml
var source []byte

// ImageSize is the width and the height of each picture.
const ImageSize = 800

// Catalogue is the content of catalogue.yaml.
type Catalogue struct {
	Currency   string     `yaml:"currency"`
	Categories []Category `yaml:"categories"`
}

// Category is a category with its products.
type Category struct {
	Slug        string `yaml:"slug"`
	Title       string `yaml:"title"`
	Description string `yaml:"description"`
	// SKU is the beginning of the stock keeping units of its products.
	SKU string `yaml:"sku"`
	// Tax is the tax rate in basis points.
	Tax      int       `yaml:"tax"`
	Products []Product `yaml:"products"`
}

// Product is a product. Its pictures are images/<slug>-<n>.svg.
type Product struct {
	Slug        string   `yaml:"slug"`
	Title       string   `yaml:"title"`
	Description string   `yaml:"description"`
	Price       int64    `yaml:"price"`
	OnHand      int      `yaml:"onHand"`
	Added       string   `yaml:"added"`
	Alt         []string `yaml:"alt"`
}

// Read returns the catalogue.
func Read() (Catalogue, error) {
	var c Catalogue
	if err := yaml.UnmarshalWithOptions(source, &c, yaml.Strict()); err != nil {
		return Catalogue{}, fmt.Errorf("read catalogue: %w", err)
	}
	return c, nil
}

// Shelves returns the catalogue as values of the domain, with new ids.
func (c Catalogue) Shelves() ([]catalog.Shelf, error) {
	shelves := make([]catalog.Shelf, len(c.Categories))
	for i, category := range c.Categories {
		shelf := catalog.Shelf{Category: catalog.Category{
			ID: ids.New(catalog.CategoryPrefix), Slug: category.Slug,
			Title: category.Title, Description: category.Description,
		}}
		for n, entry := range category.Products {
			sku := fmt.Sprintf("%s-%d", category.SKU, 1001+n)
			item, err := entry.item(shelf.Category.ID, sku, category.Tax, c.Currency)
			if err != nil {
				return nil, fmt.Errorf("product %s: %w", entry.Slug, err)
			}
			shelf.Items = append(shelf.Items, item)
		}
		shelves[i] = shelf
	}
	return shelves, nil
}

func (p Product) item(categoryID, sku string, tax int, currency string) (catalog.Item, error) {
	price, err := money.New(p.Price, currency)
	if err != nil {
		return catalog.Item{}, err
	}
	added, err := time.Parse(time.DateOnly, p.Added)
	if err != nil {
		return catalog.Item{}, fmt.Errorf("added: %w", err)
	}
	product := catalog.Product{
		ID: ids.New(catalog.ProductPrefix), Slug: p.Slug, SKU: sku,
		Title: p.Title, Description: p.Description,
		CategoryID: categoryID, Price: price, TaxBasisPoints: tax, OnHand: p.OnHand,
		Active: true, Version: 1, CreatedAt: added, UpdatedAt: added,
	}
	images := make([]catalog.Image, len(p.Alt))
	for i, alt := range p.Alt {
		images[i] = catalog.Image{
			URL: "/images/" + p.File(i+1), Alt: alt, Width: ImageSize, Height: ImageSize,
		}
	}
	return catalog.Item{Product: product, Images: images}, nil
}

// File returns the file name of the product's nth picture, counted from one.
func (p Product) File(n int) string { return fmt.Sprintf("%s-%d.svg", p.Slug, n) }
