package strictjson_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/shared/strictjson"
)

func TestDecodeRefusesWhatWouldChange(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		`{"a":1,"a":2}`:                strictjson.ErrDuplicate,
		`[{"a":[{"b":1,"\u0062":2}]}]`: strictjson.ErrDuplicate,
		"\"\xff\"":                     strictjson.ErrEncoding,
		"{\"\xff\":1}":                 strictjson.ErrEncoding,
		`"\ud83d"`:                     strictjson.ErrSurrogate,
		`"\ude00"`:                     strictjson.ErrSurrogate,
		`{"\ud83d":1}`:                 strictjson.ErrSurrogate,
		`{} {}`:                        strictjson.ErrTrailing,
		`{},`:                          strictjson.ErrTrailing,
	} {
		var into any
		require.ErrorIs(t, strictjson.Decode([]byte(text), &into), want, text)
	}
	for _, text := range []string{``, `{`, `{"a":}`, `nul`, `01`, "\uFEFF{}", `{"a":1,}`} {
		var into any
		require.Error(t, strictjson.Decode([]byte(text), &into), text)
	}
}

func TestDecodeKeepsTheText(t *testing.T) {
	t.Parallel()
	var got any
	text := ` {"n":-12345678901234567890.10e400,"s":"\ud83d\ude00\u0000","A":1,"a":2} `
	require.NoError(t, strictjson.Decode([]byte(text), &got))
	require.Equal(t, map[string]any{
		"n": json.Number("-12345678901234567890.10e400"), "s": "😀\x00",
		"A": json.Number("1"), "a": json.Number("2"),
	}, got)
}

func TestMembersHaveTheirNamesAsWritten(t *testing.T) {
	t.Parallel()
	var query string
	var variables map[string]any
	read := func(text string) error {
		query, variables = "", nil
		return strictjson.Members([]byte(text), map[string]any{"query": &query, "variables": &variables})
	}
	require.NoError(t, read(`{"query":"a","QUERY":"b","Variables":[],"variables":{"Query":1},"other":[]}`))
	require.Equal(t, "a", query)
	require.Equal(t, map[string]any{"Query": json.Number("1")}, variables)
	require.NoError(t, read(`{"query":null,"variables":null}`))
	require.Empty(t, query)
	var wrong *json.UnmarshalTypeError
	require.ErrorAs(t, read(`{"variables":[]}`), &wrong)
	require.Equal(t, "variables", wrong.Field)
	require.ErrorAs(t, read(`[]`), &wrong)
	require.ErrorIs(t, read(`{"other":{"a":1,"a":1}}`), strictjson.ErrDuplicate)
}

func TestTrimMark(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"\uFEFF{}": "{}", "{}": "{}", "": "", "\uFEFF": "",
		"\xef\xbb{}": "\xef\xbb{}", " \uFEFF{}": " \uFEFF{}",
	} {
		require.Equal(t, want, string(strictjson.TrimMark([]byte(text))))
	}
}

// FuzzDecode compares Decode with encoding/json. Both read the same value from what Decode
// accepts. If Decode refuses a text, so does encoding/json, or the error is one of this package.
func FuzzDecode(f *testing.F) {
	own := []error{
		strictjson.ErrTrailing, strictjson.ErrEncoding,
		strictjson.ErrDuplicate, strictjson.ErrSurrogate,
	}
	for _, seed := range []string{
		`{"a":[1,2.50,"\ud83d\ude00"],"b":{"a":null}}`, `{"a":1,"a":2}`, `"\ud800"`,
		"\"\xff\"", `1 2`, `{`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got, want any
		err := strictjson.Decode(text, &got)
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		plain := decoder.Decode(&want)
		if err == nil {
			require.NoError(t, plain)
			require.True(t, utf8.Valid(text))
			require.Equal(t, want, got)
			return
		}
		if !slices.Contains(own, err) {
			require.Error(t, plain)
		}
	})
}
