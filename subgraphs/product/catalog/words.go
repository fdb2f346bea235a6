package catalog

import "github.com/trefoil-graph/trefoil/subgraphs/internal/database/words"

// SearchWords returns the words by which a search finds a product.
func SearchWords(p Product, c Category) []string {
	return words.Of(p.Title + "\n" + p.SKU + "\n" + p.Description + "\n" + c.Title)
}
