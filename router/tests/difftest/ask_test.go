package difftest_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"
)

// asker generates an operation over a schema.
type asker struct {
	*rapid.T
	schema    *ast.Schema
	declared  []string
	variables map[string]any
	types     map[string]string // types of the variables
	fragments []*fragment
	fields    int // how many more fields may be selected
	aliases   int
}

// fragment is a named fragment, with the response keys that it uses.
type fragment struct {
	name, on, text string
	keys           *keys
}

// keys holds the response keys in use at one position of the response.
type keys struct {
	claims map[string][]claim
	below  map[string]*keys
}

// claim is one field that uses a key.
type claim struct {
	parent           *ast.Definition
	signature, shape string
}

func newKeys() *keys { return &keys{claims: map[string][]claim{}, below: map[string]*keys{}} }

// fits reports whether a field may use the key together with those that have it (GraphQL, section
// 5.3.2, in a strict form).
func (k *keys) fits(key string, c claim) bool {
	for _, known := range k.claims[key] {
		apart := known.parent.Kind == ast.Object && c.parent.Kind == ast.Object && known.parent != c.parent
		if known.shape != c.shape || known.signature != c.signature && !apart {
			return false
		}
	}
	return true
}

func (k *keys) child(key string) *keys {
	if k.below[key] == nil {
		k.below[key] = newKeys()
	}
	return k.below[key]
}

// merges reports whether all fields of other may be here, too.
func (k *keys) merges(other *keys) bool {
	for key, claims := range other.claims {
		for _, c := range claims {
			if !k.fits(key, c) {
				return false
			}
		}
		if below := k.below[key]; below != nil && other.below[key] != nil && !below.merges(other.below[key]) {
			return false
		}
	}
	return true
}

func (k *keys) merge(other *keys) {
	for key, claims := range other.claims {
		k.claims[key] = append(k.claims[key], claims...)
		if below := other.below[key]; below != nil {
			k.child(key).merge(below)
		}
	}
}

func generateOperation(t *rapid.T, schema *ast.Schema) (text string, variables map[string]any) {
	a := &asker{T: t, schema: schema, variables: map[string]any{}, types: map[string]string{}, fields: 25}
	kind, root := "query", schema.Query
	if schema.Mutation != nil && a.oneIn(3) {
		kind, root = "mutation", schema.Mutation
	}
	body := a.selections(root, 5, newKeys())
	head := kind
	if len(a.declared) > 0 {
		head += " Q(" + strings.Join(a.declared, ", ") + ")"
	}
	text = head + " " + body + "\n"
	for _, f := range a.fragments {
		text += "fragment " + f.name + " on " + f.on + " " + f.text + "\n"
	}
	return text, a.variables
}

func (a *asker) upTo(n int) int { return rapid.IntRange(0, n).Draw(a.T, "n") }

func (a *asker) oneIn(n int) bool { return a.upTo(n-1) == n-1 }

