package graph

import (
	"context"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/siblings"
)

// remembering is the schema with what is the asking user's read once for a place of a response, however many objects in
// lists above it ask for it.
type remembering struct{ graphql.ExecutableSchema }

// Exec resolves an operation as the schema does. Each response begins anew: those of a subscription differ.
func (r remembering) Exec(ctx context.Context) graphql.ResponseHandler {
	respond := r.ExecutableSchema.Exec(ctx)
	return func(ctx context.Context) *graphql.Response {
		return respond(context.WithValue(ctx, memoryKey{}, &memory{readings: map[place]*siblings.Once[any]{}}))
	}
}

type memoryKey struct{}

// memory is what was read for a response.
type memory struct {
	mu       sync.Mutex
	readings map[place]*siblings.Once[any]
}

// place is where in a response something stands, whatever the indices of lists. It is below one root field: a mutation may
// have changed what the one before it showed.
type place struct {
	root  ast.PathElement
	field *ast.Field // with its arguments; nil if they do not matter
	names string     // the same field may be asked for elsewhere with more below it
}

// here is the place of the field that is being resolved.
func here(ctx context.Context) place {
	at := graphql.GetFieldContext(ctx)
	var names []string
	for _, step := range at.Path() {
		if name, isName := step.(ast.PathName); isName {
			names = append(names, string(name))
		}
	}
	return place{at.Path()[0], at.Field.Field, strings.Join(names, ".")}
}

// belowRoot is all that is below the root field of the field that is being resolved.
func belowRoot(ctx context.Context) place { return place{root: graphql.GetFieldContext(ctx).Path()[0]} }

// once reads what is not read yet for a place.
func once[T any](ctx context.Context, at place, read func() (T, error)) (T, error) {
	r := ctx.Value(memoryKey{}).(*memory).of(at)
	found, err := r.Get(func() (any, error) { return read() })
	value, _ := found.(T)
	return value, err
}

func (m *memory) of(at place) *siblings.Once[any] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.readings[at] == nil {
		m.readings[at] = &siblings.Once[any]{}
	}
	return m.readings[at]
}
