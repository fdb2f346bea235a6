// Package source corrects GraphQL texts for gqlparser, whose lexer misreads some strings.
//
//	text ──Correct──▶ text that gqlparser reads as the specification says, or a syntax error
//
// What the lexer of gqlparser 2.5.64 gets wrong (GraphQL, section 2.9.4):
//
//   - The first line of a block string counts for the common indentation, so the other lines keep
//     theirs. Correct removes the indentation.
//   - A block string ends at the last three quotes of a longer run, but it must end at the first
//     three. Correct puts a space between them and the rest.
//   - "\uD83D", half of a surrogate pair, becomes U+FFFD. Correct returns a syntax error.
//
// Line numbers do not change, so errors name the right line. Most texts contain none of these and
// are returned unchanged.
package source

import (
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

const (
	blockQuote   = `"""`
	escapedQuote = `\"""`
)

// Correct returns the text in the form that gqlparser needs. The error is a *gqlerror.Error.
func Correct(text string) (string, error) {
	if !strings.Contains(text, blockQuote) && !strings.Contains(text, `\u`) {
		return text, nil
	}
	c := corrector{text: text}
	for c.at < len(text) {
		if err := c.next(); err != nil {
			return "", err
		}
	}
	if c.copied == 0 {
		return text, nil
	}
	c.out.WriteString(text[c.copied:])
	return c.out.String(), nil
}

// corrector scans a text. It leaves a text with an unterminated string to gqlparser.
type corrector struct {
	text string
	at   int
	// out is the corrected text up to copied.
	out    strings.Builder
	copied int
}

func (c *corrector) next() error {
	rest := c.text[c.at:]
	switch {
	case rest[0] == '#':
		c.at += lineLength(rest)
	case strings.HasPrefix(rest, blockQuote):
		c.blockString()
	case rest[0] == '"':
		return c.string()
	default:
		c.at++
	}
	return nil
}

func lineLength(text string) int {
	if end := strings.IndexAny(text, "\r\n"); end >= 0 {
		return end
	}
	return len(text)
}

// replace replaces the text from start to end.
func (c *corrector) replace(start, end int, with string) {
	c.out.WriteString(c.text[c.copied:start])
	c.out.WriteString(with)
	c.copied = end
}

func (c *corrector) blockString() {
	start := c.at + len(blockQuote)
	end := start + blockLength(c.text[start:])
	if end >= len(c.text) {
		c.at = len(c.text)
		return
	}
	raw := c.text[start:end]
	if dedented, changed := dedent(raw); changed {
		c.replace(start, end, dedented)
	}
	c.at = end + len(blockQuote)
	if strings.HasPrefix(c.text[c.at:], `"`) {
		c.replace(c.at, c.at, " ")
	}
}

// blockLength returns the length of a block string's content.
func blockLength(text string) int {
	for at := 0; at < len(text); at++ {
		switch rest := text[at:]; {
		case strings.HasPrefix(rest, escapedQuote):
			at += len(escapedQuote) - 1
		case strings.HasPrefix(rest, blockQuote):
			return at
		}
	}
	return len(text)
}

// dedent removes the common indentation from all lines except the first, if the first is not blank
// (GraphQL, BlockStringValue). gqlparser handles the other block strings correctly.
func dedent(raw string) (string, bool) {
	text := strings.ReplaceAll(raw, "\r\n", "\n")
	lines := strings.SplitAfter(strings.ReplaceAll(text, "\r", "\n"), "\n")
	if indentation(lines[0]) < 0 {
		return raw, false
	}
	common := -1
	for _, line := range lines[1:] {
		if indent := indentation(line); indent >= 0 && (common < 0 || indent < common) {
			common = indent
		}
	}
	if common <= 0 {
		return raw, false
	}
	for i, line := range lines[1:] {
		lines[i+1] = line[min(common, len(strings.TrimRight(line, "\n"))):]
	}
	return strings.Join(lines, ""), true
}

// indentation returns how many spaces and tabs a line begins with, or -1 if it has nothing else.
func indentation(line string) int {
	line = strings.TrimRight(line, "\n")
	rest := strings.TrimLeft(line, " \t")
	if rest == "" {
		return -1
	}
	return len(line) - len(rest)
}

// string scans to the end of a string, or of the line.
func (c *corrector) string() error {
	for c.at++; c.at < len(c.text); c.at++ {
		switch c.text[c.at] {
		case '"':
			c.at++
			return nil
		case '\n', '\r':
			return nil
		case '\\':
			if err := c.escape(); err != nil {
				return err
			}
		}
	}
	return nil
}

// escape scans to the last character of an escape sequence.
func (c *corrector) escape() error {
	unit, ok := codeUnit(c.text[c.at:])
	if !ok {
		c.at++
		return nil
	}
	const length = len(`\uD83D`)
	switch {
	case isLeading(unit):
		if next, ok := codeUnit(c.text[c.at+length:]); !ok || !isTrailing(next) {
			return c.lone()
		}
		c.at += length
	case isTrailing(unit):
		return c.lone()
	}
	c.at += length - 1
	return nil
}

// codeUnit reads \uXXXX. It returns false if the text begins with something else.
func codeUnit(text string) (unit int, ok bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	for _, digit := range []byte(text[2:6]) {
		value := strings.IndexByte("0123456789abcdef", digit|0x20)
		if digit < '0' || value < 0 {
			return 0, false
		}
		unit = unit<<4 | value
	}
	return unit, true
}

func isLeading(unit int) bool  { return 0xD800 <= unit && unit <= 0xDBFF }
func isTrailing(unit int) bool { return 0xDC00 <= unit && unit <= 0xDFFF }

func (c *corrector) lone() error {
	before := c.text[:c.at]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return &gqlerror.Error{
		Message: "The escape sequence " + c.text[c.at:c.at+6] +
			" is one half of a surrogate pair, which is not a character.",
		Locations: []gqlerror.Location{{Line: line, Column: column}},
	}
}
