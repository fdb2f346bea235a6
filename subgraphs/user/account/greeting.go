package account

import (
	"regexp"
	"strings"
	"unicode"
)

// greeting begins a letter. Until the address is verified the letter may reach somebody who has no
// account, and whoever registered the address chose the name: then no word of theirs is in it.
func greeting(to User) string {
	if name := inLetter(to, to.FirstName); name != "" {
		return "Hello " + name + ","
	}
	return "Hello,"
}

// inLetter returns a user's words as a letter to the user may show them, or "" where it may not:
// they are not the reader's own, or a mail program could show them as a link, or in another order
// than they are written.
func inLetter(to User, words string) string {
	if !to.EmailVerified() || !isPrintable(words) || looksLikeLink(words) {
		return ""
	}
	return words
}

// isPrintable says whether a text has only characters that show, and blanks. Characters that
// change the direction of the text, that have no width, or that end a line are none of them; the
// two joiners are, which Persian and Indian names need.
func isPrintable(text string) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	for _, r := range text {
		if !unicode.IsGraphic(r) && r != nonJoiner && r != joiner {
			return false
		}
	}
	return true
}

// isVisible says whether a text has a letter or a digit that shows. The Hangul fillers are
// letters, and blank.
func isVisible(text string) bool {
	const fillers = "\u115f\u1160\u3164\uffa0"
	return strings.ContainsFunc(text, func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsNumber(r)) && !strings.ContainsRune(fillers, r)
	})
}

// looksLikeLink says whether mail programs would make a link of a part of the text: of an address,
// or of a domain.
func looksLikeLink(text string) bool {
	matched, err := regexp.MatchString(`[/@:]|[\p{L}\p{N}][.。．｡][\p{L}\p{N}]{2}`, text)
	return matched || err != nil
}
