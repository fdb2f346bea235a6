package difftest_test

import (
	"math"
	"regexp"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/shared/limits"
)

// unlimited returns limits with which the router refuses nothing for its cost.
func unlimited() operation.Limits {
	return operation.Limits{Cost: limits.Limits{
		Objects: math.MaxUint64, Values: math.MaxUint64, Weight: math.MaxUint64, AssumedListSize: 1,
		RootMutations: math.MaxUint64, RootFields: math.MaxUint64,
	}}
}

// operation parses an operation that differs from the pair's in its literals, and binds the pair's
// literals to it if the two may share a plan. Otherwise it parses the pair's operation.
func (p *pair) operation(api *ast.Schema, c *coverage) (*operation.Operation, map[string]any, error) {
	parser := operation.NewParser(api, unlimited())
	text := numbers.ReplaceAllStringFunc(p.text, func(number string) string {
		n, _ := strconv.Atoi(number[1:])
		return number[:1] + strconv.Itoa(n+100)
	})
	form, has := operation.FormOf(p.text)
	if other, _ := operation.FormOf(text); has && other.Key == form.Key {
		op, err := parser.ParseShared(text, "", other)
		if err != nil {
			return nil, nil, err
		}
		if op.Shared() {
			if literals, ok := op.Bind(form); ok {
				c.answered("literals of another document")
				return op, literals, nil
			}
		}
	}
	op, err := parser.Parse(p.text, "")
	return op, nil, err
}

// numbers matches numbers that are separate tokens.
var numbers = regexp.MustCompile(`[ :\[]\d+`)
