package scalar_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/scalar"
)

func TestDateTime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-01-31T12:34:56.789Z":      `"2026-01-31T12:34:56.789Z"`,
		"2026-01-31T12:34:56Z":          `"2026-01-31T12:34:56.000Z"`,
		"2026-01-31T12:34:56.1+02:00":   `"2026-01-31T10:34:56.100Z"`,
		"2026-01-31T12:34:56.12345678Z": `"2026-01-31T12:34:56.123Z"`,
	} {
		parsed, err := scalar.UnmarshalDateTime(text)
		require.NoError(t, err)
		require.Equal(t, time.UTC, parsed.Location())
		var out strings.Builder
		scalar.MarshalDateTime(parsed).MarshalGQL(&out)
		require.Equal(t, want, out.String())
	}
	for _, bad := range []any{"", "yesterday", 5, nil} {
		_, err := scalar.UnmarshalDateTime(bad)
		require.Error(t, err, "%v", bad)
	}
}
