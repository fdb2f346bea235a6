package graph

import (
	"context"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/siblings"
)

// remembering is the schema. For each place in a response it reads the user's own data only once,
// however many objects in lists above it request that data.
type remembering struct{ graphql.ExecutableSchema }

// Exec resolves an operation as the schema does. Each response starts with an empty memory,
// because the responses of a subscription differ.
func (r remembering) Exec(ctx context.Context) graphql.ResponseHandler {
	respond := r.ExecutableSchema.Exec(ctx)
	return func(ctx context.Context) *graphql.Response {
		empty := &memory{readings: map[place]*siblings.Once[any]{}}
		return respond(context.WithValue(ctx, memoryKey{}, empty))
	}
}

type memoryKey struct{}

// memory holds the data read for one response.
type memory struct {
	mu       sync.Mutex
	readings map[place]*siblings.Once[any]
}

// place identifies a position in a response, without the indices of lists. It includes the root
// field, because a mutation may have changed what an earlier one returned.
type place struct {
	root  ast.PathElement
	field *ast.Field // with its arguments; nil if they do not matter
	names string     // the same field may be selected elsewhere with more below it
}

// here returns the place of the field that is being resolved.
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

// belowRoot returns one place for everything below the current root field.
func belowRoot(ctx context.Context) place {
	return place{root: graphql.GetFieldContext(ctx).Path()[0]}
}

// once returns the data of a place, and reads it if that has not happened yet.
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
