package operation

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/shared/limits"
)

// cost is the price of an operation.
type cost struct {
	// price is nil if it does not depend on variables. Then it has been checked, and the total is
	// known.
	price  *limits.Price
	total  limits.Total
	limits limits.Limits
	// isMeasured is true if the limits refuse nothing.
	isMeasured bool
}

// cost prices an operation. If no variable changes the price, it is checked here.
func (p *Parser) cost(definition *ast.OperationDefinition) (*cost, error) {
	price := p.pricer.Price(definition)
	if len(price.Variables()) > 0 {
		return &cost{price: price, limits: p.limits.Cost, isMeasured: p.limits.MeasureCost}, nil
	}
	if err := p.limits.Cost.Check(price, nil); err != nil && !p.limits.MeasureCost {
		return nil, refuse(CodeTooLarge, err)
	}
	return &cost{total: price.Total(nil), limits: p.limits.Cost}, nil
}

// TotalCost returns what a request costs, and the limit that it exceeds; nil if there is none. The
// variables are those of CheckCost.
func (o *Operation) TotalCost(variables map[string]any) (limits.Total, *limits.Excess) {
	total := o.cost.total
	if o.cost.price != nil {
		total = o.cost.price.Total(variables)
	}
	return total, o.cost.limits.Exceeded(total)
}

// Cost says on what the cost of an operation depends.
type Cost int

// The dependencies of a cost.
const (
	// CostFixed means that the cost does not change; it was checked when the operation was made.
	CostFixed Cost = iota
	// CostOfLiterals means that it depends on the document's literals, but not on the client's
	// variables.
	CostOfLiterals
	// CostOfVariables means that it depends on the client's variables.
	CostOfVariables
)

// Cost returns on what the operation's cost depends.
func (o *Operation) Cost() Cost {
	if o.cost.price == nil {
		return CostFixed
	}
	for _, v := range o.clientVariables() {
		if _, found := slices.BinarySearch(o.cost.price.Variables(), v.Variable); found {
			return CostOfVariables
		}
	}
	return CostOfLiterals
}

// CheckCost refuses a request that costs more than the limits allow. The variables must be
// coerced, and include those that replace literals. The error is an *Error.
func (o *Operation) CheckCost(variables map[string]any) error {
	if o.cost.price == nil || o.cost.isMeasured {
		return nil
	}
	err := o.cost.limits.Check(o.cost.price, variables)
	if err == nil {
		return nil
	}
	if o.Shared() {
		err.Locations = nil // they may be positions in another document of the form
	}
	return refuse(CodeTooLarge, err)
}

// Priced is an operation with the values on which its cost depends: coerced variables, with those
// that replace literals.
type Priced struct {
	Operation *Operation
	Variables map[string]any
}

// CheckTogether refuses operations that together cost more than the limits allow one. The error is
// an *Error.
func (p *Parser) CheckTogether(operations []Priced) error {
	if p.limits.MeasureCost {
		return nil
	}
	var total limits.Total
	for _, o := range operations {
		own := o.Operation.cost.total
		if price := o.Operation.cost.price; price != nil {
			own = price.Total(o.Variables)
		}
		total = total.Plus(own)
	}
	if excess := p.limits.Cost.Exceeded(total); excess != nil {
		return refuse(CodeTooLarge, excess.Error(nil))
	}
	return nil
}

// CheckRootFields refuses an operation if a request of its plan has so many root fields, and the
// limits allow fewer. The error is an *Error.
func (p *Parser) CheckRootFields(count int) error {
	if excess := p.limits.Cost.ExceedsRootFields(count); excess != nil {
		return refuse(CodeTooLarge, excess.Error(nil))
	}
	return nil
}
