// Package words folds texts into the words by which they are searched.
//
//	"Öl für Oma, 0.5 l" ──Of──▶ ol fur oma 0 5 l
//
// A database is given these words and not the text, for its own folding knows some letters and not others: so every
// database finds the same.
package words

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// longest is how many letters of a word are kept: more than anybody searches for, and less than what Postgres refuses.
const longest = 200

// Of returns the words of a text: letters and digits, in lower case, without accents.
// Bytes that are no UTF-8 part words; beside some of them, norm leaves letters as they are.
func Of(text string) []string {
	words := strings.Fields(strings.Map(plain, norm.NFKD.String(strings.ToValidUTF8(text, " "))))
	for i, word := range words {
		if letters := []rune(word); len(letters) > longest {
			words[i] = string(letters[:longest])
		}
	}
	return words
}

// plain drops accents, and makes a blank of all that is no letter and no digit.
func plain(r rune) rune {
	switch {
	case unicode.Is(unicode.Mn, r):
		return -1
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		return unicode.ToLower(r)
	}
	return ' '
}
