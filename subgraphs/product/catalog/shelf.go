package catalog

// Shelf is a category with all that stands on it: the form in which a whole catalogue is loaded
// into an empty store.
type Shelf struct {
	Category Category
	Items    []Item
}

// Item is a product with its pictures.
type Item struct {
	Product Product
	Images  []Image
}
