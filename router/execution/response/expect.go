package response

import "github.com/trefoil-graph/trefoil/router/query/plan"

// Expected describes the likely form of an answer: it has the requested fields in the requested
// order (GraphQL, section 7.2.2) and usually no white space. The parser then compares a member's
// quoted name and colon with the expected text at once, instead of scanning the name, checking it
// for escapes and searching for the colon. Everything else (other names, another order, white
// space, escapes, errors) is parsed as if nothing was expected, and so is everything if Plain is
// set. A nil Expected expects nothing.
//
// BenchmarkExpected, 87 KB with few twins, minimum of 40 runs on a busy machine: 139 µs without
// this, 106 with it; with the search for twins, 136 and 107. If most objects are twins (the
// executor's BenchmarkStandard): 39.6 µs for a whole request without it, 35.7 with it.
type Expected struct{ members []expectedMember }

type expectedMember struct {
	name  string    // "key":
	inner *Expected // nil for leaves
}

// expectations holds the expected answers to a plan's fetches.
type expectations struct {
	plan    *plan.Plan
	fetches []*Expected
}

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

// expecting builds the Expected of one object.
type expecting struct {
	keys  []string
	inner map[string]*expecting // nil for leaves
}

// addAll adds fields, also from fragments. Fields with one key become one, at the first position.
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

// maxSkipped is how many expected members in a row may be absent because they belong to fragments
// on other types or to fields with conditions.
const maxSkipped = 8

// next returns the member with which the text begins, if it is the expected member with that
// index or one soon after it, and moves the index past it; otherwise nil.
func (e *Expected) next(text []byte, index *int) *expectedMember {
	if e == nil || len(text) == 0 || text[0] != '"' {
		return nil
	}
	for i := *index; i < min(len(e.members), *index+maxSkipped); i++ {
		m := &e.members[i]
		if len(text) < len(m.name) || string(text[:len(m.name)]) != m.name {
			continue
		}
		*index = i + 1
		return m
	}
	return nil
}
