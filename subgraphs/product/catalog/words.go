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

// SearchWords are the words by which a product is found.
func SearchWords(p Product, c Category) []string {
	return Words(p.Title + "\n" + p.SKU + "\n" + p.Description + "\n" + c.Title)
}
