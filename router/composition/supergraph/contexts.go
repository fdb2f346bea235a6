package supergraph

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// ContextArgument is an argument whose value comes from the nearest object above that sets a
// context, instead of from the client.
type ContextArgument struct {
	Name string
	Type *ast.Type
	// Context is the context's name in the supergraph, which begins with the subgraph's.
	Context string
	// Selection selects one value on the objects that set the context, for all types or with a
	// fragment for each type.
	Selection ast.SelectionSet
}

// Contexts returns the contexts that the type sets.
func (t *Type) Contexts() []string {
	var names []string
	for _, d := range t.Directives.ForNames(federation.Context) {
		names = append(names, argument(d, "name"))
	}
	return names
}

// AddContext adds a context that the type sets.
func (t *Type) AddContext(name string) {
	t.Directives = append(t.Directives, directive(federation.Context, text("name", name)))
}

// contextArguments returns the argument of @join__field for arguments that come from contexts.
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
			text("context", a.Context), text("name", a.Name),
			text("type", a.Type.String()), text("selection", selection),
		} {
			value := &ast.ChildValue{Name: member.Name, Value: member.Value}
			object.Children = append(object.Children, value)
		}
		list.Children = append(list.Children, &ast.ChildValue{Value: object})
	}
	return ast.ArgumentList{{Name: "contextArguments", Value: list}}
}

// contextArguments reads the argument that the function of that name writes.
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
			Name: members["name"], Type: r.typeReference(d, members["type"]),
			Context: members["context"], Selection: set,
		})
	}
	return arguments
}
