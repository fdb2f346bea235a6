package gateway_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/gateway"
)

// TestSkipAndIncludeReadNoNull checks that a variable that @skip, @include or __type(name:) reads
// is never null: a request that sets it to null is refused, and a request without it gets the
// default. The subgraph is not asked for skipped fields.
func TestSkipAndIncludeReadNoNull(t *testing.T) {
	t.Parallel()
	const wrong, invalid = "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"
	null, none := map[string]any{"x": nil}, map[string]any{}
	const asked, left = `{"data":{"__typename":"Query","hello":"hi"}}`, `{"data":{"__typename":"Query"}}`
	for _, c := range []struct {
		document  string
		variables map[string]any
		want      string // the answer, or the code of its only error
	}{
		{`query($x:Boolean=true){__typename hello(name:"a") @include(if:$x)}`, null, wrong},
		{`query($x:Boolean=true){__typename hello(name:"a") @skip(if:$x)}`, null, wrong},
		{`query($x:Boolean=true){__typename ...@include(if:$x){hello(name:"a")}}`, null, wrong},
		{`query($x:Boolean=true){__typename ...F@skip(if:$x)} fragment F on Query{hello(name:"a")}`, null, wrong},
		{`query($x:Boolean=true){hello(name:"a") __typename @include(if:$x)}`, null, wrong},
		{`query($x:Boolean=true){hello(name:"a") __schema @skip(if:$x){__typename}}`, null, wrong},
		{`query($x:Boolean=true){__schema{__typename @skip(if:$x)}}`, null, wrong},
		{`query($x:String="Query"){__type(name:$x){name}}`, null, wrong},
		{`query($x:String="Query"){...F} fragment F on Query{__type(name:$x){name}}`, null, wrong},
		{`query($x:String="Query"){__typename __type(name:$x){__typename @skip(if:true)}}`, none, `{"data":{"__typename":"Query","__type":{}}}`},

		{`query($x:Boolean=true){__typename hello(name:"a") @include(if:$x)}`, none, asked},
		{`query($x:Boolean=false){__typename hello(name:"a") @include(if:$x)}`, none, left},
		{`query($x:Boolean=true){__typename hello(name:"a") @skip(if:$x)}`, none, left},
		{`query($x:Boolean!=true){__typename hello(name:"a") @include(if:$x)}`, none, asked},
		{`query($x:Boolean!=false){__typename hello(name:"a") @include(if:$x)}`, none, left},
		{`query($x:Boolean!=true){__typename hello(name:"a") @include(if:$x)}`, map[string]any{"x": false}, left},

		{`query($x:Boolean!=true){__typename hello(name:"a") @include(if:$x)}`, null, wrong},
		{`query($x:Boolean!){__typename hello(name:"a") @include(if:$x)}`, null, wrong},
		{`query($x:Boolean!){__typename hello(name:"a") @skip(if:$x)}`, none, wrong},
		{`query($x:Boolean){__typename hello(name:"a") @include(if:$x)}`, null, invalid},
		{`query($x:Boolean){__typename hello(name:"a") @skip(if:$x)}`, none, invalid},
		{`query($x:Boolean=null){__typename hello(name:"a") @include(if:$x)}`, none, invalid},
		{`query($x:Boolean!=null){__typename hello(name:"a") @include(if:$x)}`, none, invalid},
		{`{__typename hello(name:"a") @include(if:null)}`, none, invalid},
	} {
		r := newRouter(t, gateway.Options{})
		got := r.do(t, queryWith(c.document, c.variables))
		if len(got.Errors) == 0 {
			require.Equal(t, c.want, got.body, c.document)
		} else {
			require.Equal(t, c.want, got.Errors[0].Extensions["code"], c.document)
			require.Len(t, got.Errors, 1, c.document)
			require.NotContains(t, got.body, `"data"`, c.document)
		}
		require.Equal(t, c.want == asked, len(r.asked) == 1, c.document)
	}
}