func (a *asker) selections(d *ast.Definition, depth int, at *keys) string {
	var parts []string
	for range 1 + a.upTo(3) {
		switch choice := a.upTo(11); {
		case choice == 11 && depth > 0:
			parts = append(parts, a.spread(d, depth-1, at))
		case choice >= 9 && depth > 0:
			parts = append(parts, a.inline(d, depth-1, at))
		case choice == 8 && d.Kind == ast.Union, choice == 8 && a.oneIn(2):
			parts = append(parts, a.typename(d, at))
		default:
			if f := a.choose(d, depth); f != nil {
				parts = append(parts, a.field(d, f, depth, at))
			}
		}
	}
	if parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" }); len(parts) == 0 {
		parts = append(parts, a.typename(d, at))
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

func (a *asker) typename(d *ast.Definition, at *keys) string {
	return a.field(d, &ast.FieldDefinition{Name: "__typename", Type: ast.NonNullNamedType("String", nil)}, 0, at)
}

// choose picks a field that can be selected at the depth, or returns nil.
func (a *asker) choose(d *ast.Definition, depth int) *ast.FieldDefinition {
	var list []*ast.FieldDefinition
	for _, f := range d.Fields {
		if !strings.HasPrefix(f.Name, "__") && (depth > 0 && a.fields > 0 || !a.composite(f)) {
			list = append(list, f)
		}
	}
	if len(list) == 0 {
		return nil
	}
	if contextual := slices.DeleteFunc(slices.Clone(list), func(f *ast.FieldDefinition) bool { return !isContextual(f.Name) }); len(contextual) > 0 && a.oneIn(3) {
		return contextual[a.upTo(len(contextual)-1)]
	}
	if deeper := slices.DeleteFunc(slices.Clone(list), func(f *ast.FieldDefinition) bool { return !a.composite(f) }); len(deeper) > 0 && a.oneIn(2) {
		list = deeper
	}
	return list[a.upTo(len(list)-1)]
}

func (a *asker) composite(f *ast.FieldDefinition) bool {
	d := a.schema.Types[f.Type.Name()]
	return d != nil && d.IsCompositeType()
}

func (a *asker) field(d *ast.Definition, f *ast.FieldDefinition, depth int, at *keys) string {
	a.fields--
	given := a.arguments(f)
	c := claim{parent: d, signature: f.Name + given, shape: f.Type.String()}
	if f.Name == "__typename" {
		c.shape = f.Name // gqlparser types it as String instead of String!, and reports conflicts that do not exist
	}
	if a.composite(f) {
		c.shape = strings.Replace(c.shape, f.Type.Name(), "{}", 1)
	}
	key := f.Name
	if a.oneIn(4) {
		key = []string{"id", "f0", "x", "a0", "sku", "f1", "__typename"}[a.upTo(6)]
	}
	for !at.fits(key, c) {
		a.aliases++
		key = fmt.Sprintf("k%d", a.aliases)
	}
	at.claims[key] = append(at.claims[key], c)
	text := f.Name + given + a.condition()
	if key != f.Name {
		text = key + ": " + text
	}
	if a.composite(f) {
		text += " " + a.selections(a.schema.Types[f.Type.Name()], depth-1, at.child(key))
	}
	return text
}

// overlapping returns the type conditions of fragments that can be in a selection set of the type.
func (a *asker) overlapping(d *ast.Definition) []string {
	var list []string
	for name, other := range a.schema.Types {
		if strings.HasPrefix(name, "__") || !other.IsCompositeType() {
			continue
		}
		for _, possible := range a.schema.GetPossibleTypes(d) {
			if slices.Contains(a.schema.GetPossibleTypes(other), possible) {
				list = append(list, name)
				break
			}
		}
	}
	slices.Sort(list)
	return list
}

func (a *asker) abstract(name string) bool { return a.schema.Types[name].IsAbstractType() }

func (a *asker) inline(d *ast.Definition, depth int, at *keys) string {
	if a.oneIn(5) {
		return "..." + a.condition() + " " + a.selections(d, depth, at)
	}
	types := a.overlapping(d)
	if objects := slices.DeleteFunc(slices.Clone(types), a.abstract); a.oneIn(2) {
		types = objects
	}
	on := types[a.upTo(len(types)-1)]
	return "... on " + on + a.condition() + " " + a.selections(a.schema.Types[on], depth, at)
}

func (a *asker) spread(d *ast.Definition, depth int, at *keys) string {
	types := a.overlapping(d)
	for _, f := range a.fragments {
		if slices.Contains(types, f.on) && at.merges(f.keys) && a.oneIn(2) {
			at.merge(f.keys)
			return "..." + f.name + a.condition()
		}
	}
	on := types[a.upTo(len(types)-1)]
	f := &fragment{on: on, keys: newKeys()}
	fragments, declared := len(a.fragments), len(a.declared)
	f.text = a.selections(a.schema.Types[on], depth, f.keys)
	if !at.merges(f.keys) { // its fragments and variables are useless, too
		for n := declared; n < len(a.declared); n++ {
			delete(a.variables, fmt.Sprintf("v%d", n))
		}
		a.fragments, a.declared = a.fragments[:fragments], a.declared[:declared]
		return ""
	}
	f.name = fmt.Sprintf("F%d", len(a.fragments))
	a.fragments = append(a.fragments, f)
	at.merge(f.keys)
	return "..." + f.name + a.condition()
}

// condition sometimes returns @skip or @include.
func (a *asker) condition() string {
	if !a.oneIn(8) {
		return ""
	}
	if a.schema.Directives["probe"] != nil && a.oneIn(3) {
		return " @probe(n: 1)"
	}
	name := []string{"include", "skip"}[a.upTo(1)]
	value := []string{"true", "false", "", ""}[a.upTo(3)]
	if value == "" {
		value = a.variable(ast.NonNullNamedType("Boolean", nil))
	}
	return fmt.Sprintf(" @%s(if: %s)", name, value)
}

func (a *asker) arguments(f *ast.FieldDefinition) string {
	var parts []string
	for _, argument := range f.Arguments {
		must := argument.Type.NonNull && argument.DefaultValue == nil
		if !must && a.oneIn(3) {
			continue
		}
		value := ""
		if a.oneIn(2) {
			value = a.variable(argument.Type)
		} else {
			value = a.literal(argument.Type)
		}
		parts = append(parts, argument.Name+": "+value)
	}
	if len(parts) == 0 {
		return ""
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// literal returns a value in GraphQL syntax, perhaps with a variable.
func (a *asker) literal(t *ast.Type) string {
	switch {
	case t.Elem != nil && a.oneIn(3):
		return "[" + a.variable(t.Elem) + "]"
	case t.NamedType == "Range" && a.oneIn(3):
		return "{low: " + a.variable(ast.NamedType("Int", nil)) + "}"
	case t.NamedType == "Pick" && a.oneIn(3):
		return "{n: " + a.variable(ast.NonNullNamedType("Int", nil)) + "}"
	case t.NamedType == "Span" && a.oneIn(3):
		return "{at: " + a.variable(ast.NonNullNamedType("Range", nil)) + "}"
	default:
		return a.write(a.value(t), t)
	}
}

// variable returns a variable of the type, existing or new, with a value, a default, or neither.
func (a *asker) variable(t *ast.Type) string {
	for _, declaration := range a.declared {
		name, _, _ := strings.Cut(strings.TrimPrefix(declaration, "$"), ":")
		if a.types[name] == t.String() && a.oneIn(2) {
			return "$" + name
		}
	}
	name := fmt.Sprintf("v%d", len(a.declared))
	a.types[name] = t.String()
	declaration := "$" + name + ": " + t.String()
	hasDefault := a.oneIn(3)
	if hasDefault {
		nonNull := *t
		nonNull.NonNull = true
		declaration += " = " + a.write(a.value(&nonNull), t)
	}
	if t.NonNull && !hasDefault || a.oneIn(2) {
		a.variables[name] = a.value(t)
	}
	a.declared = append(a.declared, declaration)
	return "$" + name
}

// value returns a value for a variable of the type.
func (a *asker) value(t *ast.Type) any {
	if !t.NonNull && a.oneIn(6) {
		return nil
	}
	if t.Elem != nil {
		items := []any{}
		for range a.upTo(2) {
			items = append(items, a.value(t.Elem))
		}
		return items
	}
	switch t.NamedType {
	case "Int":
		return a.upTo(3)
	case "Boolean":
		return a.oneIn(2)
	case "Tone":
		return tones()[a.upTo(2)]
	case takenEnum:
		values := a.schema.Types[takenEnum].EnumValues
		return values[a.upTo(len(values)-1)].Name
	case "Pick":
		f := a.schema.Types["Pick"].Fields[a.upTo(2)]
		return map[string]any{f.Name: a.value(ast.NonNullNamedType(f.Type.Name(), nil))}
	case "Range", "Span":
		members := map[string]any{}
		for _, f := range a.schema.Types[t.NamedType].Fields {
			if a.oneIn(2) {
				members[f.Name] = a.value(f.Type)
			}
		}
		return members
	default:
		return []string{"s", "t", "a \"quoted\" one"}[a.upTo(2)]
	}
}

// write writes a value in GraphQL syntax.
func (a *asker) write(value any, t *ast.Type) string {
	switch v := value.(type) {
	case []any:
		var parts []string
		for _, item := range v {
			parts = append(parts, a.write(item, t.Elem))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var parts []string
		for _, f := range a.schema.Types[t.Name()].Fields {
			if item, ok := v[f.Name]; ok {
				parts = append(parts, f.Name+": "+a.write(item, f.Type))
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case string:
		if t.Name() == "Tone" || t.Name() == takenEnum {
			return v
		}
	}
	return encode(value)
}
