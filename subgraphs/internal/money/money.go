// Package money computes with amounts of money. The three subgraphs of the shop share it.
//
// An amount is a whole number of minor units (cents) and an ISO 4217 code. The package adds and
// multiplies amounts, computes the tax contained in a gross amount, and formats amounts. It uses
// no floating-point numbers: an amount is exact, and a result beyond the exact integers of JSON
// is an error instead of a wrong number.
//
//	price ──Times──▶ line ──TaxIncluded──▶ tax
//	                  └────────Sub──tax──▶ net        totals: Add over lines
//
// The zero Money is nothing, in no currency yet. Sums start from it: adding an amount to it
// returns that amount.
//
// The file scalars.go implements the two scalars of Money for gqlgen.
package money

import (
	"errors"
	"fmt"
)

// MaxMinor is the largest amount in minor units: 2^53−1, the largest integer that every JSON
// reader represents exactly. The smallest amount is -MaxMinor.
const MaxMinor = 1<<53 - 1

var (
	// ErrOverflow says that a result is larger than MaxMinor or smaller than -MaxMinor.
	ErrOverflow = errors.New("money: amount out of range")
	// ErrCurrency says that two amounts have different currencies, or that a currency is not an
	// ISO 4217 code.
	ErrCurrency = errors.New("money: currency mismatch or unknown")
	// ErrTaxRate says that a tax rate is not between 0 and 10000 basis points.
	ErrTaxRate = errors.New("money: tax rate out of range")
)

// Money is an amount in the smallest unit of a currency.
type Money struct {
	AmountMinor int64
	Currency    string
}

// New returns an amount of a currency. It checks both.
func New(amountMinor int64, currency string) (Money, error) {
	if !validCurrency(currency) {
		return Money{}, fmt.Errorf("%w: %q", ErrCurrency, currency)
	}
	return checked(amountMinor, currency)
}

// Add returns the sum of two amounts of one currency.
func (m Money) Add(other Money) (Money, error) {
	switch {
	case m == Money{}:
		return checked(other.AmountMinor, other.Currency)
	case other == Money{}:
		return checked(m.AmountMinor, m.Currency)
	case m.Currency != other.Currency:
		return Money{}, fmt.Errorf("%w: %s and %s", ErrCurrency, m.Currency, other.Currency)
	}
	return checkedSum(m.AmountMinor, other.AmountMinor, m.Currency)
}

// Sub returns the difference of two amounts of one currency.
func (m Money) Sub(other Money) (Money, error) {
	if !inRange(other.AmountMinor) {
		return Money{}, ErrOverflow
	}
	return m.Add(Money{AmountMinor: -other.AmountMinor, Currency: other.Currency})
}

// Times returns n times the amount, such as the price of n items.
func (m Money) Times(n int) (Money, error) {
	if !inRange(m.AmountMinor) {
		return Money{}, ErrOverflow
	}
	product := m.AmountMinor * int64(n)
	if n != 0 && (product/int64(n) != m.AmountMinor || !inRange(product)) {
		return Money{}, fmt.Errorf("%w: %d × %d", ErrOverflow, m.AmountMinor, n)
	}
	return Money{AmountMinor: product, Currency: m.Currency}, nil
}

// TaxIncluded returns the tax contained in a gross amount at a rate in basis points (1900 is 19
// %): gross × rate / (10000 + rate), rounded half up. The tax of a negative amount (a credit) is
// the negative of the positive amount's tax, so a credit cancels its invoice to the cent.
func (m Money) TaxIncluded(basisPoints int) (Money, error) {
	if basisPoints < 0 || basisPoints > 10_000 {
		return Money{}, fmt.Errorf("%w: %d", ErrTaxRate, basisPoints)
	}
	if !inRange(m.AmountMinor) {
		return Money{}, ErrOverflow
	}
	if m.AmountMinor < 0 {
		return Money{-taxOf(-m.AmountMinor, int64(basisPoints)), m.Currency}, nil
	}
	return Money{taxOf(m.AmountMinor, int64(basisPoints)), m.Currency}, nil
}

// taxOf divides before it multiplies and treats the remainder separately, because gross × rate
// does not fit into 64 bits.
func taxOf(gross, rate int64) int64 {
	divisor := 10_000 + rate
	whole, rest := gross/divisor, gross%divisor
	return whole*rate + (2*rest*rate+divisor)/(2*divisor)
}

// Decimal returns the amount in the currency's main unit, with its usual number of decimals:
// 12.90 for 1290 EUR, 1290 for 1290 JPY, -0.05 for -5 EUR.
func (m Money) Decimal() string {
	sign, amount := "", uint64(m.AmountMinor)
	if m.AmountMinor < 0 {
		sign, amount = "-", -amount
	}
	digits := exponent(m.Currency)
	if digits == 0 {
		return fmt.Sprintf("%s%d", sign, amount)
	}
	unit := uint64(1)
	for range digits {
		unit *= 10
	}
	return fmt.Sprintf("%s%d.%0*d", sign, amount/unit, digits, amount%unit)
}

// String returns the amount for people and logs, such as `12.90 EUR`.
func (m Money) String() string { return m.Decimal() + " " + m.Currency }

func checkedSum(a, b int64, currency string) (Money, error) {
	if !inRange(a) || !inRange(b) {
		return Money{}, ErrOverflow
	}
	return checked(a+b, currency)
}

func checked(amount int64, currency string) (Money, error) {
	if !inRange(amount) {
		return Money{}, fmt.Errorf("%w: %d", ErrOverflow, amount)
	}
	return Money{AmountMinor: amount, Currency: currency}, nil
}

func inRange(amount int64) bool { return -MaxMinor <= amount && amount <= MaxMinor }
