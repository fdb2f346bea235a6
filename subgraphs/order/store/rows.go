package store

import (
	"encoding/json"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

type orderRow struct {
	ID            string  `db:"id"`
	UserID        string  `db:"user_id"`
	Number        string  `db:"number"`
	Name          *string `db:"name"`
	Status        string  `db:"status"`
	Version       int     `db:"version"`
	Currency      string  `db:"currency"`
	TotalMinor    int64   `db:"total_minor"`
	TotalQuantity int     `db:"total_quantity"`
	CreatedAt     int64   `db:"created_at"`
	UpdatedAt     int64   `db:"updated_at"`
	PlacedAt      *int64  `db:"placed_at"`
	Attempt       int     `db:"attempt"`
	Problems      string  `db:"problems"`
	ChosenAt      int64   `db:"chosen_at"`
}

func newOrderRow(o sales.Order) orderRow {
	problems, _ := json.Marshal(o.Problems) // strings and numbers always encode
	return orderRow{
		ID: o.ID, UserID: o.UserID, Number: o.Number, Name: o.Name, Status: string(o.Status),
		Version: o.Version, Currency: o.Total.Currency, TotalMinor: o.Total.AmountMinor,
		TotalQuantity: o.TotalQuantity, CreatedAt: o.CreatedAt.UnixMicro(),
		UpdatedAt: o.UpdatedAt.UnixMicro(), PlacedAt: optionalMicro(o.PlacedAt),
		Attempt: o.Attempt, Problems: string(problems), ChosenAt: o.ChosenAt.UnixMicro(),
	}
}

func (r orderRow) order() *sales.Order {
	var problems []sales.OrderProblem
	_ = json.Unmarshal([]byte(r.Problems), &problems) // newOrderRow encoded it
	if len(problems) == 0 {
		problems = nil
	}
	return &sales.Order{
		ID: r.ID, UserID: r.UserID, Number: r.Number, Name: r.Name, Status: sales.Status(r.Status),
		Version: r.Version, Total: money.Money{AmountMinor: r.TotalMinor, Currency: r.Currency},
		TotalQuantity: r.TotalQuantity, CreatedAt: instant(r.CreatedAt),
		UpdatedAt: instant(r.UpdatedAt), PlacedAt: optionalInstant(r.PlacedAt),
		Attempt: r.Attempt, Problems: problems, ChosenAt: instant(r.ChosenAt),
	}
}

type itemRow struct {
	ID             string `db:"id"`
	OrderID        string `db:"order_id"`
	Position       int    `db:"position"`
	ProductID      string `db:"product_id"`
	ProductVersion int64  `db:"product_version"`
	SKU            string `db:"sku"`
	Title          string `db:"title"`
	Quantity       int    `db:"quantity"`
	UnitPriceMinor int64  `db:"unit_price_minor"`
	TaxBasisPoints int    `db:"tax_basis_points"`
	ShownMinor     int64  `db:"shown_price_minor"`
}

func newItemRows(o sales.Order) []itemRow {
	rows := make([]itemRow, len(o.Items))
	for i, item := range o.Items {
		rows[i] = itemRow{
			ID: item.ID, OrderID: o.ID, Position: i + 1, ProductID: item.ProductID,
			ProductVersion: item.ProductVersion, SKU: item.SKU, Title: item.Title,
			Quantity: item.Quantity, UnitPriceMinor: item.UnitPrice.AmountMinor,
			TaxBasisPoints: item.TaxBasisPoints, ShownMinor: item.ShownPrice.AmountMinor,
		}
	}
	return rows
}

func (r itemRow) item(currency string) sales.Item {
	return sales.Item{
		ID: r.ID, ProductID: r.ProductID, SKU: r.SKU, Title: r.Title, Quantity: r.Quantity,
		UnitPrice:      money.Money{AmountMinor: r.UnitPriceMinor, Currency: currency},
		ShownPrice:     money.Money{AmountMinor: r.ShownMinor, Currency: currency},
		TaxBasisPoints: r.TaxBasisPoints, ProductVersion: r.ProductVersion,
	}
}

type eventRow struct {
	OrderID string `db:"order_id"`
	Status  string `db:"status"`
	At      int64  `db:"at"`
}

type invoiceRow struct {
	ID         string `db:"id"`
	OrderID    string `db:"order_id"`
	Year       int    `db:"year"`
	Sequence   int    `db:"sequence"`
	Status     string `db:"status"`
	IssuedAt   int64  `db:"issued_at"`
	Currency   string `db:"currency"`
	NetMinor   int64  `db:"net_minor"`
	TaxMinor   int64  `db:"tax_minor"`
	GrossMinor int64  `db:"gross_minor"`
}

func newInvoiceRow(orderID string, i sales.Invoice) invoiceRow {
	return invoiceRow{
		ID: i.ID, OrderID: orderID, Year: i.Year, Sequence: i.Sequence, Status: string(i.Status),
		IssuedAt: i.IssuedAt.UnixMicro(), Currency: i.Gross.Currency,
		NetMinor: i.Net.AmountMinor, TaxMinor: i.Tax.AmountMinor, GrossMinor: i.Gross.AmountMinor,
	}
}

func (r invoiceRow) invoice() *sales.Invoice {
	return &sales.Invoice{
		ID: r.ID, Year: r.Year, Sequence: r.Sequence, Status: sales.InvoiceStatus(r.Status),
		IssuedAt: instant(r.IssuedAt),
		Net:      money.Money{AmountMinor: r.NetMinor, Currency: r.Currency},
		Tax:      money.Money{AmountMinor: r.TaxMinor, Currency: r.Currency},
		Gross:    money.Money{AmountMinor: r.GrossMinor, Currency: r.Currency},
	}
}

type lineRow struct {
	InvoiceID      string `db:"invoice_id"`
	Position       int    `db:"position"`
	SKU            string `db:"sku"`
	Title          string `db:"title"`
	Quantity       int    `db:"quantity"`
	UnitPriceMinor int64  `db:"unit_price_minor"`
	TaxBasisPoints int    `db:"tax_basis_points"`
	NetMinor       int64  `db:"net_minor"`
	TaxMinor       int64  `db:"tax_minor"`
	GrossMinor     int64  `db:"gross_minor"`
}

func newLineRows(i sales.Invoice) []lineRow {
	rows := make([]lineRow, len(i.Lines))
	for n, line := range i.Lines {
		rows[n] = lineRow{
			InvoiceID: i.ID, Position: line.Position, SKU: line.SKU, Title: line.Title,
			Quantity: line.Quantity, UnitPriceMinor: line.UnitPrice.AmountMinor,
			TaxBasisPoints: line.TaxBasisPoints, NetMinor: line.Net.AmountMinor,
			TaxMinor: line.Tax.AmountMinor, GrossMinor: line.Gross.AmountMinor,
		}
	}
	return rows
}

func (r lineRow) line(currency string) sales.InvoiceLine {
	return sales.InvoiceLine{
		Position: r.Position, SKU: r.SKU, Title: r.Title, Quantity: r.Quantity,
		TaxBasisPoints: r.TaxBasisPoints,
		UnitPrice:      money.Money{AmountMinor: r.UnitPriceMinor, Currency: currency},
		Net:            money.Money{AmountMinor: r.NetMinor, Currency: currency},
		Tax:            money.Money{AmountMinor: r.TaxMinor, Currency: currency},
		Gross:          money.Money{AmountMinor: r.GrossMinor, Currency: currency},
	}
}

func instant(micro int64) time.Time { return time.UnixMicro(micro).UTC() }

func optionalInstant(micro *int64) *time.Time {
	if micro == nil {
		return nil
	}
	t := instant(*micro)
	return &t
}

func optionalMicro(t *time.Time) *int64 {
	if t == nil {
		return nil
	}
	micro := t.UnixMicro()
	return &micro
}
