package gateway

import (
	"bytes"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/router/shared/strictjson"
)

// scanParams reads the body that most clients send,
// {"query":"…","variables":{…},"operationName":…,"extensions":{…},"documentId":"…"}, with each
// member at most once and in any order.
// It returns false for anything unusual or invalid, which encoding/json then reads or reports. The
// query itself stays encoded until params.read. BenchmarkReadParams compares the two.
func scanParams(body []byte) (p params, ok bool) {
	if !utf8.Valid(body) {
		return p, false
	}
	s := scanner{rest: body}
	var seen [noMember]bool
	if !s.token('{') {
		return p, false
	}
	for more := true; more; more = s.token(',') {
		name, ok := s.quoted()
		which := member(name)
		if !ok || which == noMember || seen[which] || !s.token(':') || !s.member(which, &p) {
			return p, false
		}
		seen[which] = true
	}
	return p, s.token('}') && len(s.space()) == 0
}

// scanner reads JSON from the front of a text.
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

const (
	queryMember = iota
	operationNameMember
	variablesMember
	extensionsMember
	documentIDMember
	noMember
)

func member(name []byte) int {
	switch string(name) {
	case "query":
		return queryMember
	case "operationName":
		return operationNameMember
	case "variables":
		return variablesMember
	case "extensions":
		return extensionsMember
	case "documentId":
		return documentIDMember
	default:
		return noMember
	}
}

func (s *scanner) member(which int, p *params) (ok bool) {
	if which == queryMember {
		p.raw, ok = s.quoted()
		return ok
	}
	if s.null() {
		return true
	}
	switch which {
	case operationNameMember:
		p.OperationName, ok = s.text()
	case documentIDMember:
		p.DocumentID, ok = s.text()
	case variablesMember:
		ok = strictjson.Decode(s.object(), &p.Variables) == nil
	case extensionsMember:
		ok = strictjson.Decode(s.object(), &p.Extensions) == nil
	}
	return ok
}

// text reads a string. It returns false if the string has an escape of four digits, which may be
// half of a character.
func (s *scanner) text() (string, bool) {
	raw, ok := s.quoted()
	if !ok {
		return "", false
	}
	return unquote(raw)
}

// quoted reads a string and returns it as it is between its quotes, without checking it.
func (s *scanner) quoted() ([]byte, bool) {
	if !s.token('"') {
		return nil, false
	}
	for i := 0; i < len(s.rest); i++ {
		next := bytes.IndexAny(s.rest[i:], `"\`)
		if next < 0 {
			return nil, false
		}
		if i += next; s.rest[i] == '"' {
			raw := s.rest[:i]
			s.rest = s.rest[i+1:]
			return raw, true
		}
		i++ // skip the escaped character
	}
	return nil, false
}

// unquote decodes the text between two quotes.
func unquote(raw []byte) (string, bool) {
	if hasControl(raw) {
		return "", false
	}
	var out []byte
	for {
		plain, rest, found := bytes.Cut(raw, []byte{'\\'})
		if out == nil {
			if !found {
				return string(raw), true
			}
			out = make([]byte, 0, len(raw))
		}
		out = append(out, plain...)
		if !found {
			return string(out), true
		}
		if len(rest) == 0 || unescaped(rest[0]) == 0 {
			return "", false
		}
		out = append(out, unescaped(rest[0]))
		raw = rest[1:]
	}
}

// unescaped returns the character for an escape letter, or 0 if it is unknown or the u of four
// digits.
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

// object reads an object without checking its contents. It returns nil if there is none.
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
