package operation_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

func TestVariablesOfSkipAndIncludeMustNotBeNull(t *testing.T) {
	t.Parallel()
	parser := operation.NewParser(schema(t, `type Query { a(of: Boolean): Q } type Q { b: Int }`), operation.DefaultLimits())
	for _, c := range []struct {
		document string
		refused  bool
	}{
		{`query($x: Boolean = true) { a { b @include(if: $x) } }`, true},
		{`query($x: Boolean = true) { a @skip(if: $x) { b } }`, true},
		{`query($x: Boolean = true) { ...F } fragment F on Query { ... @skip(if: $x) { a { b } } }`, true},
		{`query($x: Boolean = true) { a(of: $x) { b } }`, false},
	} {
		op, err := parser.Parse(c.document, "")
		require.NoError(t, err, c.document)
		_, err = op.Coerce(map[string]any{"x": nil})
		if c.refused {
			require.ErrorContains(t, err, "Variable $x must not be null", c.document)
		} else {
			require.NoError(t, err, c.document)
		}
		got, err := op.Coerce(nil)
		require.NoError(t, err, c.document)
		require.Equal(t, map[string]any{"x": true}, got, c.document)
	}
}

func TestDefaultsKeepTheTextOfNumbers(t *testing.T) {
	t.Parallel()
	parser := operation.NewParser(schema(t, `
		scalar Decimal
		type Query { f(d: Decimal, in: In, id: ID, ids: [ID!], fl: Float): Int }
		input In { d: Decimal = 1.0, big: Decimal = {a: [123456789012345678901234567890]}, id: ID = 99999999999999999999, fl: Float = 1e20 }`),
		operation.DefaultLimits())
	op, err := parser.Parse(`query($d: Decimal = 12345678901234567.890, $in: In = {}, $given: In, $id: ID = 5, $ids: [ID!] = [7, "x"], $fl: Float = 2.50) {
		f(d: $d, in: $in, id: $id, ids: $ids, fl: $fl) g: f(in: $given) }`, "")
	require.NoError(t, err)
	got, err := op.Coerce(map[string]any{"given": map[string]any{}})
	require.NoError(t, err)
	text, err := json.Marshal(got)
	require.NoError(t, err)
	require.Equal(t, `{"d":12345678901234567.890,"fl":2.50,`+
		`"given":{"big":{"a":[123456789012345678901234567890]},"d":1.0,"fl":1e20,"id":"99999999999999999999"},`+
		`"id":"5","ids":["7","x"],"in":{}}`, string(text))
}
