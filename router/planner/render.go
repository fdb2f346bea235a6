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

// part is an entry as it is written: once for all types, or in the fragment of each object type.
type part struct {
	*entry
	object string // empty: for all
	typ    *ast.Type
	alias  string
	below  []plan.Selection
}

// render writes selection sets that stand at one path of the response, in fragments of different types. Together they must
// pass the subgraph's validation (GraphQL, section 5.3.2, SameResponseShape), so fields of one key and
// different shapes get aliases, and a rename brings the key back.
func (r *renderer) render(sets []*selection, path []string) [][]plan.Selection {
	parts := make([][]*part, len(sets))
	byAlias := map[string][]*part{}
	var order []string
	for i, set := range sets {
		parts[i] = r.parts(set)
		for _, p := range parts[i] {
			p.alias = aliasFor(p, byAlias)
			if byAlias[p.alias] == nil {
				order = append(order, p.alias)
			}
			byAlias[p.alias] = append(byAlias[p.alias], p)
		}
	}
	for _, alias := range order {
		r.renderBelow(byAlias[alias], append(slices.Clip(path), alias))
	}
	for _, alias := range order {
		if key := byAlias[alias][0].item.key; key != alias {
			r.renames = append(r.renames, plan.Rename{Path: path, From: alias, To: key})
		}
	}
	rendered := make([][]plan.Selection, len(sets))
	for i, set := range sets {
		rendered[i] = r.renderSet(set, parts[i])
	}
	return rendered
}

// parts are a set's entries as they are written. The type of an object's field can be narrower than the interface's.
func (r *renderer) parts(set *selection) []*part {
	var parts []*part
	for _, e := range set.entries {
		if r.asOne(set, e) {
			typ := e.edge.Type
			if own := set.node.Field(e.item.name); own != nil {
				typ = own.Type
			}
			parts = append(parts, &part{entry: e, typ: typ})
			continue
		}
		types := set.possible
		if e.types != nil {
			types = types.And(e.types)
		}
		for _, object := range r.graph.Names(types) {
			edge := r.graph.Node(object, set.node.Subgraph).Field(e.item.name)
			parts = append(parts, &part{entry: e, object: object, typ: edge.Type})
		}
	}
	return parts
}

// renderBelow writes the sets below fields that share a key; renames of deeper paths come first.
func (r *renderer) renderBelow(parts []*part, path []string) {
	var sets []*selection
	for _, p := range parts {
		if below := p.entry.below; below != nil && !slices.Contains(sets, below) {
			sets = append(sets, below)
		}
	}
	if len(sets) == 0 {
		return
	}
	rendered := r.render(sets, path)
	for _, p := range parts {
		p.below = rendered[slices.Index(sets, p.entry.below)]
	}
}

// aliasFor returns the part's key, or the first key_2, key_3… whose fields have its shape.
func aliasFor(p *part, byAlias map[string][]*part) string {
	for n := 1; ; n++ {
		alias := p.item.key
		if n > 1 {
			alias += "_" + strconv.Itoa(n)
		}
		known := byAlias[alias]
		if len(known) == 0 || known[0].item.key == p.item.key && known[0].shape() == p.shape() {
			return alias
		}
	}
}

// shape is what of a field's type must be the same for all fields of one key.
func (p *part) shape() string {
	text := p.typ.String()
	if p.entry.below != nil {
		return strings.Replace(text, p.typ.Name(), "{}", 1)
	}
	return text
}

func (r *renderer) renderSet(set *selection, parts []*part) []plan.Selection {
	var plain, fragments []plan.Selection
	if set.typed || len(set.entries) == 0 {
		plain = append(plain, plan.Selection{Name: typenameField})
	}
	for _, p := range parts {
		field := plan.Selection{
			Alias:      p.alias,
			Name:       p.item.name,
			Arguments:  append(slices.Clip(p.item.args), r.contextVariables(set.node, p.entry)...),
			Conditions: p.conditions,
			Selections: p.below,
		}
		if field.Alias == field.Name {
			field.Alias = ""
		}
		if p.object == "" {
			plain = append(plain, field)
		} else {
			fragments = addToFragment(fragments, p.object, field)
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
func (e *emitter) document(fetch *plan.Fetch, selections []plan.Selection, representations []string) {
	contextual := fetch.ContextVariables()
	fetch.Variables = slices.DeleteFunc(plan.VariablesIn(selections), func(name string) bool {
		return slices.Contains(representations, name) || contextual.ForName(name) != nil
	})
	var declared ast.VariableDefinitionList
	for _, name := range fetch.Variables {
		declared = append(declared, e.op.Variables.ForName(name))
	}
	fetch.Declared = slices.Clone(declared)
	declared = append(declared, contextual...)
	for _, name := range representations {
		declared = append(declared, &ast.VariableDefinition{
			Variable: name,
			Type:     ast.NonNullListType(ast.NonNullNamedType("_Any", nil), nil),
		})
	}
	fetch.SetDocument(plan.PrintDocument(fetch.Kind, declared, selections))
}

// nameLookups gives look-ups their aliases and variables, and writes the document.
func (e *emitter) nameLookups(fetch *plan.Fetch) {
	var root []plan.Selection
	var variables []string
	for i := range fetch.Lookups {
		l := &fetch.Lookups[i]
		if len(fetch.Lookups) > 1 {
			*l = l.Prefixed("lookup" + strconv.Itoa(i))
		}
		l.Alias, l.Variable = "_entities", "representations"
		if len(fetch.Lookups) > 1 {
			l.Alias += strconv.Itoa(i)
			l.Variable += strconv.Itoa(i)
		}
		for e.clientHas(l.Variable) {
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
	e.document(fetch, root, variables)
}
