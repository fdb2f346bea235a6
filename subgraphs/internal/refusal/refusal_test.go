package refusal_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	one := refusal.Invalid(refusal.At("name"), "The name is longer than %d.", 3)
	two := refusal.Invalid(refusal.At("items", "0"), "There is no such item.")
	require.Equal(t, []string{"input", "items", "0"}, two.Path)
	for name, c := range map[string]struct {
		err  error
		want []refusal.Refusal
	}{
		"no error":        {nil, []refusal.Refusal{}},
		"one":             {one, []refusal.Refusal{one}},
		"wrapped":         {fmt.Errorf("write: %w", one), []refusal.Refusal{one}},
		"joined":          {errors.Join(one, errors.Join(two, one)), []refusal.Refusal{one, two, one}},
		"wrapped, joined": {fmt.Errorf("write: %w", errors.Join(one, two)), []refusal.Refusal{one, two}},
	} {
		got, err := refusal.Split(c.err)
		require.NoError(t, err, name)
		require.Equal(t, c.want, got, name)
	}
	for _, failed := range []error{
		io.EOF, errors.Join(one, io.EOF), fmt.Errorf("%w: %w", io.EOF, one),
		several{}, fmt.Errorf("write: %w", several{}), errors.Join(one, several{}),
	} {
		got, err := refusal.Split(failed)
		require.Equal(t, failed, err)
		require.Empty(t, got)
	}
}

// several is an error that can have any number of causes, even none.
type several []error

func (several) Error() string { return "several" }

func (s several) Unwrap() []error { return s }
