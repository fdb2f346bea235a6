package audit

import (
	"bytes"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

const policyDefinitions = `
directive @policy(
  policies: [[policy__Policy!]!]!
) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
scalar policy__Policy
extend schema @link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY)
`

// guard returns a supergraph with @policy on each field of each object type, and the policies'
// names. The policy of a field is named Type.field.
func guard(sdl string) (guarded string, policies []string, err error) {
	document, err := parser.ParseSchema(&ast.Source{Name: "supergraph", Input: sdl})
	if err != nil {
		return "", nil, err
	}
	definitions, err := parser.ParseSchema(&ast.Source{Name: "policy", Input: policyDefinitions})
	if err != nil {
		return "", nil, err
	}
	for _, d := range document.Definitions {
		if d.Kind != ast.Object || strings.Contains(d.Name, "__") {
			continue
		}
		for _, f := range d.Fields {
			policies = append(policies, d.Name+"."+f.Name)
			f.Directives = append(f.Directives, policyDirective(d.Name+"."+f.Name))
		}
	}
	link := definitions.SchemaExtension[0].Directives[0]
	document.Schema[0].Directives = append(document.Schema[0].Directives, link)
	document.Directives = append(document.Directives, definitions.Directives...)
	document.Definitions = append(document.Definitions, definitions.Definitions...)
	var out bytes.Buffer
	formatter.NewFormatter(&out).FormatSchemaDocument(document)
	return out.String(), policies, nil
}

func policyDirective(name string) *ast.Directive {
	list := func(v *ast.Value) *ast.Value {
		return &ast.Value{Kind: ast.ListValue, Children: ast.ChildValueList{{Value: v}}}
	}
	value := list(list(&ast.Value{Kind: ast.StringValue, Raw: name}))
	return &ast.Directive{
		Name: "policy", Arguments: ast.ArgumentList{{Name: "policies", Value: value}},
	}
}
