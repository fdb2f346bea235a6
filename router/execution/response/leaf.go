package response

import (
	"math"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// leaf says how to check and write the values of a scalar or enum.
type leaf struct {
	kind leafKind
	enum *ast.Definition
}

type leafKind uint8

const (
	noLeaf     leafKind = iota // a list, or a field with a selection
	customLeaf                 // any value is accepted
	intLeaf
	floatLeaf
	stringLeaf
	boolLeaf
	idLeaf
	enumLeaf
)

func newLeaf(definition *ast.Definition) leaf {
	if definition.Kind == ast.Enum {
		return leaf{kind: enumLeaf, enum: definition}
	}
	switch definition.Name {
	case "Int":
		return leaf{kind: intLeaf}
	case "Float":
		return leaf{kind: floatLeaf}
	case "String":
		return leaf{kind: stringLeaf}
	case "Boolean":
		return leaf{kind: boolLeaf}
	case "ID":
		return leaf{kind: idLeaf}
	default:
		return leaf{kind: customLeaf}
	}
}

// append writes the value, coerced by GraphQL, section 3.5, or returns false for another type.
func (l leaf) append(dst []byte, t *Tape, n *node) ([]byte, bool) {
	raw := t.raw(n)
	switch l.kind {
	case intLeaf:
		return appendInt(dst, n.kind, raw)
	case floatLeaf:
		return append(dst, raw...), n.kind == Number && isFinite(raw)
	case stringLeaf:
		return append(dst, raw...), n.kind == String
	case boolLeaf:
		return append(dst, raw...), n.kind == Bool
	case idLeaf:
		return appendID(dst, n.kind, raw)
	case enumLeaf:
		return append(dst, raw...), n.kind == String && l.enum.EnumValues.ForName(t.content(n)) != nil
	default:
		return append(dst, raw...), true
	}
}

// appendInt writes a whole number of 32 bits, including one that is spelled as 1.0 or 1e3.
func appendInt(dst []byte, kind Kind, raw []byte) ([]byte, bool) {
	if kind != Number {
		return dst, false
	}
	if isInteger(raw) && len(raw) < len("2147483647") {
		return append(dst, raw...), true
	}
	number, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || number != math.Trunc(number) ||
		number < math.MinInt32 || number > math.MaxInt32 {
		return dst, false
	}
	return strconv.AppendInt(dst, int64(number), 10), true
}

func appendID(dst []byte, kind Kind, raw []byte) ([]byte, bool) {
	switch {
	case kind == String:
		return append(dst, raw...), true
	case kind == Number && isInteger(raw):
		return append(append(append(dst, '"'), raw...), '"'), true
	default:
		return dst, false
	}
}

func isInteger(raw []byte) bool {
	for _, c := range raw {
		if c == '.' || c == 'e' || c == 'E' {
			return false
		}
	}
	return true
}

// isFinite reports whether a number fits into 64 bits. Only long numbers and exponents may not.
func isFinite(raw []byte) bool {
	if isInteger(raw) && len(raw) < 300 {
		return true
	}
	_, err := strconv.ParseFloat(string(raw), 64)
	return err == nil
}
