package difftest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// TestRenaming checks that the answer depends neither on the subgraphs' names nor on their order,
// even if subgraphs disagree: each returns any of the members of an interface or union, and any of
// the values of an enum, that it knows.
func TestRenaming(t *testing.T) {
	t.Parallel()
	c := newCoverage()
	pairs := rapid.Custom(generatePair)
	rapid.Check(t, func(t *rapid.T) {
		p := pairs.Draw(t, "pair")
		plain := rapid.Bool().Draw(t, "plain")
		var own []string
		for s := range p.world.subgraphs {
			own = append(own, subgraphName(s))
		}
		original := p.named(t, c, own, plain)
		names := rapid.Permutation([]string{"a", "b", "c", "d", "e", "A9", "zz"}).Draw(t, "names")
		names = names[:p.world.subgraphs]
		renamed := p.named(t, c, names, plain)
		if err := original.differsFrom(renamed); err != nil {
			t.Fatalf("%s\n%s\nunder the names %s:\n%s", err, original.plan, names, renamed.plan)
		}
	})
	if checks() >= enough && c.counts["answered: "+disagreement] == 0 {
		t.Error("no subgraph disagreed with another")
	}
}

// disagreement is the name of the counter for values that one subgraph returns and another does
// not know.
const disagreement = "what other subgraphs do not know"

// named renames and shuffles the subgraphs, and executes the pair's operation.
func (p *pair) named(t *rapid.T, c *coverage, names []string, plain bool) *answer {
	f, err := newFleet(p.world, c)
	if err != nil {
		t.Fatal(err)
	}
	f.apart = true
	own := map[string]string{}
	sources := p.world.sources()
	for s := range sources {
		own[names[s]] = subgraphName(s)
		sources[s].Name = names[s]
		rename := func(from string) string {
			return fmt.Sprintf("(from: %q", names[from[len(`(from: "`)]-'a'])
		}
		sources[s].SDL = overrideFrom.ReplaceAllStringFunc(sources[s].SDL, rename)
	}
	sources = rapid.Permutation(sources).Draw(t, "order")
	fetcher := fetcherFunc(func(ctx context.Context, name string, body []byte) ([]byte, error) {
		return f.Fetch(ctx, own[name], body)
	})
	answer, err := p.over(t, sources, fetcher, c, plain)
	if err != nil {
		t.Fatalf("the router: %s\n%s", err, f.log())
	}
	if err := f.complained(); err != nil {
		t.Fatalf("%s\n%s\n%s", err, answer.plan, f.log())
	}
	answer.journal = f.journal
	p.settle(answer)
	return answer
}

var overrideFrom = regexp.MustCompile(`\(from: "[a-e]"`)

type fetcherFunc func(ctx context.Context, subgraph string, body []byte) ([]byte, error)

func (f fetcherFunc) Fetch(ctx context.Context, subgraph string, body []byte) ([]byte, error) {
	return f(ctx, subgraph, body)
}

// own returns the subgraph's own form of a field, with all types and enum values that it knows.
func (c *call) own(f *field) *field {
	own := *f
	if f.target != nil && f.target.abstract() && !f.target.in[c.subgraph].interfaceObject {
		own.candidates = f.target.in[c.subgraph].members
	}
	if f.typ.Name() == returnedEnum {
		own.moods = c.enums[0][c.subgraph]
	}
	if len(own.candidates) != len(f.candidates) || len(own.moods) != len(f.moods) {
		c.coverage.answered(disagreement)
	}
	return &own
}

// differsFrom compares data, mutations, and errors by their codes and the nulls that they explain.
// If a non-null field fails, the other fields of the same request become null, too. Which fields
// these are may depend on the names, so an error counts at the null that it explains.
func (a *answer) differsFrom(other *answer) error {
	if a.data != other.data {
		return fmt.Errorf("data differ:\n%s\n%s", a.data, other.data)
	}
	if !slices.Equal(a.journal, other.journal) {
		return fmt.Errorf("mutations differ:\n%s\n%s", a.journal, other.journal)
	}
	if mine, theirs := a.explained(), other.explained(); !slices.Equal(mine, theirs) {
		return fmt.Errorf("errors differ:\n%s\n%s", mine, theirs)
	}
	return nil
}

// explained returns the nulls that have errors, each with the code. If one subgraph has an object
// that another does not have, the code depends on which answer comes first: a look-up that was sent
// for the object ends with ENTITY_NOT_FOUND, and without it the value is missing, which is INTERNAL.
func (a *answer) explained() []string {
	var data any
	if err := json.Unmarshal([]byte(a.data), &data); err != nil {
		panic(err) // the router wrote it
	}
	var list []string
	for _, e := range a.errors {
		code := e.code
		if code == "INTERNAL" {
			code = "ENTITY_NOT_FOUND"
		}
		list = append(list, fmt.Sprint(e.path[:nullAt(data, e.path)], code))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// nullAt returns how many steps of the path lead to a null, or to its end.
func nullAt(value any, path []any) int {
	for i, step := range path {
		switch v := value.(type) {
		case map[string]any:
			value = v[fmt.Sprint(step)]
		case []any:
			n, _ := strconv.Atoi(fmt.Sprint(step))
			value = v[n]
		default:
			return i
		}
	}
	return len(path)
}
