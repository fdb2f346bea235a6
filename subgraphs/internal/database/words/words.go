// Package words splits a text into folded words for searching.
//
//	"Öl für Oma, 0.5 l" ──Of──▶ ol fur oma 0 5 l
//
// A database gets these words instead of the text. Databases fold different sets of letters by
// themselves; this way all of them find the same rows.
package words

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxLetters is how many letters of a word are kept. That is more than anybody types, and less
// than the length that Postgres refuses.
const maxLetters = 200

// Of returns the words of a text: letters and digits, in lower case, without accents. Invalid
// UTF-8 separates words. Of replaces it first, because beside some invalid bytes package norm
// does not decompose letters.
func Of(text string) []string {
	words := strings.Fields(strings.Map(plain, norm.NFKD.String(strings.ToValidUTF8(text, " "))))
	for i, word := range words {
		if letters := []rune(word); len(letters) > maxLetters {
			words[i] = string(letters[:maxLetters])
		}
	}
	return words
}

// plain removes accents, and turns everything except letters and digits into a blank.
func plain(r rune) rune {
	switch {
	case unicode.Is(unicode.Mn, r):
		return -1
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		return unicode.ToLower(r)
	}
	return ' '
}
