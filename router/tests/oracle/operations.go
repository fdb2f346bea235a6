//go:build oracle

package oracle

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Operations writes count queries of all sizes for a schema, with one field on each line. The same
// schema always gives the same queries.
func Operations(schema *ast.Schema, count int) []string {
	texts := make([]string, count)
	for i := range texts {
		w := operationWriter{Rand: rand.New(rand.NewPCG(1, uint64(i))), schema: schema}
		fmt.Fprintf(&w.text, "query No%d ", i)
		w.selections(schema.Query, 1+i%6, "")
		texts[i] = w.text.String() + "\n"
	}
	return texts
}

type operationWriter struct {
	*rand.Rand
	schema *ast.Schema
	text   strings.Builder
}

// selections writes some of a type's fields, at least one.
func (w *operationWriter) selections(d *ast.Definition, depth int, indent string) {
	w.text.WriteString("{\n")
	written := 0
	for _, i := range w.Perm(len(d.Fields)) {
		f := d.Fields[i]
		composite := w.schema.Types[f.Type.Name()].IsCompositeType()
		if strings.HasPrefix(f.Name, "__") || composite && depth == 0 ||
			written > 0 && w.IntN(2) == 0 || !answerable(f) {
			continue
		}
		written++
		w.text.WriteString(indent + "  " + f.Name)
		if composite {
			w.text.WriteString(" ")
			w.selections(w.schema.Types[f.Type.Name()], depth-1, indent+"  ")
		}
		w.text.WriteString("\n")
	}
	if written == 0 {
		w.text.WriteString(indent + "  __typename\n")
	}
	w.text.WriteString(indent + "}")
}

// answerable reports whether the field can be selected without arguments.
func answerable(f *ast.FieldDefinition) bool {
	for _, a := range f.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil {
			return false
		}
	}
	return true
}
