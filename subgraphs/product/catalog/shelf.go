package catalog

// Shelf is a category with its products. A catalogue is loaded into an empty store as a list of
// shelves.
type Shelf struct {
	Category Category
	Items    []Item
}

// Item is a product with its pictures.
type Item struct {
	Product Product
	Images  []Image
}
