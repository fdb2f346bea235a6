package subgraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// rootNames returns the SDL's names of the root operation types.
func (l *loader) rootNames() map[ast.Operation]string {
	roots := map[ast.Operation]string{}
	if len(l.doc.Schema) == 0 {
		roots = map[ast.Operation]string{
			ast.Query: "Query", ast.Mutation: "Mutation", ast.Subscription: "Subscription",
		}
	}
	for _, s := range append(l.doc.Schema, l.doc.SchemaExtension...) {
		for _, o := range s.OperationTypes {
			roots[o.Operation] = o.Type
		}
	}
	return roots
}

// mergeExtensions merges each type's definition and its extensions.
func (l *loader) mergeExtensions() {
	byName := map[string]*ast.Definition{}
	l.extended = map[string]bool{}
	l.findSharedTwice()
	for _, d := range l.doc.Definitions {
		if byName[d.Name] != nil {
			l.fail(federation.InvalidGraphQL, d.Position,
				"type %q is defined more than once; "+
					"keep one definition and write the others as extend", d.Name)
			continue
		}
		byName[d.Name] = d
		l.definitions = append(l.definitions, d)
	}
	for _, e := range l.doc.Extensions {
		base := byName[e.Name]
		if base == nil {
			byName[e.Name] = e
			l.extended[e.Name] = true
			l.definitions = append(l.definitions, e)
			continue
		}
		if base.Kind != e.Kind {
			l.fail(federation.InvalidGraphQL, e.Position,
				"type %q is extended as %s, but it is %s; extend it as that",
				e.Name, e.Kind, base.Kind)
			continue
		}
		extend(base, e)
	}
}

// findSharedTwice finds repeated @shareable before the merge loses which definition has which
// directives.
func (l *loader) findSharedTwice() {
	l.sharedTwice = map[*ast.Directive]bool{}
	for _, d := range slices.Concat(l.doc.Definitions, l.doc.Extensions) {
		shared := false
		for _, directive := range d.Directives {
			if l.word(directive) == federation.Shareable {
				l.sharedTwice[directive] = shared
				shared = true
			}
		}
	}
}

func extend(base, e *ast.Definition) {
	base.Directives = append(base.Directives, e.Directives...)
	base.Interfaces = append(base.Interfaces, e.Interfaces...)
	base.Fields = append(base.Fields, e.Fields...)
	base.Types = append(base.Types, e.Types...)
	base.TypePositions = append(base.TypePositions, e.TypePositions...)
	base.EnumValues = append(base.EnumValues, e.EnumValues...)
}

// rootType is a root operation type, its usual name, and the error code for another type with this
// name.
type rootType struct {
	operation ast.Operation
	name      string
	used      federation.Code
}

func rootTypes() []rootType {
	return []rootType{
		{ast.Query, "Query", federation.RootQueryUsed},
		{ast.Mutation, "Mutation", federation.RootMutationUsed},
		{ast.Subscription, "Subscription", federation.RootSubscriptionUsed},
	}
}

// renameRoots gives the root operation types their usual names, which all subgraphs share.
func (l *loader) renameRoots() {
	roots := l.rootNames()
	renamed := map[string]string{}
	for _, root := range rootTypes() {
		written := roots[root.operation]
		if written == root.name {
			continue
		}
		if d := l.definitions.ForName(root.name); d != nil {
			l.fail(root.used, d.Position,
				"type %q is not the %s root of this subgraph; "+
					"rename it, or name it in the schema definition", root.name, root.operation)
		}
		if written != "" {
			renamed[written] = root.name
		}
	}
	if len(renamed) > 0 && len(l.errs) == 0 {
		renameTypes(l.definitions, renamed)
	}
	for _, s := range append(l.doc.Schema, l.doc.SchemaExtension...) {
		for _, o := range s.OperationTypes {
			if name, ok := renamed[o.Type]; ok {
				o.Type = name
			}
		}
	}
}

func renameTypes(definitions ast.DefinitionList, renamed map[string]string) {
	rename := func(name *string) {
		if to, ok := renamed[*name]; ok {
			*name = to
		}
	}
	for _, d := range definitions {
		rename(&d.Name)
		for i := range d.Types {
			rename(&d.Types[i])
		}
		for _, f := range d.Fields {
			t := f.Type
			for t.Elem != nil {
				t = t.Elem
			}
			rename(&t.NamedType)
		}
	}
}
