package supergraph

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// printDocument writes SDL in the usual style: two spaces, a blank line between definitions,
// descriptions above.
func printDocument(doc *ast.SchemaDocument) string {
	p := &printer{}
	for _, s := range doc.Schema {
		p.schema(s)
	}
	for _, d := range doc.Directives {
		p.directiveDefinition(d)
	}
	for _, d := range doc.Definitions {
		p.definition(d)
	}
	return p.String()
}

type printer struct{ strings.Builder }

func (p *printer) write(parts ...string) {
	for _, part := range parts {
		p.WriteString(part)
	}
}

// begin separates a definition from the previous one.
func (p *printer) begin(description string) {
	if p.Len() > 0 {
		p.write("\n")
	}
	p.description("", description)
}

func (p *printer) description(indent, text string) {
	switch {
	case text == "":
	case !strings.ContainsAny(text, "\n\"\\") && len(text) < 100 && isPlain(text):
		p.write(indent, `"`, text, "\"\n")
	case isBlock(text):
		p.write(indent, "\"\"\"\n")
		for line := range strings.SplitSeq(strings.ReplaceAll(text, `"""`, `\"""`), "\n") {
			if line != "" {
				p.write(indent, line)
			}
			p.write("\n")
		}
		p.write(indent, "\"\"\"\n")
	default:
		p.write(indent, (&ast.Value{Kind: ast.StringValue, Raw: text}).String(), "\n")
	}
}

func isPlain(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0xfeff
	})
}

// isBlock reports whether a block string preserves the text: it loses outer blank lines and common
// indentation.
func isBlock(text string) bool {
	lines := strings.Split(text, "\n")
	first, last := lines[0], lines[len(lines)-1]
	return isPlain(strings.ReplaceAll(strings.ReplaceAll(text, "\n", ""), "\t", "")) &&
		first != "" && first[0] != ' ' && first[0] != '\t' &&
		strings.Trim(last, " \t") != "" && !strings.HasSuffix(last, `\`)
}

func (p *printer) schema(s *ast.SchemaDefinition) {
	p.begin(s.Description)
	p.write("schema")
	p.directives(s.Directives, true)
	p.open(s.Directives, true)
	for _, o := range s.OperationTypes {
		p.write("  ", string(o.Operation), ": ", o.Type, "\n")
	}
	p.write("}\n")
}

func (p *printer) directiveDefinition(d *ast.DirectiveDefinition) {
	p.begin(d.Description)
	p.write("directive @", d.Name)
	p.argumentDefinitions("", d.Arguments)
	if d.IsRepeatable {
		p.write(" repeatable")
	}
	for i, location := range d.Locations {
		p.write([]string{" on ", " | "}[min(i, 1)], string(location))
	}
	p.write("\n")
}

func (p *printer) definition(d *ast.Definition) {
	p.begin(d.Description)
	p.write(keyword(d.Kind), " ", d.Name)
	for i, name := range d.Interfaces {
		p.write([]string{" implements ", " & "}[min(i, 1)], name)
	}
	own := len(d.Directives) > 0 && strings.HasPrefix(d.Directives[0].Name, "join__")
	p.directives(d.Directives, own)
	if len(d.Types) > 0 {
		p.members(d, own)
	}
	if len(d.Fields)+len(d.EnumValues) == 0 {
		p.write("\n")
		return
	}
	p.open(d.Directives, own)
	for _, f := range d.Fields {
		p.field(f)
	}
	for _, v := range d.EnumValues {
		p.description("  ", v.Description)
		p.write("  ", v.Name)
		p.directives(v.Directives, false)
		p.write("\n")
	}
	p.write("}\n")
}

func (p *printer) members(d *ast.Definition, ownLine bool) {
	if ownLine {
		p.write("\n ")
	}
	p.write(" = ", strings.Join(d.Types, " | "))
}

func (p *printer) open(directives ast.DirectiveList, ownLine bool) {
	if ownLine && len(directives) > 0 {
		p.write("\n{\n")
		return
	}
	p.write(" {\n")
}

func (p *printer) field(f *ast.FieldDefinition) {
	p.description("  ", f.Description)
	p.write("  ", f.Name)
	p.argumentDefinitions("  ", f.Arguments)
	p.write(": ", f.Type.String())
	if f.DefaultValue != nil {
		p.write(" = ", f.DefaultValue.String())
	}
	p.directives(f.Directives, false)
	p.write("\n")
}

// argumentDefinitions writes arguments on one line, unless one has a description.
func (p *printer) argumentDefinitions(indent string, arguments ast.ArgumentDefinitionList) {
	if len(arguments) == 0 {
		return
	}
	described := false
	for _, a := range arguments {
		described = described || a.Description != ""
	}
	p.write("(")
	for i, a := range arguments {
		switch {
		case described:
			p.write("\n")
			p.description(indent+"  ", a.Description)
			p.write(indent, "  ")
		case i > 0:
			p.write(", ")
		}
		p.write(a.Name, ": ", a.Type.String())
		if a.DefaultValue != nil {
			p.write(" = ", a.DefaultValue.String())
		}
		p.directives(a.Directives, false)
	}
	if described {
		p.write("\n", indent)
	}
	p.write(")")
}

func (p *printer) directives(directives ast.DirectiveList, ownLine bool) {
	for _, d := range directives {
		if ownLine {
			p.write("\n ")
		}
		p.write(" @", d.Name)
		for i, a := range d.Arguments {
			p.write([]string{"(", ", "}[min(i, 1)], a.Name, ": ", a.Value.String())
		}
		if len(d.Arguments) > 0 {
			p.write(")")
		}
	}
}

func keyword(kind ast.DefinitionKind) string {
	switch kind {
	case ast.Object:
		return "type"
	case ast.InputObject:
		return "input"
	default:
		return strings.ToLower(string(kind))
	}
}
