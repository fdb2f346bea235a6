package money_test

import (
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

func ExampleMoney_TaxIncluded() {
	price, _ := money.New(1290, "EUR")
	gross, _ := price.Times(3)
	tax, _ := gross.TaxIncluded(700)
	net, _ := gross.Sub(tax)
	fmt.Println(gross, "=", net, "+", tax)
	// Output: 38.70 EUR = 36.17 EUR + 2.53 EUR
}
