package response

import (
	"fmt"
	"math"
	"unicode/utf8"
)

// maxDepth is how deeply a subgraph's answer may be nested.
const maxDepth = 500

// syntaxError says where and why a text is not JSON.
type syntaxError struct {
	Offset  int
	Problem string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("%s at byte %d", e.Problem, e.Offset) }

// Parse reads one JSON text. The tape keeps the text, which must not change while the tape is
// used. The error says where and why the text is not JSON, or that it has too many values.
func (t *Tape) Parse(text []byte) error { return t.parse(text, nil, 0) }

func (t *Tape) parse(text []byte, e *Expected, patience int) error {
	t.reset()
	if len(text) > math.MaxInt32 {
		return &syntaxError{Offset: math.MaxInt32, Problem: "more than 2 GiB"}
	}
	t.text = text
	p := parser{tape: t, end: len(text), expects: e, patience: patience}
	if err := p.document(); err != nil {
		t.reset()
		return err
	}
	return nil
}

// parser is a recursive-descent parser for JSON (RFC 8259). Decoded keys may follow the text's
// end.
type parser struct {
	tape  *Tape
	at    int
	end   int
	depth int
	// expects is the expected form of the value being parsed, an object or a list of objects.
	expects *Expected
	// patience is how many more new objects the parser reads before it stops looking for twins;
	// place is the current position in the answer.
	patience int
	place    uint32
}

func (p *parser) fail(problem string) error {
	if p.at >= p.end {
		problem = "unexpected end"
	}
	return &syntaxError{Offset: p.at, Problem: problem}
}

func (p *parser) document() error {
	if err := p.value(span{}); err != nil {
		return err
	}
	if p.space(); p.at < p.end {
		return p.fail("unexpected data after the value")
	}
	return nil
}

func (p *parser) space() {
	text := p.tape.text
	for p.at < p.end {
		switch text[p.at] {
		case ' ', '\n', '\r', '\t':
			p.at++
		default:
			return
		}
	}
}

// peek skips space and returns the next byte, or 0 at the end.
func (p *parser) peek() byte {
	if p.at < p.end && p.tape.text[p.at] > ' ' {
		return p.tape.text[p.at]
	}
	if p.space(); p.at < p.end {
		return p.tape.text[p.at]
	}
	return 0
}

func (p *parser) value(key span) error {
	c := p.peek()
	if c == '{' {
		if found, err := p.again(key); found {
			return err
		}
	}
	self, start := len(p.tape.nodes), uint32(p.at)
	err := p.add(node{key: key})
	if err != nil {
		return err
	}
	var kind Kind
	switch {
	case c == '"':
		kind, err = String, p.str()
	case c == '{':
		kind, err = Object, p.object()
	case c == '[':
		kind, err = List, p.list()
	case c == '-' || isDigit(c):
		kind, err = Number, p.number()
	case c == 't':
		kind, err = Bool, p.word("true")
	case c == 'f':
		kind, err = Bool, p.word("false")
	case c == 'n':
		kind, err = Null, p.word("null")
	default:
		return p.fail("expected a value")
	}
	n := &p.tape.nodes[self]
	n.kind = kind
	n.value = span{start, uint32(p.at)}
	n.skip = uint32(len(p.tape.nodes))
	if kind == Object && err == nil {
		p.remember(uint32(self))
	}
	return err
}

func (p *parser) word(word string) error {
	if p.end-p.at < len(word) || string(p.tape.text[p.at:p.at+len(word)]) != word {
		return &syntaxError{Offset: p.at, Problem: "expected a value"}
	}
	p.at += len(word)
	return nil
}

func (p *parser) enter() error {
	p.at++
	if p.depth++; p.depth > maxDepth {
		return &syntaxError{Offset: p.at, Problem: fmt.Sprintf("nested deeper than %d", maxDepth)}
	}
	return nil
}

// more is called after an item. It reports whether a comma follows, or else the closing byte.
func (p *parser) more(closing byte) (bool, error) {
	switch p.peek() {
	case ',':
		p.at++
		return true, nil
	case closing:
		return false, nil
	}
	return false, p.fail("expected a comma or the end of the list or object")
}

func (p *parser) leave() error {
	p.at++
	p.depth--
	return nil
}

