package store

import (
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// productColumns are the columns of a productRow.
const productColumns = `p.id, p.slug, p.sku, p.title, p.title_key, p.description, p.category_id,
	p.price_minor, p.currency, p.tax_basis_points, p.on_hand, p.reserved, p.active, p.version,
	p.created_at, p.updated_at`

// productRow is a row of the table product.
type productRow struct {
	ID             string `db:"id"`
	Slug           string `db:"slug"`
	SKU            string `db:"sku"`
	Title          string `db:"title"`
	TitleKey       string `db:"title_key"`
	Description    string `db:"description"`
	CategoryID     string `db:"category_id"`
	PriceMinor     int64  `db:"price_minor"`
	Currency       string `db:"currency"`
	TaxBasisPoints int    `db:"tax_basis_points"`
	OnHand         int    `db:"on_hand"`
	Reserved       int    `db:"reserved"`
	Active         bool   `db:"active"`
	Version        int    `db:"version"`
	CreatedAt      int64  `db:"created_at"`
	UpdatedAt      int64  `db:"updated_at"`
}

func rowOf(p *catalog.Product) productRow {
	return productRow{
		ID: p.ID, Slug: p.Slug, SKU: p.SKU, Title: p.Title, Description: p.Description,
		TitleKey:   catalog.Fold(p.Title),
		CategoryID: p.CategoryID,
		PriceMinor: p.Price.AmountMinor, Currency: p.Price.Currency, TaxBasisPoints: p.TaxBasisPoints,
		OnHand: p.OnHand, Reserved: p.Reserved, Active: p.Active, Version: p.Version,
		CreatedAt: p.CreatedAt.UnixMicro(), UpdatedAt: p.UpdatedAt.UnixMicro(),
	}
}

func (r productRow) product() *catalog.Product {
	price := money.Money{AmountMinor: r.PriceMinor, Currency: r.Currency}
	return &catalog.Product{
		ID: r.ID, Slug: r.Slug, SKU: r.SKU, Title: r.Title, Description: r.Description,
		CategoryID: r.CategoryID, Price: price, TaxBasisPoints: r.TaxBasisPoints,
		OnHand: r.OnHand, Reserved: r.Reserved, Active: r.Active, Version: r.Version,
		CreatedAt: time.UnixMicro(r.CreatedAt).UTC(), UpdatedAt: time.UnixMicro(r.UpdatedAt).UTC(),
	}
}

func productsOf(rows []productRow) []*catalog.Product {
	products := make([]*catalog.Product, len(rows))
	for i, row := range rows {
		products[i] = row.product()
	}
	return products
}

type categoryRow struct {
	ID          string `db:"id"`
	Slug        string `db:"slug"`
	Title       string `db:"title"`
	Description string `db:"description"`
}

func categoriesOf(rows []categoryRow) []*catalog.Category {
	categories := make([]*catalog.Category, len(rows))
	for i, row := range rows {
		categories[i] = &catalog.Category{
			ID: row.ID, Slug: row.Slug, Title: row.Title, Description: row.Description,
		}
	}
	return categories
}

type imageRow struct {
	ProductID string `db:"product_id"`
	URL       string `db:"url"`
	Alt       string `db:"alt"`
	Width     int    `db:"width"`
	Height    int    `db:"height"`
}

func imagesOf(rows []imageRow) map[string][]*catalog.Image {
	images := make(map[string][]*catalog.Image)
	for _, row := range rows {
		image := &catalog.Image{URL: row.URL, Alt: row.Alt, Width: row.Width, Height: row.Height}
		images[row.ProductID] = append(images[row.ProductID], image)
	}
	return images
}
