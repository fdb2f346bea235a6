package access

import (
	"context"
	"slices"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// Claims are the rights of the client that sends a request.
type Claims struct {
	// Authenticated is true if the client is authenticated.
	Authenticated bool
	// HasScope reports whether the client has a scope. If it is nil, the client has none.
	HasScope func(scope string) bool
	// Policies returns the names of the policies that the client meets. If it is nil, the client
	// meets none.
	Policies func(ctx context.Context, names []string) []string
}

// Decision says which fields and objects of an operation are hidden from a client. It is
// immutable, and implements operation.Hidden.
type Decision struct {
	needs *Needs
	// failed are the clauses that the client does not meet, sorted.
	failed []int
	key    string
}

// Decide returns the decision for a client, or nil if the client may see the complete operation.
// It calls claims.Policies at most once, with all policies of the operation.
func (n *Needs) Decide(ctx context.Context, claims Claims) *Decision {
	if n == nil {
		return nil
	}
	var granted []string
	if len(n.policies) > 0 && claims.Policies != nil {
		granted = claims.Policies(ctx, n.policies)
	}
	var failed []int
	for _, id := range n.clauses {
		if !n.rules.clauses[id].met(claims, granted) {
			failed = append(failed, id)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return &Decision{needs: n, failed: failed, key: key(n.clauses, failed)}
}

func (c clause) met(claims Claims, granted []string) bool {
	switch c.kind {
	case federation.RequiresScopes:
		hasScope := claims.HasScope
		if hasScope == nil {
			hasScope = func(string) bool { return false }
		}
		return anySet(c.sets, hasScope)
	case federation.Policy:
		return anySet(c.sets, func(name string) bool { return slices.Contains(granted, name) })
	default:
		return claims.Authenticated
	}
}

// key returns a text with one bit for each clause of an operation: 1 if the client does not meet
// it.
func key(clauses, failed []int) string {
	bits := make([]byte, (len(clauses)+7)/8)
	for i, id := range clauses {
		if _, isFailed := slices.BinarySearch(failed, id); isFailed {
			bits[i/8] |= 1 << (i % 8)
		}
	}
	return string(bits)
}

// Key identifies the decision among all decisions about the same operation.
func (d *Decision) Key() string { return d.key }

// Type reports whether objects of an object type are hidden.
func (d *Decision) Type(object string) bool { return d.fails(d.needs.rules.types[object]) }

// Field reports whether a field of an object type is hidden.
func (d *Decision) Field(object, field string) bool {
	r := d.needs.rules
	if d.fails(r.fields[coordinate{object, field}]) {
		return true
	}
	returned := r.returned(object, field)
	for _, t := range returned {
		if !d.Type(t) {
			return false
		}
	}
	return len(returned) > 0
}

// Reason returns the reason why a field of an object type is hidden, or the type itself if field
// is empty. It is ReasonUnauthenticated if the client does not meet an @authenticated, and
// otherwise ReasonForbidden.
func (d *Decision) Reason(object, field string) string {
	r := d.needs.rules
	clauses := r.types[object]
	if field != "" {
		clauses = r.fields[coordinate{object, field}]
		if !d.fails(clauses) { // all objects that it returns are hidden
			for _, t := range r.returned(object, field) {
				clauses = union(clauses, r.types[t])
			}
		}
	}
	for _, id := range clauses {
		if r.clauses[id].kind == federation.Authenticated && d.fails([]int{id}) {
			return operation.ReasonUnauthenticated
		}
	}
	return operation.ReasonForbidden
}

func (d *Decision) fails(clauses []int) bool {
	return slices.ContainsFunc(clauses, func(id int) bool {
		_, failed := slices.BinarySearch(d.failed, id)
		return failed
	})
}
