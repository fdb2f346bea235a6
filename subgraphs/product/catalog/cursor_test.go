package catalog

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func sorts() []Sort { return []Sort{NameAsc, NameDesc, PriceAsc, PriceDesc, Newest} }

func TestCursorBringsItsPositionBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		position := Position{
			Text:   Fold(rapid.StringN(0, maximumTitle, -1).Draw(t, "text")),
			Number: rapid.Int64().Draw(t, "number"),
			ID:     rapid.StringMatching(`prd_[0-9a-z]{26}`).Draw(t, "id"),
		}
		sort := rapid.SampledFrom(sorts()).Draw(t, "sort")
		got, err := decodeCursor(encodeCursor(position, sort), sort)
		require.NoError(t, err)
		require.Equal(t, position, got)
	})
}

func TestCursorsFromElsewhereAreRefused(t *testing.T) {
	t.Parallel()
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	good := encodeCursor(Position{Number: 5, ID: "prd_1"}, PriceAsc)
	_, err := decodeCursor(good, PriceAsc)
	require.NoError(t, err)
	for name, text := range map[string]string{
		"empty":         "",
		"not base64":    "%%%",
		"padded":        good + "=",
		"not JSON":      encode("5"),
		"null":          encode("null"),
		"unknown sort":  encode(`{"s":"BEST","i":"prd_1"}`),
		"no id":         encode(`{"s":"PRICE_ASC","n":5}`),
		"unknown field": encode(`{"s":"PRICE_ASC","n":5,"i":"prd_1","x":1}`),
		"fraction":      encode(`{"s":"PRICE_ASC","n":5.5,"i":"prd_1"}`),
		"two values":    encode(`{"s":"PRICE_ASC","n":5,"i":"prd_1"}{}`),
		"blanks":        encode(`{"s":"PRICE_ASC", "n":5,"i":"prd_1"}`),
		"too long":      strings.Repeat("A", maximumCursor+1),
		"other order":   encodeCursor(Position{Number: 5, ID: "prd_1"}, PriceDesc),
	} {
		_, err := decodeCursor(text, PriceAsc)
		var input *InputError
		require.ErrorAs(t, err, &input, name)
	}
}

// FuzzCursor looks for a text that is taken though no page ever handed it out.
func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add(encodeCursor(Position{Text: "kännchen & co", ID: "prd_1"}, NameAsc))
	f.Add(encodeCursor(Position{Number: -1, ID: "prd_1"}, Newest))
	f.Add(base64.RawURLEncoding.EncodeToString([]byte(`{"s":"PRICE_ASC","n":1e3,"i":"x"}`)))
	f.Fuzz(func(t *testing.T, text string) {
		for _, sort := range sorts() {
			position, err := decodeCursor(text, sort)
			if err == nil {
				require.Equal(t, text, encodeCursor(position, sort))
			}
		}
	})
}
