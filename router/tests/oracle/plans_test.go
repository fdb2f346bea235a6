//go:build oracle

package oracle_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/planner"
	"github.com/trefoil-graph/trefoil/router/tests/oracle"
)

// onePiece is the planner's refusal of a shareable root field of which no subgraph alone can answer what
// is asked of each type. Composition accepts it, like @apollo/composition, because it looks at each type
// alone: see planner/testdata/not-in-one-piece.txtar.
const onePiece = "No single subgraph can be asked for "

// The planner finds a plan for each short query over subgraphs that compose.
func TestWhatComposesCanBePlanned(t *testing.T) {
	t.Parallel()
	report := &oracle.Report{}
	composed, planned := 0, 0
	check := func(s set) bool {
		schema, _, err := compose.Compose(oracle.Sources(s.subgraphs))
		if err != nil {
			return false
		}
		composed++
		labels := schema.OverrideLabels()
		states := [][]string{nil}
		if len(labels) > 0 {
			states = append(states, labels)
		}
		for _, active := range states {
			api := schema.API()
			parser := operation.NewParser(api, operation.DefaultLimits())
			p := planner.New(querygraph.New(schema, active...), api)
			for _, query := range shortQueries(api) {
				op, err := parser.Parse(query, "")
				require.NoError(t, err, "%s\n%s", query, s)
				planned++
				if _, err := p.Plan(op); err != nil && !strings.HasPrefix(err.Error(), onePiece) {
					report.Fail(t, fmt.Sprintf("%s: %s: %s, labels %s", s.name, query, err, active), s.String())
					return true
				}
			}
		}
		return true
	}
	bases := slices.DeleteFunc(sets(t), func(s set) bool { return !check(s) })
	random := rand.New(rand.NewPCG(*seed, 0))
	for range *mutants {
		base := bases[random.IntN(len(bases))]
		if subgraphs, done, ok := oracle.Mutate(random, base.subgraphs); ok {
			check(set{base.name + ": " + done, subgraphs})
		}
	}
	random = rand.New(rand.NewPCG(*seed, 1))
	for i := range *dialect {
		subgraphs, _ := oracle.Dialect(random)
		check(set{fmt.Sprintf("dialect %d of seed %d", i, *seed), subgraphs})
	}
	t.Logf("%d sets compose, and %d queries over them are planned", composed, planned)
}

// position is where a selection can stand: a type, and the text before and after the selection.
type position struct {
	typ           *ast.Definition
	before, after string
	depth         int
}

const mostQueries, mostDepth = 300, 4

// shortQueries ask for each field wherever it stands, in breadth, one field at a time.
func shortQueries(api *ast.Schema) []string {
	var queries []string
	var queue []position
	roots := map[string]*ast.Definition{
		"query": api.Query, "mutation": api.Mutation, "subscription": api.Subscription,
	}
	for kind, root := range roots {
		if root != nil {
			queue = append(queue, position{root, kind + " { ", " }", 0})
		}
	}
	slices.SortFunc(queue, func(a, b position) int { return strings.Compare(a.before, b.before) })
	for ; len(queue) > 0 && len(queries) < mostQueries; queue = queue[1:] {
		at := queue[0]
		for _, f := range at.typ.Fields {
			arguments, ok := argumentsOf(api, f)
			if !ok || strings.HasPrefix(f.Name, "__") {
				continue
			}
			typ, before := api.Types[f.Type.Name()], at.before+f.Name+arguments
			if !typ.IsCompositeType() {
				queries = append(queries, before+at.after)
				continue
			}
			queries = append(queries, before+" { __typename }"+at.after)
			objects := objectsOf(api, typ)
			if at.depth == mostDepth || len(objects) == 0 {
				continue
			}
			queue = append(queue, position{typ, before + " { ", " }" + at.after, at.depth + 1})
			if typ.IsAbstractType() {
				for _, object := range objects {
					inside := before + " { ... on " + object.Name + " { "
					queue = append(queue, position{object, inside, " } }" + at.after, at.depth + 1})
				}
			}
		}
	}
	return queries
}

// objectsOf are the object types of a type. No field of an interface without any can be planned: no
// subgraph has it.
func objectsOf(api *ast.Schema, d *ast.Definition) []*ast.Definition {
	if !d.IsAbstractType() {
		return []*ast.Definition{d}
	}
	return slices.DeleteFunc(slices.Clone(api.GetPossibleTypes(d)), func(t *ast.Definition) bool {
		return t.Kind != ast.Object
	})
}

// argumentsOf are values of a field's arguments that must be given.
func argumentsOf(api *ast.Schema, f *ast.FieldDefinition) (text string, ok bool) {
	var given []string
	for _, a := range f.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil {
			value, ok := valueOf(api, a.Type, 0)
			if !ok {
				return "", false
			}
			given = append(given, a.Name+": "+value)
		}
	}
	if len(given) == 0 {
		return "", true
	}
	return "(" + strings.Join(given, ", ") + ")", true
}

func valueOf(api *ast.Schema, t *ast.Type, depth int) (text string, ok bool) {
	if t.Elem != nil {
		return "[]", true
	}
	d := api.Types[t.NamedType]
	switch {
	case depth > 5:
		return "", false
	case d.Kind == ast.Enum:
		return d.EnumValues[0].Name, true
	case d.Kind == ast.InputObject:
		var fields []string
		for _, f := range d.Fields {
			if f.Type.NonNull && f.DefaultValue == nil {
				value, ok := valueOf(api, f.Type, depth+1)
				if !ok {
					return "", false
				}
				fields = append(fields, f.Name+": "+value)
			}
		}
		return "{" + strings.Join(fields, ", ") + "}", true
	case t.NamedType == "Boolean":
		return "true", true
	case t.NamedType == "Int" || t.NamedType == "Float":
		return "1", true
	default:
		return `"x"`, true
	}
}
