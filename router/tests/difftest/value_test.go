package difftest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// object is an object of the world: an entity, a value at one position, or a root.
type object struct {
	typ *definition
	id  string
	// How the object came into a subgraph: its representation, and the fields that the path
	// provides.
	representation map[string]any
	provided       []ast.SelectionSet
	// above is the object whose field contains this one, in the monolith.
	above *object
}

// entities is the number of entities of each type.
const entities = 4

var errFails = errors.New("this field fails for this object")

func hash(parts ...string) uint64 {
	h := fnv.New64a()
	for _, part := range parts {
		_, _ = h.Write([]byte(part))
		_, _ = h.Write([]byte{0})
	}
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	return x ^ x>>29
}

// all returns the entities of a type, or of an interface's members.
func (w *world) all(d *definition) []*object {
	if d.abstract() {
		var list []*object
		for _, member := range d.members {
			list = append(list, w.all(member)...)
		}
		return list
	}
	var list []*object
	for i := range entities {
		list = append(list, &object{typ: d, id: fmt.Sprintf("%s%d", strings.ToLower(d.name), i)})
	}
	return list
}

// truth returns the monolith's value of a field. Arguments must be coerced.
func (w *world) truth(o *object, f *field, args map[string]any) (any, error) {
	required := ""
	if f.requires != nil {
		values, err := w.read(o, f.requires)
		if err != nil {
			return nil, err
		}
		required = encode(values)
	}
	if f.contextual {
		value, err := w.nearest(o)
		if err != nil {
			return nil, err
		}
		required = encode(value)
	}
	return w.value(o, f, args, required)
}

// value returns a field's value, given the required values.
func (w *world) value(o *object, f *field, args map[string]any, required string) (any, error) {
	holder := o.typ.name
	if f.holder != "" {
		holder = f.holder
	}
	if f.key && f.target == nil {
		return f.name + "-" + o.id, nil
	}
	if f.key && f.target.kind == entity { // a different owner for each
		return &object{typ: f.target, id: strings.ToLower(f.target.name) + o.id[len(o.id)-1:]}, nil
	}
	seed := fmt.Sprintf("%s|%s|%s|%s|%s", holder, o.id, f.name, encode(args), required)
	if f.fails && hash(seed, "fails")%3 == 0 {
		return nil, errFails
	}
	typ := f.typ
	if f.full {
		nonNull := *f.typ
		nonNull.NonNull = true
		typ = &nonNull
	}
	return wrapped(f, typ, seed), nil
}

func wrapped(f *field, typ *ast.Type, seed string) any {
	if !typ.NonNull && hash(seed, "null")%6 == 0 {
		return nil
	}
	if typ.Elem != nil {
		items := make([]any, hash(seed, "length")%4)
		for i := range items {
			items[i] = wrapped(f, typ.Elem, seed+"/"+strconv.Itoa(i))
		}
		return items
	}
	h := hash(seed, "value")
	if f.target != nil {
		return relation(f, h)
	}
	switch typ.NamedType {
	case "Int":
		return int(h % 1000)
	case "Float":
		return float64(h%1000) + 0.5
	case "Boolean":
		return h%2 == 0
	case "Tone":
		return tones()[h%3]
	case returnedEnum:
		return f.moods[h%uint64(len(f.moods))]
	default:
		return "w" + strconv.FormatUint(h%100000, 36)
	}
}

func tones() []string { return []string{"RED", "GREEN", "BLUE"} }

func relation(f *field, h uint64) *object {
	typ := f.candidates[h%uint64(len(f.candidates))]
	h /= 16
	if typ.kind == entity {
		return &object{typ: typ, id: fmt.Sprintf("%s%d", strings.ToLower(typ.name), h%entities)}
	}
	return &object{typ: typ, id: strconv.FormatUint(h, 36)}
}

// read returns the true value of a field set. It fails if anything in it does.
func (w *world) read(o *object, set ast.SelectionSet) (map[string]any, error) {
	values := map[string]any{}
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.InlineFragment:
			if !w.is(o.typ, s.TypeCondition) {
				continue
			}
			inner, err := w.read(o, s.SelectionSet)
			if err != nil {
				return nil, err
			}
			maps.Copy(values, inner)
		case *ast.Field:
			definitions := w.full.Types[o.typ.name].Fields.ForName(s.Name).Arguments
			value, err := w.truth(o, o.typ.field(s.Name), inputs{w.full, nil}.arguments(definitions, s.Arguments))
			if err != nil {
				return nil, err
			}
			if values[s.Name], err = w.readBelow(value, s.SelectionSet); err != nil {
				return nil, err
			}
		}
	}
	return values, nil
}

func (w *world) readBelow(value any, set ast.SelectionSet) (any, error) {
	switch v := value.(type) {
	case *object:
		return w.read(v, set)
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			var err error
			if items[i], err = w.readBelow(item, set); err != nil {
				return nil, err
			}
		}
		return items, nil
	default:
		return v, nil
	}
}

// is reports whether an object type is, or implements, or is a member of a type.
func (w *world) is(d *definition, name string) bool {
	if d.name == name {
		return true
	}
	for _, possible := range w.api.PossibleTypes[name] {
		if possible.Name == d.name {
			return true
		}
	}
	return false
}

// encode writes a value as JSON, with members sorted by name.
func encode(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}
