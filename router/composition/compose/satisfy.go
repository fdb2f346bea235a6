package compose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// checkSatisfiability walks the API schema from its roots, and checks for each field at each
// possible position whether some subgraph can resolve it there. A state of the walk is an object
// type and the places of its objects on this path; each state is visited once. If a label moves a
// field, the schema must be satisfiable before and after.
func (m *merge) checkSatisfiability() {
	told := map[string]bool{}
	for _, active := range overrideStates(m.schema.OverrideLabels()) {
		w := &satisfier{
			merge:   m,
			active:  active,
			reacher: querygraph.NewReacher(querygraph.New(m.schema, active...)),
			api:     m.schema.API(),
			seen:    map[string]bool{},
			told:    told,

			complete: map[string]bool{},
		}
		if w.walkRoots(); w.steps > w.maxSteps {
			return
		}
	}
}

func (w *satisfier) walkRoots() {
	for _, root := range []struct {
		kind       ast.Operation
		definition *ast.Definition
	}{
		{ast.Query, w.api.Query},
		{ast.Mutation, w.api.Mutation},
		{ast.Subscription, w.api.Subscription},
	} {
		if root.definition == nil {
			continue
		}
		var places []querygraph.Place
		for _, node := range w.reacher.Nodes(root.definition.Name) {
			places = append(places, querygraph.Place{Node: node})
		}
		w.kind = root.kind
		w.reacher.Mutate(root.kind == ast.Mutation)
		w.visit(state{object: root.definition.Name, places: places})
		w.walk()
	}
}

// state is an object type at the end of a path, and the places of its objects there.
type state struct {
	object string
	places []querygraph.Place
	path   *step
	// contexts are the sorted contexts that objects above set.
	contexts []string
}

// step is a field on the path, and the type on which it was selected if that is ambiguous.
type step struct {
	before *step
	on     string
	field  string
}

type satisfier struct {
	*merge
	active  []string // labels of @override
	reacher *querygraph.Reacher
	api     *ast.Schema
	kind    ast.Operation
	steps   int // so far: fields examined, and places to which they lead
	queue   []state
	seen    map[string]bool
	told    map[string]bool // names about which an error was reported
	// isTrial is true for a walk below one subgraph's field of the mutation root. complete has the
	// states of such walks that ended without errors.
	isTrial  bool
	complete map[string]bool
}

func (w *satisfier) visit(s state) {
	w.steps += len(s.places)
	id := s.id(querygraph.PlacesID(s.object, s.places))
	if w.seen[id] || w.isTrial && w.complete[id] {
		return
	}
	w.seen[id] = true
	w.queue = append(w.queue, s)
}

// walk is breadth-first, so that sample queries are short.
func (w *satisfier) walk() {
	for len(w.queue) > 0 {
		s := w.queue[0]
		w.queue = w.queue[1:]
		reached, contexts := w.reacher.Reach(s.object, s.places), w.contextsBelow(s)
		for _, field := range w.api.Types[s.object].Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			if w.steps++; w.steps > w.maxSteps {
				w.tellTooMany(s.object)
				return
			}
			if w.check(s, reached, contexts, field); w.isTrial && len(w.errs) > 0 {
				return
			}
		}
	}
}

// tellTooMany reports once that the check takes too many steps, at the type that would have been
// next.
func (w *satisfier) tellTooMany(object string) {
	code := federation.MaxValidationSubgraphPathsExceeded
	if w.told[string(code)] {
		return
	}
	w.told[string(code)] = true
	w.fail(code, w.places(w.byName[object]),
		"The subgraphs are connected in too many ways to check satisfiability: "+
			"no result after %d steps, stopped at %s; share fewer types without keys",
		w.maxSteps, object)
}

// check checks whether the field can be resolved, and continues below it.
func (w *satisfier) check(
	s state, reached []querygraph.Place, contexts []string, field *ast.FieldDefinition,
) {
	below, ok := w.reacher.Next(s.object, reached, field.Name)
	lacking := w.lacking(s, w.schema.Type(s.object).Field(field.Name))
	if !ok || lacking != "" {
		w.tell(s, reached, field, lacking)
		return
	}
	if w.splits(s, below) && !w.checkMutation(s, field, below) {
		return
	}
	w.follow(s, field, below, contexts)
}

