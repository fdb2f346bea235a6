package planner

import (
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/plan"
)

// renderer writes the selection sets of one fetch as the subgraph's schema has them: fields that the subgraph's
// interface has are asked of the interface, others of each object type.
type renderer struct {
	*emitter
	renames []plan.Rename
}

// render writes selection sets that stand at one path of the response, in fragments of different types. Together they must
// pass the subgraph's validation (GraphQL, section 5.3.2, SameResponseShape), so fields of one key and
// different shapes get aliases, and a rename brings the key back.
func (r *renderer) render(sets []*selection, path []string) [][]plan.Selection {
	aliases := map[*entry]string{}
	byAlias := map[string][]*entry{}
	var order []string
	for _, set := range sets {
		for _, e := range set.entries {
			alias := aliasFor(e, byAlias)
			if byAlias[alias] == nil {
				order = append(order, alias)
			}
			byAlias[alias] = append(byAlias[alias], e)
			aliases[e] = alias
		}
	}
	below := map[*entry][]plan.Selection{}
	for _, alias := range order {
		r.renderBelow(byAlias[alias], append(slices.Clip(path), alias), below)
	}
	for _, alias := range order {
		if key := byAlias[alias][0].item.key; key != alias {
			r.renames = append(r.renames, plan.Rename{Path: path, From: alias, To: key})
		}
	}
	rendered := make([][]plan.Selection, len(sets))
	for i, set := range sets {
		rendered[i] = r.renderSet(set, aliases, below)
	}
	return rendered
}

// renderBelow writes the sets below fields that share a key; renames of deeper paths come first.
func (r *renderer) renderBelow(entries []*entry, path []string, below map[*entry][]plan.Selection) {
	var sets []*selection
	var owners []*entry
	for _, e := range entries {
		if e.below != nil {
			sets = append(sets, e.below)
			owners = append(owners, e)
		}
	}
	if len(sets) == 0 {
		return
	}
	for i, selections := range r.render(sets, path) {
		below[owners[i]] = selections
	}
}

// aliasFor returns the entry's key, or the first key_2, key_3… whose fields have its shape.
func aliasFor(e *entry, byAlias map[string][]*entry) string {
	for n := 1; ; n++ {
		alias := e.item.key
		if n > 1 {
			alias += "_" + strconv.Itoa(n)
		}
		known := byAlias[alias]
		if len(known) == 0 || known[0].item.key == e.item.key && shape(known[0]) == shape(e) {
			return alias
		}
	}
}

// shape is what of a field's type must be the same for all fields of one key.
func shape(e *entry) string {
	text := e.edge.Type.String()
	if e.below != nil {
		return strings.Replace(text, e.edge.Type.Name(), "{}", 1)
	}
	return text
}

func (r *renderer) renderSet(set *selection, aliases map[*entry]string, below map[*entry][]plan.Selection) []plan.Selection {
	var plain, fragments []plan.Selection
	if set.typed || len(set.entries) == 0 {
		plain = append(plain, plan.Selection{Name: typenameField})
	}
	for _, e := range set.entries {
		field := plan.Selection{
			Alias:      aliases[e],
			Name:       e.item.name,
			Arguments:  e.item.args,
			Conditions: e.conditions,
			Selections: below[e],
		}
		if field.Alias == field.Name {
			field.Alias = ""
		}
		if r.asOne(set, e) {
			plain = append(plain, field)
			continue
		}
		types := set.node.Possible
		if e.types != nil {
			types = types.And(e.types)
		}
		for _, object := range r.graph.Names(types) {
			fragments = addToFragment(fragments, object, field)
		}
	}
	return append(plain, fragments...)
}

// asOne reports whether the field can be asked without naming object types.
func (r *renderer) asOne(set *selection, e *entry) bool {
	if !set.node.Abstract() {
		return true
	}
	if e.types != nil && !e.types.Has(set.node.Possible) {
		return false
	}
	own := set.node.Field(e.item.name)
	return own != nil && own.Type.Name() == e.edge.Type.Name()
}

func addToFragment(fragments []plan.Selection, object string, field plan.Selection) []plan.Selection {
	for i := range fragments {
		if fragments[i].On == object {
			fragments[i].Selections = append(fragments[i].Selections, field)
			return fragments
		}
	}
	return append(fragments, plan.Selection{On: object, Selections: []plan.Selection{field}})
}

// document writes the text of a fetch and names the client's variables in it.
func (r *emitter) document(fetch *plan.Fetch, selections []plan.Selection, representations []string) {
	fetch.Variables = slices.DeleteFunc(plan.VariablesIn(selections), func(name string) bool {
		return slices.Contains(representations, name)
	})
	var declared ast.VariableDefinitionList
	for _, name := range fetch.Variables {
		declared = append(declared, r.op.Variables.ForName(name))
	}
	for _, name := range representations {
		declared = append(declared, &ast.VariableDefinition{
			Variable: name,
			Type:     ast.NonNullListType(ast.NonNullNamedType("_Any", nil), nil),
		})
	}
	fetch.Document = plan.PrintDocument(fetch.Kind, declared, selections)
}

// nameLookups gives look-ups their aliases and variables, and writes the document.
func (r *emitter) nameLookups(fetch *plan.Fetch) {
	var root []plan.Selection
	var variables []string
	for i := range fetch.Lookups {
		l := &fetch.Lookups[i]
		l.Alias, l.Variable = "_entities", "representations"
		if len(fetch.Lookups) > 1 {
			l.Alias += strconv.Itoa(i)
			l.Variable += strconv.Itoa(i)
		}
		for r.op.Variables.ForName(l.Variable) != nil {
			l.Variable = "_" + l.Variable
		}
		variables = append(variables, l.Variable)
		root = append(root, plan.Selection{
			Alias: l.Alias,
			Name:  "_entities",
			Arguments: ast.ArgumentList{{
				Name:  "representations",
				Value: &ast.Value{Kind: ast.Variable, Raw: l.Variable},
			}},
			Selections: l.Selections,
		})
		if len(fetch.Lookups) == 1 {
			root[0].Alias = ""
		}
	}
	r.document(fetch, root, variables)
}
