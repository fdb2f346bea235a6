package response

import (
	"fmt"
	"unicode/utf8"
)

// syntaxError says where and why a text is not JSON.
type syntaxError struct {
	Offset  int
	Problem string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("%s at byte %d", e.Problem, e.Offset) }

// parser is a recursive-descent JSON parser (RFC 8259). Decoded keys may follow the text's end.
type parser struct {
	tape  *Tape
	at    int
	end   int
	depth int
	plain bool // without optimizations
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

func (p *parser) word(word string) error {
	if p.end-p.at < len(word) || string(p.tape.text[p.at:p.at+len(word)]) != word {
		return &syntaxError{Offset: p.at, Problem: "expected a value"}
	}
	p.at += len(word)
	return nil
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

// quoted is called at the opening quote, and stops after the closing one. It reports whether there
// are escapes.
func (p *parser) quoted() (escaped bool, err error) {
	text, start, high := p.tape.text[:p.end], p.at, uint64(0)
	for p.at++; ; p.at++ {
		end, seen := p.nextSpecial(text)
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

func (p *parser) nextSpecial(text []byte) (end int, seen uint64) {
	if p.plain {
		return nextSpecialSlow(text, p.at)
	}
	return nextSpecial(text, p.at)
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

// sample is how many nodes the parser reads before it estimates their total number.
const sample = 1024

// add appends a node. In a long text it reserves memory for all remaining nodes at once, estimated
// from the part that it has read. Repeated doubling copies nodes and clears memory; from 10 MB on,
// that took a third of an answer's time. BenchmarkAnswer/80000, with this and the executor's own
// estimate: 85 MB a request with doubling, 40 without.
func (p *parser) add(n node) error {
	if t := p.tape; len(t.nodes) == cap(t.nodes) {
		if err := t.grow(p.moreNodes(len(t.nodes))); err != nil {
			return err
		}
	}
	p.tape.nodes = append(p.tape.nodes, n)
	return nil
}

// moreNodes estimates how many nodes follow if the text goes on as it began, plus an eighth.
func (p *parser) moreNodes(have int) int {
	if have < sample {
		return max(have, 8)
	}
	rest := p.end - p.at
	more := have * rest / p.at
	return min(more+more/8+sample, rest/2+1) // the shortest value has one byte, and a comma
}
