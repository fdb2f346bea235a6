package scalar_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/scalar"
)

func TestIntAcceptsWholeNumbersOf32Bits(t *testing.T) {
	t.Parallel()
	for _, good := range []any{7, int64(7), json.Number("7")} {
		n, err := scalar.UnmarshalInt(good)
		require.NoError(t, err)
		require.Equal(t, 7, n)
	}
	for _, bad := range []any{
		"7", 7.0, true, nil, json.Number("7.5"), json.Number("1e3"), json.Number("99999999999999999999"),
		math.MaxInt32 + 1, int64(math.MinInt32 - 1),
	} {
		_, err := scalar.UnmarshalInt(bad)
		require.Error(t, err, "%v", bad)
	}
}

func TestStringAcceptsOnlyStrings(t *testing.T) {
	t.Parallel()
	text, err := scalar.UnmarshalString("7")
	require.NoError(t, err)
	require.Equal(t, "7", text)
	for _, bad := range []any{7, json.Number("7"), true, nil} {
		_, err := scalar.UnmarshalString(bad)
		require.Error(t, err, "%v", bad)
	}
}