func (p *parser) list() error {
	if err := p.enter(); err != nil {
		return err
	}
	if p.peek() == ']' {
		return p.leave()
	}
	for {
		if err := p.value(span{}); err != nil {
			return err
		}
		if more, err := p.more(']'); err != nil {
			return err
		} else if !more {
			return p.leave()
		}
	}
}

func (p *parser) object() error {
	if err := p.enter(); err != nil {
		return err
	}
	if p.peek() == '}' {
		return p.leave()
	}
	e, next := p.expects, 0
	for {
		foreseen, err := p.foresee(e, &next)
		if !foreseen {
			p.expects = nil
			err = p.member()
			p.expects = e
		}
		if err != nil {
			return err
		}
		if more, err := p.more('}'); err != nil {
			return err
		} else if !more {
			return p.leave()
		}
	}
}

func (p *parser) member() error {
	if p.peek() != '"' {
		return p.fail("expected a member name")
	}
	key, err := p.memberName()
	if err != nil {
		return err
	}
	if p.peek() != ':' {
		return p.fail("expected a colon after the member name")
	}
	p.at++
	return p.named(key)
}

// named parses a member's value. It is called after the colon.
func (p *parser) named(key span) error {
	if c := p.peek(); c != '{' && c != '[' {
		return p.value(key)
	}
	outer := p.enterPlace(key)
	err := p.value(key)
	p.place = outer
	return err
}

// memberName reads a name. It appends a decoded name to the text, so that names compare by bytes.
func (p *parser) memberName() (span, error) {
	start := p.at
	escaped, err := p.quoted()
	if err != nil {
		return span{}, err
	}
	if escaped {
		return p.tape.addText([]byte(unescape(p.tape.text[start:p.at]))), nil
	}
	return span{uint32(start) + 1, uint32(p.at) - 1}, nil
}

// str is called at the opening quote, and stops after the closing one.
func (p *parser) str() error {
	_, err := p.quoted()
	return err
}

// quoted is str, and also reports whether there are escapes.
func (p *parser) quoted() (escaped bool, err error) {
	text, start, high := p.tape.text[:p.end], p.at, uint64(0)
	for p.at++; ; p.at++ {
		end, seen := plainEnd(text, p.at)
		high |= seen
		if p.at = end; end == len(text) {
			return escaped, p.fail("unterminated string")
		}
		switch text[end] {
		case '"':
			if p.at++; high != 0 {
				err = p.utf8(start)
			}
			return escaped, err
		case '\\':
			escaped = true
			if err := p.escape(); err != nil {
				return escaped, err
			}
		default:
			return escaped, p.fail("control character in a string")
		}
	}
}

// utf8 fails if the string that begins at start is not UTF-8. Outside strings, JSON is ASCII.
func (p *parser) utf8(start int) error {
	text := p.tape.text[start:p.at]
	if utf8.Valid(text) {
		return nil
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			p.at = start + i
			break
		}
		i += size
	}
	return p.fail("invalid UTF-8")
}

// escape is called at the backslash, and stops at the last byte of the escape.
func (p *parser) escape() error {
	p.at++
	if p.at >= p.end {
		return p.fail("unterminated string")
	}
	switch p.tape.text[p.at] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return nil
	case 'u':
		return p.hex()
	}
	return p.fail("unknown escape")
}

func (p *parser) hex() error {
	for range 4 {
		p.at++
		if p.at >= p.end || !isHex(p.tape.text[p.at]) {
			return p.fail("expected four hexadecimal digits in the escape")
		}
	}
	return nil
}

func (p *parser) number() error {
	if p.current() == '-' {
		p.at++
	}
	if p.current() == '0' {
		p.at++
	} else if err := p.digits(); err != nil {
		return err
	}
	if p.current() == '.' {
		p.at++
		if err := p.digits(); err != nil {
			return err
		}
	}
	if c := p.current(); c != 'e' && c != 'E' {
		return nil
	}
	p.at++
	if c := p.current(); c == '+' || c == '-' {
		p.at++
	}
	return p.digits()
}

func (p *parser) current() byte {
	if p.at < p.end {
		return p.tape.text[p.at]
	}
	return 0
}

func (p *parser) digits() error {
	start := p.at
	for isDigit(p.current()) {
		p.at++
	}
	if p.at == start {
		return p.fail("expected a digit in the number")
	}
	return nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool {
	lower := c | 0x20
	return isDigit(c) || lower >= 'a' && lower <= 'f'
}
