package money_test

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

func eur(amount int64) money.Money { return money.Money{AmountMinor: amount, Currency: "EUR"} }

func TestDecimalFollowsTheCurrency(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount         int64
		currency, want string
	}{
		{1290, "EUR", "12.90"},
		{5, "EUR", "0.05"},
		{-5, "EUR", "-0.05"},
		{0, "EUR", "0.00"},
		{1290, "JPY", "1290"},
		{1290, "KWD", "1.290"},
		{12345, "CLF", "1.2345"},
		{money.MaxMinor, "EUR", "90071992547409.91"},
		{math.MinInt64, "EUR", "-92233720368547758.08"},
	} {
		require.Equal(t, c.want, money.Money{AmountMinor: c.amount, Currency: c.currency}.Decimal())
	}
}

func TestNewRefusesBadAmountsAndCurrencies(t *testing.T) {
	t.Parallel()
	_, err := money.New(1, "EUR")
	require.NoError(t, err)
	for _, code := range []string{"", "eur", "EURO", "XXX", "E R", " EU", "AED AFN"} {
		_, err := money.New(1, code)
		require.ErrorIs(t, err, money.ErrCurrency, code)
	}
	_, err = money.New(money.MaxMinor+1, "EUR")
	require.ErrorIs(t, err, money.ErrOverflow)
}

func TestArithmeticIsExactOrAnError(t *testing.T) {
	t.Parallel()
	limit := big.NewInt(money.MaxMinor)
	agree := func(t *rapid.T, want *big.Int, got money.Money, err error) {
		if want.CmpAbs(limit) > 0 {
			require.ErrorIs(t, err, money.ErrOverflow)
			return
		}
		require.NoError(t, err)
		require.Equal(t, eur(want.Int64()), got)
	}
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Int64Range(-money.MaxMinor, money.MaxMinor).Draw(t, "a")
		b := rapid.Int64Range(-money.MaxMinor, money.MaxMinor).Draw(t, "b")
		n := rapid.Int().Draw(t, "n")
		x, y := big.NewInt(a), big.NewInt(b)

		got, err := eur(a).Add(eur(b))
		agree(t, new(big.Int).Add(x, y), got, err)
		got, err = eur(a).Sub(eur(b))
		agree(t, new(big.Int).Sub(x, y), got, err)
		got, err = eur(a).Times(n)
		agree(t, new(big.Int).Mul(x, big.NewInt(int64(n))), got, err)
	})
}

func TestArithmeticRefusesOperandsOutOfRange(t *testing.T) {
	t.Parallel()
	for _, amount := range []int64{math.MaxInt64, math.MinInt64, money.MaxMinor + 1} {
		wild := eur(amount)
		_, err := wild.Add(eur(1))
		require.ErrorIs(t, err, money.ErrOverflow)
		_, err = eur(1).Sub(wild)
		require.ErrorIs(t, err, money.ErrOverflow)
		_, err = money.Money{}.Add(wild)
		require.ErrorIs(t, err, money.ErrOverflow)
		_, err = wild.Times(-1)
		require.ErrorIs(t, err, money.ErrOverflow)
		_, err = wild.TaxIncluded(1900)
		require.ErrorIs(t, err, money.ErrOverflow)
	}
}

func TestSumsStartFromTheZeroMoney(t *testing.T) {
	t.Parallel()
	sum, err := money.Money{}.Add(eur(3))
	require.NoError(t, err)
	require.Equal(t, eur(3), sum)
	sum, err = sum.Add(money.Money{})
	require.NoError(t, err)
	require.Equal(t, eur(3), sum)
	_, err = sum.Add(money.Money{AmountMinor: 1, Currency: "USD"})
	require.ErrorIs(t, err, money.ErrCurrency)
}

func TestTaxIsRoundedHalfUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		gross int64
		rate  int
		want  int64
	}{
		{11900, 1900, 1900},
		{10700, 700, 700},
		{1290, 700, 84},  // 84.39
		{999, 1900, 160}, // 159.50…
		{3, 10000, 2},    // exactly 1.5
		{-3, 10000, -2},
		{1290, 0, 0},
		{0, 1900, 0},
	} {
		tax, err := eur(c.gross).TaxIncluded(c.rate)
		require.NoError(t, err)
		require.Equal(t, eur(c.want), tax, "%d at %d", c.gross, c.rate)
	}
	for _, rate := range []int{-1, 10_001} {
		_, err := eur(1).TaxIncluded(rate)
		require.ErrorIs(t, err, money.ErrTaxRate)
	}
}

func TestTaxAgreesWithExactRationals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gross := rapid.Int64Range(0, money.MaxMinor).Draw(t, "gross")
		rate := rapid.IntRange(0, 10_000).Draw(t, "rate")
		tax, err := eur(gross).TaxIncluded(rate)
		require.NoError(t, err)

		// floor(exact + 1/2) = floor((2·gross·rate + d) / 2d)
		d := big.NewInt(int64(10_000 + rate))
		want := new(big.Int).Mul(big.NewInt(2*gross), big.NewInt(int64(rate)))
		want.Add(want, d).Div(want, new(big.Int).Mul(big.NewInt(2), d))
		require.Equal(t, want.Int64(), tax.AmountMinor)

		credit, err := eur(-gross).TaxIncluded(rate)
		require.NoError(t, err)
		require.Equal(t, -tax.AmountMinor, credit.AmountMinor)
	})
}

func TestMinorUnitsAcceptsOnlyIntegers(t *testing.T) {
	t.Parallel()
	for _, good := range []any{int64(1290), 1290, json.Number("1290")} {
		amount, err := money.UnmarshalMinorUnits(good)
		require.NoError(t, err)
		require.EqualValues(t, 1290, amount)
	}
	for _, bad := range []any{
		"1290", 12.9, json.Number("12.9"), json.Number("1e3"), json.Number("9007199254740992"),
		json.Number("99999999999999999999"), int64(math.MinInt64), true, nil,
	} {
		_, err := money.UnmarshalMinorUnits(bad)
		require.Error(t, err, "%v", bad)
	}
}

func TestCurrencyAcceptsOnlyCodes(t *testing.T) {
	t.Parallel()
	code, err := money.UnmarshalCurrency("EUR")
	require.NoError(t, err)
	require.Equal(t, "EUR", code)
	for _, bad := range []any{"eur", "", "ABC", 978, nil} {
		_, err := money.UnmarshalCurrency(bad)
		require.Error(t, err, "%v", bad)
	}
}

func TestScalarsAreWrittenAsJSON(t *testing.T) {
	t.Parallel()
	written := func(m graphql.Marshaler) string {
		var b strings.Builder
		m.MarshalGQL(&b)
		return b.String()
	}
	require.Equal(t, "9007199254740991", written(money.MarshalMinorUnits(money.MaxMinor)))
	require.Equal(t, `"EUR"`, written(money.MarshalCurrency("EUR")))
}