// follow continues the walk with the objects that a field returns.
func (w *satisfier) follow(
	s state, field *ast.FieldDefinition, below []querygraph.Place, contexts []string,
) {
	path := &step{before: s.path, field: field.Name, on: s.object}
	definition := w.api.Types[field.Type.Name()]
	if definition.Kind == ast.Object {
		w.visit(state{definition.Name, below, path, contexts})
	} else if definition.IsAbstractType() {
		if !w.isTrial {
			w.checkRuntimeTypes(s.object, field.Name, below)
		}
		w.visitTypes(definition, below, path, contexts)
	}
}

// visitTypes continues with each object type that all subgraphs with the field can return.
func (w *satisfier) visitTypes(
	definition *ast.Definition, below []querygraph.Place, path *step, contexts []string,
) {
	common := w.reacher.Possible(definition.Name)
	for _, p := range below {
		common = common.And(p.Node.Possible)
	}
	reached := w.reacher.ReachAbstract(definition.Name, below)
	typed := slices.ContainsFunc(reached, func(p querygraph.Place) bool {
		return !p.Node.InterfaceObject
	})
	if !typed {
		w.tellUntyped(definition.Name, reached)
		return
	}
	for _, object := range w.reacher.Names(common) {
		if w.api.Types[object] == nil {
			continue
		}
		var cast []querygraph.Place
		for _, p := range reached {
			if one, ok := w.reacher.Cast(p, object); ok {
				cast = append(cast, one)
			}
		}
		w.visit(state{object, cast, path, contexts})
	}
}

// tellUntyped reports an abstract type for whose objects no subgraph knows the types.
func (w *satisfier) tellUntyped(abstract string, places []querygraph.Place) {
	if w.told[abstract] {
		return
	}
	w.told[abstract] = true
	w.fail(federation.SatisfiabilityError, w.places(w.byName[abstract]),
		"The type of a %s that comes from %s, where it is an @interfaceObject, "+
			"cannot be found out: no subgraph with the interface can be reached "+
			"by a resolvable @key of it; add one to the interface",
		abstract, w.names(places))
}

// tell reports a field that cannot be resolved: a query that shows it, and the reason for each
// subgraph.
func (w *satisfier) tell(
	s state, reached []querygraph.Place, field *ast.FieldDefinition, lacking string,
) {
	name := s.object + "." + field.Name
	if w.told[name] {
		return
	}
	w.told[name] = true
	w.fail(federation.SatisfiabilityError, w.resolvedAt(s.object, field.Name),
		"The query %s cannot be answered%s: from %s, no way leads to %s. %s",
		w.sample(s, field), w.while(), w.names(s.places), name,
		w.reasons(s.object, reached, field.Name, lacking))
}

// resolvedAt returns the locations of the field in subgraphs, on the type itself or on an
// @interfaceObject.
func (w *satisfier) resolvedAt(object, field string) []federation.Location {
	var places []federation.Location
	for _, node := range w.knowing(object) {
		if node.Field(field) != nil {
			places = append(places, w.placeIn(node.Subgraph, node.Type, field))
		}
	}
	return places
}

func (w *satisfier) placeIn(
	subgraph supergraph.SubgraphID, object, field string,
) federation.Location {
	if t := w.subgraphs[subgraph].Type(object); t != nil && t.Field(field) != nil {
		return federation.At(w.name(subgraph), t.Field(field).Position)
	}
	return w.subgraphs[subgraph].Start
}

