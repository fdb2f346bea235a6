package gateway

import (
	"bytes"
	"unicode/utf8"
)

// quickParams reads the body that clients send as a rule, {"query":"…","variables":{…},"operationName":…} in any order, each
// at most once. It returns false for whatever is unusual or wrong, which encoding/json reads then, or complains of.
// BenchmarkReadParams compares the two.
func quickParams(body []byte) (p params, ok bool) {
	if !utf8.Valid(body) {
		return p, false
	}
	s := scanner{rest: body}
	seen := map[string]bool{}
	if !s.token('{') {
		return p, false
	}
	for more := true; more; more = s.token(',') {
		name, ok := s.text()
		if !ok || seen[name] || !s.token(':') || !s.member(name, &p) {
			return p, false
		}
		seen[name] = true
	}
	return p, s.token('}') && len(s.space()) == 0
}

// scanner takes JSON from the front of a text.
type scanner struct{ rest []byte }

func (s *scanner) space() []byte {
	s.rest = bytes.TrimLeft(s.rest, " \t\r\n")
	return s.rest
}

func (s *scanner) token(wanted byte) bool {
	if rest := s.space(); len(rest) == 0 || rest[0] != wanted {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *scanner) null() bool {
	rest, found := bytes.CutPrefix(s.space(), []byte("null"))
	s.rest = rest
	return found
}

func (s *scanner) member(name string, p *params) (ok bool) {
	switch name {
	case "query":
		p.Query, ok = s.text()
	case "operationName":
		if s.null() {
			return true
		}
		p.OperationName, ok = s.text()
	case "variables":
		if s.null() {
			return true
		}
		ok = decode(s.object(), &p.Variables) == nil
	}
	return ok
}

// text takes a string; false if it has an escape of four digits, which may be half of a character.
func (s *scanner) text() (string, bool) {
	if !s.token('"') {
		return "", false
	}
	end := bytes.IndexAny(s.rest, `"\`)
	if end >= 0 && s.rest[end] == '"' {
		plain := s.rest[:end]
		s.rest = s.rest[end+1:]
		return string(plain), !hasControl(plain)
	}
	return s.escaped()
}

func (s *scanner) escaped() (string, bool) {
	out := make([]byte, 0, len(s.rest))
	for i := 0; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '"':
			s.rest = s.rest[i+1:]
			return string(out), true
		case c < ' ':
			return "", false
		case c != '\\':
			out = append(out, c)
		default:
			i++
			if i == len(s.rest) || unescaped(s.rest[i]) == 0 {
				return "", false
			}
			out = append(out, unescaped(s.rest[i]))
		}
	}
	return "", false
}

// unescaped is what the character after a backslash stands for; 0 if it is none, or the u of four digits.
func unescaped(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case '"', '\\', '/':
		return c
	default:
		return 0
	}
}

func hasControl(text []byte) bool {
	return bytes.IndexFunc(text, func(c rune) bool { return c < ' ' }) >= 0
}

// object takes an object without looking at what is in it; nil if there is none.
func (s *scanner) object() []byte {
	if rest := s.space(); len(rest) == 0 || rest[0] != '{' {
		return nil
	}
	depth, inText := 0, false
	for i := 0; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				object := s.rest[:i+1]
				s.rest = s.rest[i+1:]
				return object
			}
		}
	}
	return nil
}
