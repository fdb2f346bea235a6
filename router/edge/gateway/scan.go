package gateway

import (
	"bytes"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/router/shared/strictjson"
)

// scanParams reads the body that most clients send, with each member at most once and in any
// order:
//
//	{"query":"…","variables":{…},"operationName":…,"extensions":{…},"documentId":"…"}
//
// It returns false for an unusual or invalid body, which encoding/json then reads or refuses. The
// query stays encoded until params.read. BenchmarkReadParams compares scanParams with
// encoding/json.
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

// text reads a string. It returns false if the string has an escape of four digits, because that
// may be one half of a surrogate pair.
func (s *scanner) text() (string, bool) {
	raw, ok := s.quoted()
	if !ok {
		return "", false
	}
	return unquote(raw)
}

// quoted reads a string and returns the bytes between its quotes, without checking or decoding
// them.
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

// unescaped returns the character for the letter of an escape. It returns 0 for an unknown letter,
// and for u, which four digits follow.
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
