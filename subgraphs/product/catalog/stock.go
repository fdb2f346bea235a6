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

// Stock is what may be known of a product's stock: the status by everybody, the numbers by staff.
type Stock struct {
	Status          StockStatus
	MaximumQuantity int
	OnHand          int
	Reserved        int
}

// Stock returns the product's stock.
func (p Product) Stock() Stock {
	available := p.Available()
	stock := Stock{
		Status: InStock, MaximumQuantity: min(max(available, 0), maximumPerOrder),
		OnHand: p.OnHand, Reserved: p.Reserved,
	}
	switch {
	case available <= 0:
		stock.Status = OutOfStock
	case available <= lowStock:
		stock.Status = LowStock
	}
	return stock
}
