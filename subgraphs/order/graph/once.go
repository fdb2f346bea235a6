package graph

import (
	"context"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/batch"
)

// memory holds the user's own data that was read for one response. For each position in the
// response the data is read only once, however many objects in lists above it request it.
type memory struct {
	mu   sync.Mutex
	read map[position]*batch.Once[any]
}

func newMemory() *memory { return &memory{read: map[position]*batch.Once[any]{}} }

// position identifies a position in a response, without the indices of lists. It includes the
// root field, because a mutation may have changed what an earlier one returned.
type position struct {
	root  ast.PathElement
	field *ast.Field // with its arguments; nil if they do not matter
	names string     // the same field may be selected elsewhere with more below it
}

// here returns the position of the field that is being resolved.
func here(ctx context.Context) position {
	at := graphql.GetFieldContext(ctx)
	var names []string
	for _, step := range at.Path() {
		if name, isName := step.(ast.PathName); isName {
			names = append(names, string(name))
		}
	}
	return position{at.Path()[0], at.Field.Field, strings.Join(names, ".")}
}

// belowRoot returns one position for everything below the current root field.
func belowRoot(ctx context.Context) position {
	return position{root: graphql.GetFieldContext(ctx).Path()[0]}
}

// once returns the data of a position, and reads it if that has not happened yet.
func once[T any](ctx context.Context, at position, read func() (T, error)) (T, error) {
	r := batch.Of(ctx, newMemory).of(at)
	found, err := r.Get(func() (any, error) { return read() })
	value, _ := found.(T)
	return value, err
}

func (m *memory) of(at position) *batch.Once[any] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.read[at] == nil {
		m.read[at] = &batch.Once[any]{}
	}
	return m.read[at]
}
