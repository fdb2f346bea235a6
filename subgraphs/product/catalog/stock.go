package catalog

// StockStatus says in a word how much of a product there is.
type StockStatus string

// The three words for stock.
const (
	InStock    StockStatus = "IN_STOCK"
	LowStock   StockStatus = "LOW_STOCK"
	OutOfStock StockStatus = "OUT_OF_STOCK"
)

const (
	lowStock        = 5
	maximumPerOrder = 99
)

// Stock is what everybody may know of a product's stock; the number itself is for staff.
type Stock struct {
	Status          StockStatus
	MaximumQuantity int
}

// Stock returns what everybody may know of the product's stock.
func (p Product) Stock() Stock {
	available := p.Available()
	stock := Stock{Status: InStock, MaximumQuantity: min(available, maximumPerOrder)}
	switch {
	case available <= 0:
		stock = Stock{Status: OutOfStock}
	case available <= lowStock:
		stock.Status = LowStock
	}
	return stock
}
