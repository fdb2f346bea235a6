package subgraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// Context is one @context of a type.
type Context struct {
	Name     string
	Position *ast.Position
}

// ContextArgument is an argument with @fromContext. Clients do not pass it, so it is not among the
// field's arguments.
type ContextArgument struct {
	*ast.ArgumentDefinition
	// Context is the context's name without $; Selections is nil if the selection does not parse.
	Context    string
	Selections ast.SelectionSet

	directive *ast.Directive
}

// readContexts moves the contexts out of a type's directives.
func (l *loader) readContexts(t *Type) {
	t.Directives = slices.DeleteFunc(t.Directives, func(d *ast.Directive) bool {
		if d.Name != federation.Context {
			return false
		}
		t.Contexts = append(t.Contexts, Context{Name: text(d, "name"), Position: d.Position})
		return true
	})
}

// readContextArguments moves the arguments with @fromContext out of a field's arguments.
func (l *loader) readContextArguments(f *Field) {
	f.Arguments = slices.DeleteFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool {
		d := a.Directives.ForName(federation.FromContext)
		if d == nil {
			return false
		}
		argument := ContextArgument{ArgumentDefinition: a, directive: d}
		argument.Context, argument.Selections, _ = federation.ParseContextField(text(d, "field"))
		f.Contextual = append(f.Contextual, argument)
		return true
	})
}

// markUsedByContexts marks the fields that contextual arguments read from the type.
func (l *loader) markUsedByContexts(t *Type) {
	for _, f := range t.Fields {
		for _, a := range f.Contextual {
			for _, setter := range l.schema.setters(a.Context) {
				l.schema.reads(setter, a.Selections, false, func(r read) { r.field.Used = true })
			}
		}
	}
}
