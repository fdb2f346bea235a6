package response

import (
	"fmt"
	"math"
)

// maxDepth is how deeply a subgraph's answer may be nested.
const maxDepth = 500

// Parse reads one JSON text. The tape keeps the text, which must not change while the tape is
// used. The error says where and why the text is not JSON, or that it has too many values.
func (t *Tape) Parse(text []byte) error { return t.parse(text, parser{}) }

// ParsePlain is Parse without optimizations.
func (t *Tape) ParsePlain(text []byte) error { return t.parse(text, parser{plain: true}) }

// ParseShared is Parse, but repeated objects are twins: see share.go.
func (t *Tape) ParseShared(text []byte) error { return t.parse(text, parser{patience: patience}) }

func (t *Tape) parse(text []byte, p parser) error {
	t.reset()
	if len(text) > math.MaxInt32 {
		return &syntaxError{Offset: math.MaxInt32, Problem: "more than 2 GiB"}
	}
	t.text = text
	p.tape, p.end = t, len(text)
	if err := p.document(); err != nil {
		t.reset()
		return err
	}
	return nil
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
		kind = String
		_, err = p.quoted()
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

func (p *parser) enter() error {
	p.at++
	if p.depth++; p.depth > maxDepth {
		return &syntaxError{Offset: p.at, Problem: fmt.Sprintf("nested deeper than %d", maxDepth)}
	}
	return nil
}

// more is called after an item. It reports whether a comma follows. At the closing byte, it leaves
// the list or object.
func (p *parser) more(closing byte) (bool, error) {
	switch p.peek() {
	case ',':
		p.at++
		return true, nil
	case closing:
		return false, p.leave()
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
		if more, err := p.more(']'); !more {
			return err
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
	for {
		if err := p.member(); err != nil {
			return err
		}
		if more, err := p.more('}'); !more {
			return err
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
	if c := p.peek(); c != '{' && c != '[' {
		return p.value(key)
	}
	outer := p.enterPlace(key)
	err = p.value(key)
	p.place = outer
	return err
}
