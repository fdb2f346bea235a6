package difftest_test

import (
	"errors"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// errLost is the error of a field whose requirements are unavailable.
var errLost = errors.New("what this field requires is lost")

// compare requires the monolith's answer, or the monolith's answer without data that may be lost.
//
// A required object becomes null if a non-null field in it fails, even a field that is not
// required but that the client or another field selects in the same request. The router then
// cannot send the requirement, although the monolith knows it. So the router may have an error for
// such a field, but no other value and no other difference.
func (p *pair) compare(want, got *answer, c *coverage) error {
	differs := want.compare(got)
	if differs == nil || !slices.ContainsFunc(got.errors, func(e *executionError) bool { return e.message == errFails.Error() }) {
		return differs
	}
	without, err := p.execute(func(o *object, f *ast.Field, path []any) bool {
		return o.typ.loses(o.typ.field(f.Name)) && slices.ContainsFunc(got.errors, func(e *executionError) bool {
			return e.message == errFails.Error() && within(path, e.path)
		})
	})
	if err != nil || without.compare(got) != nil {
		return differs
	}
	c.answered("error, for what is required is lost")
	return nil
}

// loses reports whether a field requires, directly or not, an object that another field in it can
// make null.
func (d *definition) loses(f *field) bool {
	return slices.ContainsFunc(f.requires, func(s ast.Selection) bool {
		required, ok := s.(*ast.Field)
		if !ok {
			return false
		}
		x := d.field(required.Name)
		return d.loses(x) || x.target != nil && x.target.nullable(map[*definition]bool{})
	})
}

// nullable reports whether an object of the type may become null because a field in it fails.
func (d *definition) nullable(seen map[*definition]bool) bool {
	if seen[d] {
		return false
	}
	seen[d] = true
	for _, f := range d.fields {
		if f.raises() || f.typ.NonNull && f.target != nil && f.target.nullable(seen) {
			return true
		}
	}
	return slices.ContainsFunc(d.members, func(m *definition) bool { return m.nullable(seen) })
}
