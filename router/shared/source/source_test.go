package source_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/router/shared/source"
)

// valueOf returns the only argument of a document's only field.
func valueOf(t require.TestingT, document string) string {
	text, err := source.Correct(document)
	require.NoError(t, err, document)
	parsed, err := parser.ParseQuery(&ast.Source{Input: text})
	require.NoError(t, err, text)
	return parsed.Operations[0].SelectionSet[0].(*ast.Field).Arguments[0].Value.Raw
}

func TestStringsAreReadAsSpecified(t *testing.T) {
	t.Parallel()
	for literal, want := range map[string]string{
		"\"\"\"a\n  b\n  c\"\"\"":                 "a\nb\nc",
		"\"\"\"  a\n    b\n   c\n\"\"\"":          "  a\n b\nc",
		"\"\"\"\n  a\n    b\n\"\"\"":              "a\n  b",
		"\"\"\"a\r\n  b\r  c\"\"\"":               "a\nb\nc",
		"\"\"\"a\n\t\tb\n\n \n\t\tc\n\t\"\"\"":    "a\nb\n\n\nc",
		"\"\"\"a\nb\"\"\"":                        "a\nb",
		"\"\"\"\"quoted\" \\\"\"\"\n  b\"\"\"":    "\"quoted\" \"\"\"\nb",
		"\"\"\"\"\"\"":                            "",
		"\"a # \\\"\"":                            "a # \"",
		`"\uD83D\uDE00 \u{1F600} \u0041 \\uD83D"`: "😀 😀 A \\uD83D",
	} {
		require.Equal(t, want, valueOf(t, "{t(s:"+literal+")}"), literal)
		require.Equal(t, want, valueOf(t, "# \"\"\"\n{t(s:"+literal+" other:\"\"\"x\n  y\"\"\")}"), literal)
	}
}

func TestHalvesOfSurrogatePairsAreSyntaxErrors(t *testing.T) {
	t.Parallel()
	for _, literal := range []string{
		`"\uD83D"`, `"\ud83d"`, `"\uDE00"`, `"\uD83D\u0041"`, `"\uD83Dx"`, `"\uD83D\uD83D\uDE00"`, `"\u0041\uDE00"`,
	} {
		_, err := source.Correct("{\n t(s:" + literal + ")}")
		require.ErrorContains(t, err, "is one half of a surrogate pair", literal)
		require.ErrorContains(t, err, "input:2:", literal)
	}
	// A block string has no escapes for characters, and a comment is not a string.
	require.Equal(t, `\uD83D`, valueOf(t, `{t(s:"""\uD83D""")}`))
	require.Equal(t, `a`, valueOf(t, "# \"\\uD83D\"\n{t(s:\"a\")}"))
}

func TestABlockStringEndsAtTheFirstThreeQuotes(t *testing.T) {
	t.Parallel()
	text, err := source.Correct(`{t(s:["""a""""""b"""])}`)
	require.NoError(t, err)
	require.Equal(t, `{t(s:["""a""" """b"""])}`, text)
	text, err = source.Correct(`{t(s:"""a"""")}`)
	require.NoError(t, err)
	_, err = parser.ParseQuery(&ast.Source{Input: text})
	require.Error(t, err, "the fourth quote begins a string that does not end")
}

// TestBlockStringsMatchThePlainAlgorithm checks that any block string has the value that a plain
// implementation of the specification gives it.
func TestBlockStringsMatchThePlainAlgorithm(t *testing.T) {
	t.Parallel()
	part := rapid.SampledFrom([]string{" ", "  ", "\t", "\n", "\n", "\r\n", "a", "é", `"`, `\"""`, `\`, "#", "😀"})
	rapid.Check(t, func(t *rapid.T) {
		raw := strings.Join(rapid.SliceOfN(part, 0, 20).Draw(t, "parts"), "")
		raw = strings.ReplaceAll(raw, `\\`, `\ \`)
		for strings.Contains(strings.ReplaceAll(raw, escaped, ""), `"""`) || strings.HasSuffix(raw, `"`) || strings.HasSuffix(raw, `\`) {
			raw = strings.TrimRight(strings.ReplaceAll(raw, `""`, `" "`), `"\`)
		}
		require.Equal(t, blockStringValue(raw), valueOf(t, `{t(s:"""`+raw+`""")}`), "%q", raw)
	})
}

const escaped = `\"""`

// blockStringValue is BlockStringValue of the specification, step by step.
func blockStringValue(raw string) string {
	raw = strings.ReplaceAll(raw, escaped, `"""`)
	raw = strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(raw, "\n")
	common := -1
	blank := func(line string) bool { return strings.Trim(line, " \t") == "" }
	for i, line := range lines {
		if i == 0 || blank(line) {
			continue
		}
		if indent := len(line) - len(strings.TrimLeft(line, " \t")); common < 0 || indent < common {
			common = indent
		}
	}
	for i, line := range lines {
		if i > 0 && common > 0 {
			lines[i] = line[min(common, len(line)):]
		}
	}
	for len(lines) > 0 && blank(lines[0]) {
		lines = lines[1:]
	}
	for len(lines) > 0 && blank(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	return strings.Join(lines, "\n")
}

func FuzzCorrect(f *testing.F) {
	f.Add("{t(s:\"\"\"a\n  b\"\"\" u:\"\\uD83D\\uDE00\")} # \"")
	f.Fuzz(func(t *testing.T, text string) {
		corrected, err := source.Correct(text)
		if err != nil {
			return
		}
		again, err := source.Correct(corrected)
		require.NoError(t, err)
		require.Equal(t, corrected, again, "correcting a text twice changes nothing more")
	})
}
