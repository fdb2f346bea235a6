package response

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, problem string }{
		"nothing":           {"", "unexpected end at byte 0"},
		"trailing":          {`{} {}`, "unexpected data after the value at byte 3"},
		"deep":              {strings.Repeat("[", maxDepth+1), "nested deeper than 500 at byte 501"},
		"not UTF-8":         {"{\"a\": \"x\xff\"}", "invalid UTF-8 at byte 8"},
		"trailing comma":    {`[1,]`, "expected a value at byte 3"},
		"no colon":          {`{"a" 1}`, "expected a colon after the member name at byte 5"},
		"name no string":    {`{a: 1}`, "expected a member name at byte 1"},
		"control character": {"[\"a\nb\"]", "control character in a string at byte 3"},
		"escape":            {`["\x"]`, "unknown escape at byte 3"},
		"hex":               {`["\u12g4"]`, "expected four hexadecimal digits in the escape at byte 6"},
		"leading zero":      {`[01]`, "expected a comma or the end of the list or object at byte 2"},
		"lonely minus":      {`[-]`, "expected a digit in the number at byte 2"},
		"broken off":        {`{"data": {"a": "b`, "unexpected end at byte 17"},
		"word":              {`[nul]`, "expected a value at byte 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tape Tape
			err := tape.Parse([]byte(test.text))
			var syntax *syntaxError
			require.True(t, errors.As(err, &syntax))
			require.Equal(t, test.problem, err.Error())
		})
	}
}

func TestParseKeepsTheText(t *testing.T) {
	t.Parallel()
	text := []byte(`{"\u0061":1,"b":[]}    more`)
	body := text[:19]
	var tape Tape
	require.NoError(t, tape.Parse(body))
	require.Equal(t, "1", string(tape.raw(&tape.nodes[tape.find(0, "a")])))
	require.NotZero(t, tape.find(0, "b"))
	require.Zero(t, tape.find(0, "c"))
	require.Equal(t, "    more", string(text[19:]), "the bytes after the body belong to somebody else")
}

// FuzzParse compares Parse with encoding/json: both accept the same texts and find the same
// values.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"data":{"me":{"id":"usr_1","n":-1.5e+3,"l":[true,false,null,{}]}},"errors":[]}`,
		` [ "\u00e9\ud83d\ude00\"\\\/\b" , {"a":{"b":[[[]]]},"\u0061":2} ] `, `"\ud800"`, `01`, `1.`, `[1 2]`, "\ufeff{}", `{"a":1,}`, `nulls`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var tape Tape
		err := tape.Parse(text)
		valid := json.Valid(text) && utf8.Valid(text)
		if depth(text) > maxDepth {
			valid = false
		}
		require.Equal(t, valid, err == nil, "%q: %v", text, err)
		if err != nil {
			return
		}
		var want any
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		require.NoError(t, decoder.Decode(&want))
		require.Empty(t, cmp.Diff(want, value(&tape, 0)))
	})
}

// depth returns how deeply brackets are nested, outside strings.
func depth(text []byte) int {
	decoder := json.NewDecoder(bytes.NewReader(text))
	now, most := 0, 0
	for {
		token, err := decoder.Token()
		if err != nil {
			return most
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			now++
			most = max(most, now)
		case json.Delim('}'), json.Delim(']'):
			now--
		}
	}
}

// value returns a node as encoding/json would decode it.
func value(tape *Tape, at uint32) any {
	n := &tape.nodes[at]
	switch n.kind {
	case Object:
		object := map[string]any{}
		for i := at + 1; i < n.skip; i = tape.nodes[i].skip {
			object[string(tape.key(&tape.nodes[i]))] = value(tape, i)
		}
		return object
	case List:
		list := []any{}
		for i := at + 1; i < n.skip; i = tape.nodes[i].skip {
			list = append(list, value(tape, i))
		}
		return list
	case String:
		return tape.content(n)
	case Number:
		return json.Number(tape.raw(n))
	case Bool:
		return string(tape.raw(n)) == "true"
	default:
		return nil
	}
}
