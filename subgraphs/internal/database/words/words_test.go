package words_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/words"
)

func TestTextsAreFolded(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                       "",
		" ?! %\x00":              "",
		"Öl für Oma, 0.5 l":      "ol fur oma 0 5 l",
		"O\u0308L":               "ol",
		"ZX-81_b":                "zx 81 b",
		"紅茶 Ⅷ":                   "紅茶 viii",
		strings.Repeat("É", 300): strings.Repeat("e", 200),
	} {
		require.Equal(t, want, strings.Join(words.Of(text), " "), "%q", text)
	}
}

// FuzzWords looks for words that a second folding would change, or that have a meaning in a
// database's query syntax.
func FuzzWords(f *testing.F) {
	for _, seed := range []string{"Öl für Oma", "ﷺ", "\xff", "a'b\"c", "İstanbul", "ß"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := words.Of(text)
		require.Equal(t, found, words.Of(strings.Join(found, " ")))
		require.False(t, strings.ContainsAny(strings.Join(found, ""), ` %_\'"*:&|!()`))
	})
}
