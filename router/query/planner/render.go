package planner

import (
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// renderer writes the selection sets of one fetch for the subgraph's schema: fields of the
// subgraph's interface are selected on the interface, others on each object type.
type renderer struct {
	graph     *querygraph.Graph
	variables variables
	size      *allowance // of all documents of the plan
	renames   []plan.Rename
}

// part is an entry as it is written: once for all types, or in the fragment of each object type.
type part struct {
	*entry
	object string // empty for all
	typ    *ast.Type
	alias  string
	below  []plan.Selection
	size   int // number of fields in below
	// next is the next part with the same alias. Only the first part has last.
	next, last *part
}

// render writes selection sets that share one path of the response, in fragments on different
// types. Together they must pass the subgraph's validation (GraphQL, section 5.3.2,
// SameResponseShape). So fields with the same key but different shapes get aliases, and a rename
// restores the key. An object must not have parts of one value under two of them: if a field of an
// interface and the same field of an object type have different shapes, and selections below, both
// are written for each object type.
//
// sizes counts the fields of each set. Nested fields count once for each position.
func (r *renderer) render(
	sets []*selection, path []string,
) (rendered [][]plan.Selection, sizes []int) {
	parts, aliases := r.arrange(sets, nil)
	if divided := r.overlaps(sets, parts, aliases); len(divided) > 0 {
		parts, aliases = r.arrange(sets, divided)
	}
	for _, first := range aliases.firsts {
		r.renderBelow(first, path)
	}
	for _, first := range aliases.firsts {
		if key := first.field.key; key != first.alias {
			r.renames = append(r.renames, plan.Rename{Path: path, From: first.alias, To: key})
		}
	}
	rendered, sizes = make([][]plan.Selection, len(sets)), make([]int, len(sets))
	for i, set := range sets {
		rendered[i] = r.renderSet(set, parts[i])
		sizes[i] = 1
		for _, p := range parts[i] {
			sizes[i] += 1 + p.size
		}
	}
	return rendered, sizes
}

// arrange returns the parts of each set, and their aliases. The fields with the divided keys are
// written for each object type.
func (r *renderer) arrange(sets []*selection, divided map[string]bool) ([][]part, aliases) {
	parts := make([][]part, len(sets))
	aliases := aliases{firsts: make([]*part, 0, len(sets[0].entries))}
	for i, set := range sets {
		parts[i] = r.parts(set, divided)
		for n := range parts[i] {
			aliases.add(&parts[i][n])
		}
	}
	return parts, aliases
}

// overlaps returns the keys of composite fields that have several aliases, one of which is for all
// types of an interface or union. An object could have parts of the value under two of these
// aliases.
func (r *renderer) overlaps(sets []*selection, parts [][]part, aliases aliases) map[string]bool {
	count := make(map[string]int, len(aliases.firsts))
	several := false
	for _, first := range aliases.firsts {
		count[first.field.key]++
		several = several || count[first.field.key] > 1
	}
	if !several {
		return nil
	}
	keys := map[string]bool{}
	for i, set := range sets {
		for _, p := range parts[i] {
			all := p.object == "" && p.entry.below != nil
			if all && count[p.field.key] > 1 && r.isDivisible(set, p.entry) {
				keys[p.field.key] = true
			}
		}
	}
	return keys
}

// isDivisible reports whether each object type of an abstract type has the field.
func (r *renderer) isDivisible(set *selection, e *entry) bool {
	if !set.node.Abstract() || set.possible.Empty() {
		return false
	}
	for _, object := range r.graph.Names(set.possible) {
		if r.graph.Node(object, set.node.Subgraph).Field(e.field.name) == nil {
			return false
		}
	}
	return true
}

// renderAll writes the selection set of a fetch or look-up. It returns nil if the plan would
// become too large.
func (r *renderer) renderAll(set *selection) []plan.Selection {
	if r.size.exceeded() {
		return nil
	}
	rendered, sizes := r.render([]*selection{set}, nil)
	if r.size.used += sizes[0]; r.size.exceeded() {
		return nil
	}
	return rendered[0]
}

// parts returns a set's entries as they are written. The type of an object's field can be narrower
// than the interface's. Fields with the divided keys are written for each object type.
func (r *renderer) parts(set *selection, divided map[string]bool) []part {
	parts := make([]part, 0, len(set.entries))
	for _, e := range set.entries {
		isDivided := divided[e.field.key] && r.isDivisible(set, e)
		if r.asOne(set, e) && !isDivided {
			typ := e.edge.Type
			if own := set.node.Field(e.field.name); own != nil {
				typ = own.Type
			}
			parts = append(parts, part{entry: e, typ: typ})
			continue
		}
		types := set.possible
		if e.types != nil {
			types = types.And(e.types)
		}
		for _, object := range r.graph.Names(types) {
			edge := r.graph.Node(object, set.node.Subgraph).Field(e.field.name)
			parts = append(parts, part{entry: e, object: object, typ: edge.Type})
		}
	}
	return parts
}

// renderBelow writes the selection sets below fields that share an alias. Renames of deeper paths
// come first.
func (r *renderer) renderBelow(first *part, path []string) {
	var sets []*selection
	for p := first; p != nil; p = p.next {
		if below := p.entry.below; below != nil && !slices.Contains(sets, below) {
			sets = append(sets, below)
		}
	}
	if len(sets) == 0 {
		return
	}
	rendered, sizes := r.render(sets, append(slices.Clip(path), first.alias))
	for p := first; p != nil; p = p.next {
		at := slices.Index(sets, p.entry.below)
		p.below, p.size = rendered[at], sizes[at]
	}
}

// aliases holds the aliases at one path: the first part with each alias, in order.
type aliases struct {
	firsts  []*part
	byAlias map[string]*part // used if there are many
}

// add gives the part its key as an alias, or the first of key_2, key_3… that is free or whose
// fields have its shape.
func (a *aliases) add(p *part) {
	name := operation.ResponseKey(p.field.key)
	n := 1
	if name != p.field.key {
		n = 2 // __typename itself is for the objects' types
	}
	for ; ; n++ {
		p.alias = name
		if n > 1 {
			p.alias += "_" + strconv.Itoa(n)
		}
		first := a.find(p.alias)
		if first == nil {
			a.start(p)
			return
		}
		if first.field.key == p.field.key && first.shape() == p.shape() {
			first.last.next, first.last = p, p
			return
		}
	}
}

func (a *aliases) find(alias string) *part {
	if a.byAlias != nil {
		return a.byAlias[alias]
	}
	for _, first := range a.firsts {
		if first.alias == alias {
			return first
		}
	}
	return nil
}

func (a *aliases) start(p *part) {
	p.last = p
	a.firsts = append(a.firsts, p)
	switch {
	case a.byAlias != nil:
		a.byAlias[p.alias] = p
	case len(a.firsts) > few:
		a.byAlias = make(map[string]*part, cap(a.firsts))
		for _, first := range a.firsts {
			a.byAlias[first.alias] = first
		}
	}
}

// shape returns the part of a field's type that must be equal for all fields with one key.
func (p *part) shape() string {
	text := p.typ.String()
	if p.entry.below != nil {
		return strings.Replace(text, p.typ.Name(), "{}", 1)
	}
	return text
}

func (r *renderer) renderSet(set *selection, parts []part) []plan.Selection {
	plain := make([]plan.Selection, 0, len(parts)+1)
	var fragments []plan.Selection
	if set.typed || len(set.entries) == 0 {
		plain = append(plain, plan.Selection{Name: typenameField})
	}
	for _, p := range parts {
		field := plan.Selection{
			Alias:      p.alias,
			Name:       p.field.name,
			Arguments:  append(slices.Clip(p.field.args), r.contextVariables(set.node, p.entry)...),
			Directives: p.field.directives,
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

// asOne reports whether the field can be selected without naming object types.
func (r *renderer) asOne(set *selection, e *entry) bool {
	if !set.node.Abstract() {
		return true
	}
	if e.types != nil && !e.types.Has(set.node.Possible) {
		return false
	}
	own := set.node.Field(e.field.name)
	return own != nil && own.Type.Name() == e.edge.Type.Name() && !r.othersNeedMore(set, e)
}

// othersNeedMore reports whether the subgraph may return objects of other types than the possible
// ones, such as a type that only this subgraph knows, and needs more before it can answer the
// field for such an object.
func (r *renderer) othersNeedMore(set *selection, e *entry) bool {
	if set.possible.Empty() || set.possible.Has(set.node.Possible) {
		return false
	}
	for _, object := range r.graph.Names(set.node.Possible) {
		edge := r.graph.Node(object, set.node.Subgraph).Field(e.field.name)
		isOther := !set.possible.Has(r.graph.Object(object))
		if isOther && (edge == nil || edge.External || edge.Needy()) {
			return true
		}
	}
	return false
}

func addToFragment(
	fragments []plan.Selection, object string, field plan.Selection,
) []plan.Selection {
	for i := range fragments {
		if fragments[i].On == object {
			fragments[i].Selections = append(fragments[i].Selections, field)
			return fragments
		}
	}
	return append(fragments, plan.Selection{On: object, Selections: []plan.Selection{field}})
}

// contextVariables returns the contextual arguments of a field as they are written in a document.
func (r *renderer) contextVariables(node *querygraph.Node, e *entry) ast.ArgumentList {
	var list ast.ArgumentList
	for _, argument := range e.edge.Contexts {
		variable := r.variables[contextArgument{node.Type, e.edge.Name, argument.Name}]
		list = append(list, &ast.Argument{
			Name: argument.Name, Value: &ast.Value{Kind: ast.Variable, Raw: variable},
		})
	}
	return list
}

// writeDocument writes the text of a fetch and lists the client's variables in it.
func writeDocument(
	op *operation.Operation, fetch *plan.Fetch, selections []plan.Selection, representations []string,
) {
	contextual := fetch.ContextVariables()
	fetch.Variables = slices.DeleteFunc(plan.VariablesIn(selections), func(name string) bool {
		return slices.Contains(representations, name) || contextual.ForName(name) != nil
	})
	var declared ast.VariableDefinitionList
	for _, name := range fetch.Variables {
		declared = append(declared, op.Variables.ForName(name))
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

// nameLookups sets the look-ups' aliases and variables, and writes the document.
func nameLookups(op *operation.Operation, fetch *plan.Fetch) {
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
		for clientHas(op, l.Variable) {
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
	writeDocument(op, fetch, root, variables)
}