// reasons says why no subgraph can resolve the field, and what would change that.
func (w *satisfier) reasons(
	object string, reached []querygraph.Place, field, lacking string,
) string {
	if lacking != "" {
		return lackingText(lacking)
	}
	var whys, changes []string
	for _, node := range w.knowing(object) {
		why, change := w.reason(object, reached, node, field)
		if why != "" {
			whys = append(whys, fmt.Sprintf("Subgraph %q %s", w.name(node.Subgraph), why))
		}
		if change != "" && !slices.Contains(changes, change) {
			changes = append(changes, change)
		}
	}
	text := strings.Join(whys, ". ")
	if len(changes) > 0 {
		text += "; " + strings.Join(changes, ", or ")
	}
	return text
}

// knowing returns the nodes of an object type, and the interface objects that represent it.
func (w *satisfier) knowing(object string) []*querygraph.Node {
	nodes := slices.Clone(w.reacher.Nodes(object))
	for _, i := range w.reacher.Interfaces(object) {
		for _, node := range w.reacher.Nodes(i) {
			if node.InterfaceObject {
				nodes = append(nodes, node)
			}
		}
	}
	return nodes
}

// reason says why one subgraph cannot resolve the field, and what would change that.
func (w *satisfier) reason(
	object string, reached []querygraph.Place, node *querygraph.Node, field string,
) (why, change string) {
	edge := node.Field(field)
	here, undivided := false, false
	for _, p := range reached {
		here = here || p.Node == node && !p.Undivided
		undivided = undivided || p.Node == node && p.Undivided
	}
	switch {
	case here && node.Fieldless():
		return "has no field of " + object + " left: all were overridden", ""
	case edge == nil:
		return "", ""
	case edge.External && w.givenUp(node, field):
		return "does not resolve it then", ""
	case edge.External:
		return "has it only as @external", ""
	case !here && undivided && len(node.Keys) == 0:
		return fmt.Sprintf("has it, but no resolvable @key on %s "+
				"by which objects of one type can be asked for", node.Type),
			fmt.Sprintf("add a resolvable @key to %s in %q", node.Type, w.name(node.Subgraph))
	case !here && len(node.Keys) == 0:
		return "has it, but no resolvable @key on " + object,
			fmt.Sprintf("add a resolvable @key to %s in %q", object, w.name(node.Subgraph))
	case !here:
		return fmt.Sprintf("has it, but its keys (%s) cannot be had from there", keyTexts(node.Keys)),
			fmt.Sprintf("let a subgraph on the way resolve the fields of a key of %q",
				w.name(node.Subgraph))
	case len(edge.Requires) > 0 && len(node.Keys) == 0:
		return fmt.Sprintf("has it, but no resolvable @key on %s "+
				"by which it could be given what it @requires (%s)",
				object, federation.PrintFieldSet(edge.Requires)),
			fmt.Sprintf("add a resolvable @key to %s in %q", object, w.name(node.Subgraph))
	case len(edge.Requires) > 0:
		return fmt.Sprintf("has it, but what it @requires (%s) cannot be had from there",
				federation.PrintFieldSet(edge.Requires)),
			"let a subgraph on the way resolve what is required"
	default:
		return "has it, but is not reached", ""
	}
}

func keyTexts(keys []ast.SelectionSet) string {
	texts := make([]string, len(keys))
	for i, key := range keys {
		texts[i] = fmt.Sprintf("%q", federation.PrintFieldSet(key))
	}
	return strings.Join(texts, ", ")
}

// names lists the subgraphs of places.
func (w *satisfier) names(places []querygraph.Place) string {
	var names []string
	for _, p := range places {
		names = append(names, fmt.Sprintf("%q", w.name(p.Node.Subgraph)))
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

// sample returns a query that selects the field.
func (w *satisfier) sample(s state, field *ast.FieldDefinition) string {
	text := field.Name
	if w.api.Types[field.Type.Name()].IsCompositeType() {
		text += " { __typename }"
	}
	on := s.object
	for at := s.path; at != nil; at = at.before {
		of := w.api.Types[at.on].Fields.ForName(at.field).Type.Name()
		if of != on {
			text = "... on " + on + " { " + text + " }"
		}
		text = at.field + " { " + text + " }"
		on = at.on
	}
	if w.kind == ast.Query {
		return "{ " + text + " }"
	}
	return string(w.kind) + " { " + text + " }"
}
