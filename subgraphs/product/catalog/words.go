package catalog

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Words returns the words of a text in the form in which they are searched: letters and digits, in
// lower case, without accents. A database is given these words and not the text, so that every
// database finds the same.
func Words(text string) []string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFKD.String(text))
	return strings.Fields(plain)
}

// longestWord is how much of a word is kept: more than anybody searches for, and less than what
// Postgres refuses.
const longestWord = 200

// SearchWords are the words by which a product is found.
func SearchWords(p Product, c Category) []string {
	words := Words(p.Title + "\n" + p.SKU + "\n" + p.Description + "\n" + c.Title)
	for i, word := range words {
		if letters := []rune(word); len(letters) > longestWord {
			words[i] = string(letters[:longestWord])
		}
	}
	return words
}
