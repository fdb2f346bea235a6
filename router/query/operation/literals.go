package operation

import (
	"encoding/binary"
	"encoding/json"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/lexer"

	"github.com/trefoil-graph/trefoil/router/shared/source"
)

// Form is the part of a document that remains if its literals, numbers and strings, are left out.
// Finding it takes one pass over the text.
type Form struct {
	// Key is the text with a number in place of each literal: the number of the first literal with
	// the same text, because equal literals matter. Documents with the same key have the same
	// form.
	Key string

	literals []literal
}

// literal is a number or a string of the document.
type literal struct {
	text string
	kind byte
	// first is the number of the first literal with the same text.
	first int
}

const (
	intLiteral    = 'i'
	floatLiteral  = 'f'
	stringLiteral = 's'
	// mark precedes the kind and the number of a literal in a key. No document contains it.
	mark = '\x00'
)

// FormOf returns the form of a document. It returns false if the text has no literals, or is not a
// document.
func FormOf(text string) (Form, bool) {
	f := former{text: text, byText: map[string]int{}}
	for f.next() {
	}
	if f.broken || len(f.form.literals) == 0 || strings.IndexByte(text, mark) >= 0 {
		return Form{}, false
	}
	f.form.Key = string(append(f.key, text[f.copied:]...))
	return f.form, true
}

// former scans a text. Whatever it treats as a literal is one in every document that can be
// parsed. On other texts it only has to terminate.
type former struct {
	text   string
	at     int
	copied int // how much of the text has been copied to the key
	key    []byte
	form   Form
	byText map[string]int
	broken bool
}

func (f *former) next() bool {
	if f.at >= len(f.text) || f.broken {
		return false
	}
	switch c := f.text[f.at]; {
	case c == '#':
		f.skip(func(c byte) bool { return c != '\n' && c != '\r' })
	case isNameByte(c) && !isDigit(c):
		f.skip(isNameByte)
	case c == '"':
		f.string()
	case c == '-' || isDigit(c):
		f.number()
	default:
		f.at++
	}
	return true
}

func (f *former) skip(while func(byte) bool) {
	for f.at++; f.at < len(f.text) && while(f.text[f.at]); f.at++ {
	}
}

func (f *former) number() {
	start := f.at
	f.skip(func(c byte) bool {
		return isDigit(c) || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-'
	})
	kind := byte(intLiteral)
	if strings.ContainsAny(f.text[start:f.at], ".eE") {
		kind = floatLiteral
	}
	f.add(start, kind)
}

func (f *former) string() {
	start := f.at
	quote := `"`
	if strings.HasPrefix(f.text[start:], `"""`) {
		quote = `"""`
	}
	for f.at += len(quote); ; f.at++ {
		rest := f.text[f.at:]
		switch {
		case rest == "":
			f.broken = true
			return
		case strings.HasPrefix(rest, quote):
			f.at += len(quote)
			f.add(start, stringLiteral)
			return
		case rest[0] == '\\' && quote == `"` && len(rest) > 1:
			f.at++
		case strings.HasPrefix(rest, `\"""`):
			f.at += 3
		}
	}
}

func (f *former) add(start int, kind byte) {
	text := f.text[start:f.at]
	number := len(f.form.literals)
	first, again := f.byText[text]
	if !again {
		first = number
		f.byText[text] = number
	}
	f.form.literals = append(f.form.literals, literal{text, kind, first})
	f.key = append(append(f.key, f.text[f.copied:start]...), mark, kind)
	f.key = binary.AppendUvarint(f.key, uint64(first))
	f.copied = f.at
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isNameByte(c byte) bool {
	return isDigit(c) || c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// value returns the literal's value for a variable of a built-in scalar. It returns false if the
// literal is malformed or out of range. The validated document determines which kind of literal
// fits which scalar.
func (l literal) value(scalar string) (any, bool) {
	text, err := source.Correct(l.text)
	if err != nil {
		return nil, false
	}
	tokens := lexer.New(&ast.Source{Input: text})
	token, err := tokens.ReadToken()
	if err != nil {
		return nil, false
	}
	if end, err := tokens.ReadToken(); err != nil || end.Kind != lexer.EOF {
		return nil, false
	}
	number := json.Number(token.Value)
	switch {
	case l.kind == stringLiteral:
		return token.Value, true
	case scalar == "ID":
		return token.Value, isInteger(number)
	case scalar == "Int":
		return number, isInt32(number)
	default:
		return number, isFinite(number)
	}
}
