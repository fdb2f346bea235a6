package catalog

// StockStatus is a rough indication of a product's stock.
type StockStatus string

// The statuses of stock.
const (
	InStock    StockStatus = "IN_STOCK"
	LowStock   StockStatus = "LOW_STOCK"
	OutOfStock StockStatus = "OUT_OF_STOCK"
)

const (
	lowStock        = 5
	maximumPerOrder = 99
)

// Stock describes a product's stock. The status is public, and the numbers are for staff.
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
