package sales_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// billed returns a line with only what matters for taxes.
func billed(basisPoints int, net, tax money.Money) sales.InvoiceLine {
	return sales.InvoiceLine{TaxBasisPoints: basisPoints, Net: net, Tax: tax}
}

func TestEachRateHasTheSumsOfItsLines(t *testing.T) {
	t.Parallel()
	invoice := sales.Invoice{Lines: []sales.InvoiceLine{
		billed(700, eur(598), eur(42)), billed(1900, eur(1084), eur(206)), billed(700, eur(1), eur(0)), billed(0, eur(250), eur(0)),
	}}
	taxes, err := invoice.Taxes()
	require.NoError(t, err)
	require.Equal(t, []sales.InvoiceTax{{1900, eur(1084), eur(206)}, {700, eur(599), eur(42)}, {0, eur(250), eur(0)}}, taxes)
}

func TestATaxOutOfRangeIsAnError(t *testing.T) {
	t.Parallel()
	most := eur(money.MaxMinor)
	for name, lines := range map[string][]sales.InvoiceLine{
		"net": {billed(0, most, eur(0)), billed(0, eur(1), eur(0))},
		"tax": {billed(10_000, eur(1), most), billed(10_000, eur(1), eur(1))},
	} {
		_, err := sales.Invoice{Lines: lines}.Taxes()
		require.ErrorIs(t, err, money.ErrOverflow, name)
	}
	other := money.Money{AmountMinor: 1, Currency: "USD"}
	_, err := sales.Invoice{Lines: []sales.InvoiceLine{billed(0, eur(1), eur(0)), billed(0, other, other)}}.Taxes()
	require.ErrorIs(t, err, money.ErrCurrency)
}

func TestTaxesOfAllRatesAreTheTotals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(0, 1_000_000)
		var lines []sales.InvoiceLine
		var wantNet, wantTax money.Money
		for range rapid.IntRange(1, 30).Draw(t, "lines") {
			line := billed(rapid.IntRange(0, 5).Draw(t, "rate"), eur(amount.Draw(t, "net")), eur(amount.Draw(t, "tax")))
			lines = append(lines, line)
			wantNet, wantTax = plus(t, wantNet, line.Net), plus(t, wantTax, line.Tax)
		}
		taxes, err := sales.Invoice{Lines: lines}.Taxes()
		require.NoError(t, err)
		var net, tax money.Money
		for i, of := range taxes {
			require.True(t, i == 0 || of.BasisPoints < taxes[i-1].BasisPoints, "the highest first, each once: %v", taxes)
			net, tax = plus(t, net, of.Net), plus(t, tax, of.Tax)
		}
		require.Equal(t, []money.Money{wantNet, wantTax}, []money.Money{net, tax})
	})
}

func plus(t require.TestingT, a, b money.Money) money.Money {
	sum, err := a.Add(b)
	require.NoError(t, err)
	return sum
}
