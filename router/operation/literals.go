package operation

import (
	"encoding/binary"
	"encoding/json"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/lexer"

	"github.com/trefoil-graph/trefoil/router/source"
)

// Form is what a document has in common with those that differ from it in literals alone: in numbers and strings. To find it
// takes a glance at each byte of the text.
type Form struct {
	// Key is the text with a number in place of each literal: that of the first which is written alike, for it matters which
	// are. Documents with one key have one form.
	Key string

	literals []literal
}

// literal is a number or a string as the document has it.
type literal struct {
	text string
	kind byte
	// first is the number of the first literal that is written alike.
	first int
}

const (
	intLiteral    = 'i'
	floatLiteral  = 'f'
	stringLiteral = 's'
	// mark stands before the kind and the number of a literal in a key. No document has it.
	mark = '\x00'
)

// FormOf returns the form of a document; false if it has no literals, or is none.
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

// former goes through a text. What it takes for a literal is one in all documents that can be parsed; of others it need only
// come to an end.
type former struct {
	text   string
	at     int
	copied int // of the text, to the key
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
	f.skip(func(c byte) bool { return isDigit(c) || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-' })
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

// value is the literal's value for a variable of a scalar of GraphQL's own; false if it is malformed, or out of range. What kind
// of literal fits which scalar is known from the document that was validated.
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
