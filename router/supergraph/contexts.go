package supergraph

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
)

// ContextArgument is an argument that clients do not give: its value is read from the nearest object above that sets a
// context.
type ContextArgument struct {
	Name string
	Type *ast.Type
	// Context is its name in the supergraph, that of the subgraph in front.
	Context string
	// Selection is one value of the objects that set the context: of all alike, or by fragments of each type.
	Selection ast.SelectionSet
}

// Contexts are the contexts that the type sets.
func (t *Type) Contexts() []string {
	var names []string
	for _, d := range t.Directives.ForNames(federation.Context) {
		names = append(names, argument(d, "name"))
	}
	return names
}

// AddContext lets the type set a context.
func (t *Type) AddContext(name string) {
	t.Directives = append(t.Directives, directive(federation.Context, text("name", name)))
}

// contextArguments is the argument of @join__field that says what is read from contexts.
func contextArguments(arguments []ContextArgument) ast.ArgumentList {
	if len(arguments) == 0 {
		return nil
	}
	list := &ast.Value{Kind: ast.ListValue}
	for _, a := range arguments {
		selection := federation.PrintFieldSet(a.Selection)
		if _, byType := a.Selection[0].(*ast.InlineFragment); !byType {
			selection = "{ " + selection + " }"
		}
		object := &ast.Value{Kind: ast.ObjectValue}
		for _, member := range []*ast.Argument{
			text("context", a.Context), text("name", a.Name), text("type", a.Type.String()), text("selection", selection),
		} {
			object.Children = append(object.Children, &ast.ChildValue{Name: member.Name, Value: member.Value})
		}
		list.Children = append(list.Children, &ast.ChildValue{Value: object})
	}
	return ast.ArgumentList{{Name: "contextArguments", Value: list}}
}

// contextArguments reads what contextArguments writes.
func (r *joinReader) contextArguments(d *ast.Directive) []ContextArgument {
	said := d.Arguments.ForName("contextArguments")
	if said == nil {
		return nil
	}
	var arguments []ContextArgument
	for _, child := range said.Value.Children {
		members := map[string]string{}
		for _, member := range child.Value.Children {
			members[member.Name] = member.Value.Raw
		}
		set, err := federation.ParseFieldSet(members["selection"])
		if err != nil || members["context"] == "" || members["name"] == "" {
			r.fail(d.Position, "@join__field(contextArguments:) is not readable: %v", err)
			continue
		}
		arguments = append(arguments, ContextArgument{
			Name: members["name"], Type: r.typeReference(d, members["type"]), Context: members["context"], Selection: set,
		})
	}
	return arguments
}
