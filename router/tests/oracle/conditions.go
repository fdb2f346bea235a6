//go:build oracle

package oracle

import (
	"iter"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// condition reports whether subgraphs show the reason of a rule. The names are the parts of the
// message that the groups of the rule's expression matched.
type condition func(s set, names []string) bool

// conditions returns the conditions that a rule can name. The rule then explains a difference only
// between subgraphs that meet the condition.
func conditions() map[string]condition {
	return map[string]condition{
		"alike":              func(_ set, names []string) bool { return names[0] == names[1] },
		"uncomposed":         set.isUncomposed,
		"uncomposedArgument": set.isOfUncomposedArgument,
		"definedApart":       set.isDefinedApart,
		"queryRoot":          set.isQueryRoot,
		"unquotedKey":        set.isUnquotedKey,
		"unreadRequirement":  set.isUnreadRequirement,
		"externalInObjects":  set.isExternalInObjects,
		"mutatedTwice":       set.isMutatedTwice,
		"providedByExternal": set.isProvidedByExternal,
		"externalExtension":  set.isExternalExtension,
		"externalRoot":       set.isOfExternalRoot,
		"requiredKey":        set.isRequiredKey,
		"interfaceObject":    set.isOfInterfaceObject,
		"isInterfaceObject":  set.isInterfaceObject,
		"labelledKey":        set.isLabelledKey,
		"narrowed":           set.isNarrowed,
	}
}

// set are the subgraphs of a difference that can be parsed.
type set []document

// document is a subgraph's SDL.
type document struct {
	*ast.SchemaDocument
	subgraph Subgraph
}

func parseSet(subgraphs []Subgraph) set {
	var s set
	for _, g := range subgraphs {
		parsed, err := parser.ParseSchema(&ast.Source{Name: g.Name, Input: g.SDL})
		if err == nil {
			s = append(s, document{parsed, g})
		}
	}
	return s
}

// types yields the definitions and extensions of types.
func (s set) types() iter.Seq2[document, *ast.Definition] {
	return func(yield func(document, *ast.Definition) bool) {
		for _, d := range s {
			for _, t := range slices.Concat(d.Definitions, d.Extensions) {
				if !yield(d, t) {
					return
				}
			}
		}
	}
}

// applied returns the applications of one of the specification's directives under any of the names
// by which it is imported.
func applied(directives ast.DirectiveList, name string) ast.DirectiveList {
	var all ast.DirectiveList
	for _, d := range directives {
		if strings.HasSuffix(strings.ToLower(d.Name), strings.ToLower(name)) {
			all = append(all, d)
		}
	}
	return all
}

func has(directives ast.DirectiveList, name string) bool {
	return len(applied(directives, name)) > 0
}

// fieldSets returns the argument fields of each application of a directive.
func fieldSets(directives ast.DirectiveList, name string) []string {
	var sets []string
	for _, d := range applied(directives, name) {
		if fields := d.Arguments.ForName("fields"); fields != nil {
			sets = append(sets, fields.Value.Raw)
		}
	}
	return sets
}

// inFieldSets reports whether one of the directive's field sets has a field of that name.
func inFieldSets(directives ast.DirectiveList, name, field string) bool {
	return slices.ContainsFunc(fieldSets(directives, name), func(set string) bool {
		words := strings.FieldsFunc(set, func(r rune) bool { return strings.ContainsRune(" {}(),:", r) })
		return slices.Contains(words, field)
	})
}

func (d document) isFederation1() bool {
	return !strings.Contains(d.subgraph.SDL, federation.FederationSpec)
}

// root is the name of a root type.
func (d document) root(kind ast.Operation) string {
	for _, schema := range slices.Concat(d.Schema, d.SchemaExtension) {
		for _, root := range schema.OperationTypes {
			if root.Operation == kind {
				return root.Type
			}
		}
	}
	if kind == ast.Mutation {
		return "Mutation"
	}
	return "Query"
}

func (d document) composes(directive string) bool {
	for _, schema := range slices.Concat(d.Schema, d.SchemaExtension) {
		for _, composed := range applied(schema.Directives, "composeDirective") {
			if name := composed.Arguments.ForName("name"); name != nil && name.Value.Raw == "@"+directive {
				return true
			}
		}
	}
	return false
}

// hasMember reports whether an object type is of an abstract type.
func (d document) hasMember(abstract string, object *ast.Definition) bool {
	if slices.Contains(object.Interfaces, abstract) {
		return true
	}
	for _, t := range (set{d}).types() {
		if t.Name == abstract && slices.Contains(t.Types, object.Name) {
			return true
		}
	}
	return false
}

// isUncomposed reports whether a subgraph has the directive as its own.
func (s set) isUncomposed(names []string) bool {
	return slices.ContainsFunc(s, func(d document) bool {
		return d.Directives.ForName(names[0]) != nil && !d.composes(names[0])
	})
}

// isOfUncomposedArgument reports whether an argument of a composed directive takes the enum, and
// another subgraph has the directive as its own without that argument.
func (s set) isOfUncomposedArgument(names []string) bool {
	for _, d := range s {
		for _, directive := range d.Directives {
			for _, a := range directive.Arguments {
				composed := d.composes(directive.Name) && a.Type.Name() == names[0]
				if composed && s.lacksArgument(directive.Name, a.Name) {
					return true
				}
			}
		}
	}
	return false
}

func (s set) lacksArgument(directive, argument string) bool {
	return slices.ContainsFunc(s, func(d document) bool {
		own := d.Directives.ForName(directive)
		return own != nil && !d.composes(directive) && own.Arguments.ForName(argument) == nil
	})
}

// isDefinedApart reports whether two subgraphs compose the directive, and one lacks arguments of
// it.
func (s set) isDefinedApart(names []string) bool {
	counts := map[int]bool{}
	for _, d := range s {
		if defined := d.Directives.ForName(names[0]); defined != nil && d.composes(names[0]) {
			counts[len(defined.Arguments)] = true
		}
	}
	return len(counts) > 1
}

func (s set) isQueryRoot(names []string) bool {
	return slices.ContainsFunc(s, func(d document) bool { return d.root(ast.Query) == names[0] })
}

// isUnquotedKey reports whether the key of a Federation 1 subgraph is the @external field, without
// quotes.
func (s set) isUnquotedKey(names []string) bool {
	for d, t := range s.types() {
		f := t.Fields.ForName(names[1])
		if t.Name != names[0] || f == nil || !d.isFederation1() || !has(f.Directives, "external") {
			continue
		}
		for _, key := range applied(t.Directives, "key") {
			fields := key.Arguments.ForName("fields")
			if fields != nil && fields.Value.Kind == ast.EnumValue && fields.Value.Raw == f.Name {
				return true
			}
		}
	}
	return false
}

// isUnreadRequirement reports whether fields of a Federation 1 subgraph require the field, and all
// of them are @external.
func (s set) isUnreadRequirement(names []string) bool {
	for d, t := range s.types() {
		if t.Name != names[0] || t.Fields.ForName(names[1]) == nil || !d.isFederation1() {
			continue
		}
		var requiring ast.FieldList
		for _, f := range t.Fields {
			if inFieldSets(f.Directives, "requires", names[1]) {
				requiring = append(requiring, f)
			}
		}
		isRead := func(f *ast.FieldDefinition) bool { return !has(f.Directives, "external") }
		if len(requiring) > 0 && !slices.ContainsFunc(requiring, isRead) {
			return true
		}
	}
	return false
}

// isExternalInObjects reports whether a field of an interface is @external in an object type of
// it.
func (s set) isExternalInObjects(names []string) bool {
	for d, t := range s.types() {
		f := t.Fields.ForName(names[1])
		if f == nil || t.Kind != ast.Object || !d.hasMember(names[0], t) {
			continue
		}
		if has(f.Directives, "external") || has(t.Directives, "external") {
			return true
		}
	}
	return false
}

// isMutatedTwice reports whether a mutation of two subgraphs leads to the type.
func (s set) isMutatedTwice(names []string) bool {
	subgraphs := map[string]int{}
	for d, t := range s.types() {
		if t.Name != d.root(ast.Mutation) {
			continue
		}
		for _, f := range t.Fields {
			if subgraphs[f.Name]++; subgraphs[f.Name] > 1 && s.leadsTo(f.Type.Name(), names[0], nil) {
				return true
			}
		}
	}
	return false
}

func (s set) leadsTo(from, to string, seen []string) bool {
	if from == to {
		return true
	}
	if slices.Contains(seen, from) {
		return false
	}
	for _, t := range s.types() {
		if t.Name != from {
			continue
		}
		for _, f := range t.Fields {
			if s.leadsTo(f.Type.Name(), to, append(slices.Clip(seen), from)) {
				return true
			}
		}
	}
	return false
}

// isProvidedByExternal reports whether an @external root field of a Federation 1 subgraph provides
// the field.
func (s set) isProvidedByExternal(names []string) bool {
	for d, t := range s.types() {
		if !d.isFederation1() || t.Name != d.root(ast.Query) {
			continue
		}
		for _, f := range t.Fields {
			isExternal := has(f.Directives, "external") || has(t.Directives, "external")
			if isExternal && inFieldSets(f.Directives, "provides", names[1]) {
				return true
			}
		}
	}
	return false
}

// isExternalExtension reports whether an extension is @external as a type and has the field as its
// key.
func (s set) isExternalExtension(names []string) bool {
	for d, t := range s.types() {
		extends := slices.Contains(d.Extensions, t) || has(t.Directives, "extends")
		isKey := inFieldSets(t.Directives, "key", names[1])
		if t.Name == names[0] && extends && isKey && has(t.Directives, "external") {
			return true
		}
	}
	return false
}

// isOfExternalRoot reports whether a field of a Federation 1 subgraph leads to the query root, and
// all fields of that root are @external there.
func (s set) isOfExternalRoot(names []string) bool {
	for d, t := range s.types() {
		f := t.Fields.ForName(names[1])
		leadsToRoot := f != nil && t.Name == names[0] && f.Type.Name() == d.root(ast.Query)
		if leadsToRoot && d.isFederation1() && d.hasExternalRoot() {
			return true
		}
	}
	return false
}

func (d document) hasExternalRoot() bool {
	for _, t := range (set{d}).types() {
		isResolved := func(f *ast.FieldDefinition) bool { return !has(f.Directives, "external") }
		if t.Name == d.root(ast.Query) && slices.ContainsFunc(t.Fields, isResolved) {
			return false
		}
	}
	return true
}

// isRequiredKey reports whether a field requires the fields of its type's key in the same
// subgraph.
func (s set) isRequiredKey(names []string) bool {
	for d, t := range s.types() {
		f := t.Fields.ForName(names[1])
		if t.Name != names[0] || f == nil || d.subgraph.Name != names[2] {
			continue
		}
		keys := fieldSets(t.Directives, "key")
		for _, required := range fieldSets(f.Directives, "requires") {
			if slices.Contains(keys, required) {
				return true
			}
		}
	}
	return false
}

// isOfInterfaceObject reports whether an @interfaceObject that stands for the type has the field.
func (s set) isOfInterfaceObject(names []string) bool {
	for _, t := range s.types() {
		if !has(t.Directives, "interfaceObject") || t.Fields.ForName(names[1]) == nil {
			continue
		}
		for _, object := range s.types() {
			implements := t.Name == object.Name || slices.Contains(object.Interfaces, t.Name)
			if object.Name == names[0] && implements {
				return true
			}
		}
	}
	return false
}

func (s set) isInterfaceObject(names []string) bool {
	for _, t := range s.types() {
		if t.Name == names[0] && has(t.Directives, "interfaceObject") {
			return true
		}
	}
	return false
}

// isLabelledKey reports whether the field, which is named before its type, moves by a label.
func (s set) isLabelledKey(names []string) bool {
	for _, t := range s.types() {
		f := t.Fields.ForName(names[0])
		if t.Name != names[1] || f == nil {
			continue
		}
		for _, o := range applied(f.Directives, "override") {
			if o.Arguments.ForName("label") != nil {
				return true
			}
		}
	}
	return false
}

// isNarrowed reports whether a root field has an abstract type, and in another subgraph one of its
// object types.
func (s set) isNarrowed(names []string) bool {
	var types []string
	for d, t := range s.types() {
		if f := t.Fields.ForName(names[0]); f != nil && t.Name == d.root(ast.Query) {
			types = append(types, f.Type.Name())
		}
	}
	for d, t := range s.types() {
		isAbstract := func(name string) bool { return d.hasMember(name, t) }
		if slices.Contains(types, t.Name) && slices.ContainsFunc(types, isAbstract) {
			return true
		}
	}
	return false
}
