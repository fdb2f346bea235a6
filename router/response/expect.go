package response

import "github.com/trefoil-graph/trefoil/router/plan"

// Expected is what an answer is likely to look like: that to a fetch has what was asked, in that order (GraphQL, section 7.2.2), and
// as a rule without white space. Where it does, a member's name is compared with the one that is expected, as one text with its
// quotes and the colon, in place of being scanned to its end, checked for escapes and followed by a search for the colon.
// Whatever is otherwise (other names, another order, white space, escapes, errors) is parsed as if nothing was expected, and
// so is all on the plain path. The nil Expected expects nothing.
//
// BenchmarkExpected, 87 KB of which few objects are twins, least of 40 on a busy machine: 139 µs without it, 106 with it; where
// twins are looked for, 136 and 107. Where most are twins (the executor's BenchmarkStandard), 39.6 µs for all of a request without
// it, 35.7 with it.
type Expected struct{ members []expectedMember }

type expectedMember struct {
	name  string    // "key":
	inner *Expected // nil for leaves
}

// ParseExpected is Parse, or ParseShared, and quicker if the text is as expected.
func (t *Tape) ParseExpected(text []byte, e *Expected, share bool) error {
	if share {
		return t.parse(text, e, patience)
	}
	return t.parse(text, e, 0)
}

// expectations are what the answers to a plan's fetches will look like.
type expectations struct {
	plan    *plan.Plan
	fetches []*Expected
}

// Expect says what the answers to the fetches of a plan for the shape will look like. It keeps that for the plan's next request.
func (s *Shape) Expect(p *plan.Plan) []*Expected {
	if known := s.expected.Load(); known != nil && known.plan == p {
		return known.fetches
	}
	made := &expectations{p, make([]*Expected, len(p.Fetches))}
	for i, f := range p.Fetches {
		made.fetches[i] = expect(f)
	}
	s.expected.Store(made)
	return made.fetches
}

// expect says what the answer to a fetch will look like.
func expect(f *plan.Fetch) *Expected {
	data := new(expecting)
	data.addAll(f.Selections)
	for i := range f.Lookups {
		if l := &f.Lookups[i]; l.Root {
			data.addAll(l.Selections)
		} else {
			data.add(l.Alias, l.Selections)
		}
	}
	return &Expected{[]expectedMember{{`"data":`, data.made()}}}
}

// expecting is what will be expected of an object.
type expecting struct {
	keys  []string
	inner map[string]*expecting // nil for leaves
}

// addAll adds the fields, those in fragments too. Fields of one key become one, where the first of them stands.
func (e *expecting) addAll(selections []plan.Selection) {
	if e.inner == nil {
		e.inner = make(map[string]*expecting, len(selections))
	}
	for i := range selections {
		if s := &selections[i]; s.Name == "" {
			e.addAll(s.Selections)
		} else {
			e.add(s.Key(), s.Selections)
		}
	}
}

func (e *expecting) add(key string, selections []plan.Selection) {
	inner, known := e.inner[key]
	if !known {
		e.keys = append(e.keys, key)
	}
	if inner == nil && len(selections) > 0 {
		inner = new(expecting)
	}
	if len(selections) > 0 {
		inner.addAll(selections)
	}
	e.inner[key] = inner
}

func (e *expecting) made() *Expected {
	if e == nil {
		return nil
	}
	made := &Expected{make([]expectedMember, len(e.keys))}
	for i, key := range e.keys {
		made.members[i] = expectedMember{`"` + key + `":`, e.inner[key].made()}
	}
	return made
}

// mostSkipped is how many members that are expected may be left out in a row: those of fragments on other types, or of
// fields with conditions.
const mostSkipped = 8

// foresee parses the member that the parser stands at, if it is one that is expected from the next on, or one of those behind it.
func (p *parser) foresee(e *Expected, next *int) (foreseen bool, err error) {
	rest := p.tape.text[p.at:p.end]
	if e == nil || len(rest) == 0 || rest[0] != '"' {
		return false, nil
	}
	for i := *next; i < min(len(e.members), *next+mostSkipped); i++ {
		m := &e.members[i]
		if len(rest) < len(m.name) || string(rest[:len(m.name)]) != m.name {
			continue
		}
		*next = i + 1
		key := span{uint32(p.at) + 1, uint32(p.at + len(m.name) - len(`":`))}
		p.at += len(m.name)
		p.expects = m.inner
		err := p.named(key)
		p.expects = e
		return true, err
	}
	return false, nil
}
