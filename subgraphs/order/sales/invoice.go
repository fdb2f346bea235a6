package sales

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// InvoicePrefix is the prefix of the ids of invoices.
const InvoicePrefix = "inv"

// InvoiceStatus says whether an invoice is valid.
type InvoiceStatus string

// The statuses of an invoice.
const (
	Issued           InvoiceStatus = "ISSUED"
	InvoiceCancelled InvoiceStatus = "CANCELLED"
)

// Invoice is issued in the transaction that confirms the order. Later only its status can change.
type Invoice struct {
	ID       string
	Year     int // year of IssuedAt, in UTC
	Sequence int // counts from 1 in each year, without gaps
	Status   InvoiceStatus
	IssuedAt time.Time
	Lines    []InvoiceLine
	Net      money.Money
	Tax      money.Money
	Gross    money.Money
}

// IsEntity marks Invoice as an entity of the graph.
func (Invoice) IsEntity() {}

// Number returns the invoice's number as people see it: `2026-000042`.
func (i Invoice) Number() string { return fmt.Sprintf("%04d-%06d", i.Year, i.Sequence) }

// InvoiceLine is one item of the order, with the tax that its price includes.
type InvoiceLine struct {
	Position       int // from 1
	SKU            string
	Title          string
	Quantity       int
	UnitPrice      money.Money
	TaxBasisPoints int
	Net            money.Money
	Tax            money.Money
	Gross          money.Money
}

// InvoiceTax has the sums of an invoice's lines with one tax rate.
type InvoiceTax struct {
	BasisPoints int
	Net         money.Money
	Tax         money.Money
}

// newInvoice bills the items of an order as they were placed. Tax is rounded on each line, and
// the totals are the sums of the lines.
func newInvoice(items []Item, currency string, sequence int, now time.Time) (*Invoice, error) {
	nothing := money.Money{Currency: currency}
	invoice := &Invoice{
		ID: ids.New(InvoicePrefix), Year: now.Year(), Sequence: sequence, Status: Issued,
		IssuedAt: now, Net: nothing, Tax: nothing, Gross: nothing,
	}
	for i, item := range items {
		line, err := newLine(i+1, item)
		if err != nil {
			return nil, fmt.Errorf("bill item %s: %w", item.ID, err)
		}
		if err := invoice.add(line); err != nil {
			return nil, fmt.Errorf("bill item %s: %w", item.ID, err)
		}
	}
	return invoice, nil
}

func newLine(position int, item Item) (InvoiceLine, error) {
	line := InvoiceLine{
		Position: position, SKU: item.SKU, Title: item.Title, Quantity: item.Quantity,
		UnitPrice: item.UnitPrice, TaxBasisPoints: item.TaxBasisPoints,
	}
	var err error
	if line.Gross, err = item.LineTotal(); err != nil {
		return line, err
	}
	if line.Tax, err = line.Gross.TaxIncluded(item.TaxBasisPoints); err != nil {
		return line, err
	}
	line.Net, err = line.Gross.Sub(line.Tax)
	return line, err
}

func (i *Invoice) add(line InvoiceLine) (err error) {
	i.Lines = append(i.Lines, line)
	if i.Net, err = i.Net.Add(line.Net); err != nil {
		return err
	}
	if i.Tax, err = i.Tax.Add(line.Tax); err != nil {
		return err
	}
	i.Gross, err = i.Gross.Add(line.Gross)
	return err
}

// Taxes returns the sums for each tax rate, highest first. They are computed from the lines,
// which never change.
func (i Invoice) Taxes() ([]InvoiceTax, error) {
	var taxes []InvoiceTax
	highestFirst := func(tax InvoiceTax, rate int) int { return cmp.Compare(rate, tax.BasisPoints) }
	for _, line := range i.Lines {
		rate := line.TaxBasisPoints
		at, known := slices.BinarySearchFunc(taxes, rate, highestFirst)
		if !known {
			taxes = slices.Insert(taxes, at, InvoiceTax{BasisPoints: rate})
		}
		if err := taxes[at].add(line); err != nil {
			return nil, fmt.Errorf("sum the tax of %d basis points of invoice %s: %w", rate, i.ID, err)
		}
	}
	return taxes, nil
}

func (t *InvoiceTax) add(line InvoiceLine) (err error) {
	if t.Net, err = t.Net.Add(line.Net); err != nil {
		return err
	}
	t.Tax, err = t.Tax.Add(line.Tax)
	return err
}
