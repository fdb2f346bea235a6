package serve_test

import (
	"context"
	"encoding/json"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// A variable that may be null, but has a default, may stand where no null may. Then null is refused
// for it, whatever reads it, and no resolver is called.
func TestNullIsRefusedWhereNoNullMayBe(t *testing.T) {
	t.Parallel()
	const null, none, refused = `{"x":null}`, `{}`, "BAD_USER_INPUT"
	const invalid = "GRAPHQL_VALIDATION_FAILED"
	for _, c := range []struct{ document, variables, code string }{
		{`query A($x:Boolean=true){field @include(if:$x)}`, null, refused},
		{`query A($x:Boolean=true){field @skip(if:$x)}`, null, refused},
		{`query A($x:Boolean=true){... @skip(if:$x){field}}`, null, refused},
		{`query A($x:Boolean=true){...F @include(if:$x)} fragment F on Query{field}`, null, refused},
		{`query A($x:Boolean=true){...F} fragment F on Query{... on Query{field @include(if:$x)}}`, null, refused},
		{`query A($x:Boolean=true){__typename @include(if:$x)}`, null, refused},
		{`query A($x:Int=1){field(must:$x)}`, null, refused},
		{`query A($x:Int=1){field(in:{must:$x})}`, null, refused},
		{`query A($x:Int=1){field(list:[2,$x])}`, null, refused},
		{`query A($x:Int){field(must:$x)}`, null, refused},
		{`query A($x:Int){field(in:{must:$x})}`, null, refused},
		{`query A($x:String="Query"){__type(name:$x){name}}`, null, refused},
		// Where null may be, and where the variable has its default, nothing is refused.
		{`query A($x:Int=1){field(number:$x)}`, null, ""},
		{`query A($x:Int=1){field(in:{number:$x})}`, null, ""},
		{`query A($x:Boolean=true){field @include(if:$x)}`, none, ""},
		{`query A($x:Boolean=false){field @skip(if:$x)}`, none, ""},
		{`query A($x:Boolean!=true){field @include(if:$x)}`, none, ""},
		{`query A($x:Int=1){field(must:$x)}`, none, ""},
		{`query A($x:Int){field(must:$x)}`, none, ""},
		{`query A($x:Int){field(number:$x)} query B($x:Boolean=true){field @include(if:$x)}`, null, ""},
		// No default, a default that is null, and no value for a type that takes none.
		{`query A($x:Boolean!=true){field @include(if:$x)}`, null, refused},
		{`query A($x:Boolean!){field @include(if:$x)}`, null, refused},
		{`query A($x:Boolean!){field @include(if:$x)}`, none, refused},
		{`query A($x:Boolean){field @include(if:$x)}`, null, invalid},
		{`query A($x:Boolean){field @skip(if:$x)}`, none, invalid},
		{`query A($x:Boolean=null){field @include(if:$x)}`, none, invalid},
		{`query A($x:Boolean!=null){field @include(if:$x)}`, none, invalid},
		{`query A{field @include(if:null)}`, none, invalid},
	} {
		executed := false
		h := handler(func(context.Context) error { executed = true; return nil }, io.Discard)
		body, err := json.Marshal(map[string]any{
			"query": c.document, "operationName": "A", "variables": json.RawMessage(c.variables),
		})
		require.NoError(t, err)
		got := do(t, h, post(string(body)))
		require.Equal(t, 200, got.status, c.document)
		require.Equal(t, c.code == "", executed, c.document)
		if c.code != "" {
			require.Equal(t, c.code, got.code(t), c.document)
		}
	}
}
