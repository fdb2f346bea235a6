//go:build oracle

package oracle

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// Difference is a difference between our result and theirs.
type Difference struct {
	// Kind is verdict, codes, api, "they read", "we read" or hints.
	Kind         string
	Ours, Theirs []Problem
	Subgraphs    []Subgraph
	// Detail is text for people.
	Detail string
}

// String returns the difference on one line.
func (d *Difference) String() string {
	return fmt.Sprintf("%s: ours [%s], theirs [%s]", d.Kind, codesOf(d.Ours), codesOf(d.Theirs))
}

func codesOf(problems []Problem) string {
	v := Verdict{Errors: problems}
	return strings.Join(v.Codes(), " ")
}

// Comparison holds both sides' results for one set of subgraphs. Difference is nil if they agree.
type Comparison struct {
	Ours, Theirs *Verdict
	Difference   *Difference
}

// Compare lets both sides compose. It returns an error only if a program fails.
func Compare(node *Node, subgraphs []Subgraph) (*Comparison, error) {
	theirs, err := node.Compose(subgraphs)
	if err != nil {
		return nil, err
	}
	c := &Comparison{Ours: Compose(subgraphs), Theirs: theirs}
	if c.Difference, err = c.compare(node); c.Difference != nil {
		c.Difference.Subgraphs = subgraphs
	}
	return c, err
}

func (c *Comparison) compare(node *Node) (*Difference, error) {
	d := &Difference{Ours: c.Ours.Errors, Theirs: c.Theirs.Errors}
	switch {
	case c.Ours.Composes() != c.Theirs.Composes():
		d.Kind = "verdict"
	case !slices.Equal(c.Ours.Codes(), c.Theirs.Codes()):
		d.Kind = "codes"
	case c.Ours.Composes():
		return c.compareSchemas(node)
	default:
		return nil, nil
	}
	d.Detail = "ours:\n" + list(c.Ours.Errors) + "theirs:\n" + list(c.Theirs.Errors)
	return d, nil
}

func list(problems []Problem) string {
	text := ""
	for _, p := range problems {
		text += "  " + p.Code + " " + strings.ReplaceAll(p.Message, "\n", "\n    ") + "\n"
	}
	return text
}

// compareSchemas compares the API schema of their composition with three others: ours, and what
// each side reads in the other's supergraph.
func (c *Comparison) compareSchemas(node *Node) (*Difference, error) {
	ours, err := node.Canonical(c.Ours.API)
	if err != nil {
		return &Difference{Kind: "api", Detail: "graphql-js refuses ours: " + err.Error()}, nil
	}
	if diff := cmp.Diff(lines(c.Theirs.API), lines(ours)); diff != "" {
		return &Difference{Kind: "api", Detail: "-theirs +ours\n" + diff}, nil
	}
	read, err := node.Read(c.Ours.Supergraph)
	if diff := cmp.Diff(lines(c.Theirs.API), lines(read)); err != nil || diff != "" {
		return &Difference{Kind: "they read", Detail: fmt.Sprintf("%v\n%s", err, diff)}, nil
	}
	schema, err := supergraph.Parse(c.Theirs.Supergraph)
	if err != nil {
		return &Difference{Kind: "we read", Detail: err.Error()}, nil
	}
	read, err = node.Canonical(supergraph.PrintAPI(schema))
	if diff := cmp.Diff(lines(c.Theirs.API), lines(read)); err != nil || diff != "" {
		return &Difference{Kind: "we read", Detail: fmt.Sprintf("%v\n%s", err, diff)}, nil
	}
	return c.compareHints(), nil
}

// compareHints compares both sides' hints for a set that composes.
func (c *Comparison) compareHints() *Difference {
	ours, theirs := c.Ours.Hints, c.Theirs.Hints
	if codesOf(ours) == codesOf(theirs) {
		return nil
	}
	detail := "ours:\n" + list(ours) + "theirs:\n" + list(theirs)
	return &Difference{Kind: "hints", Ours: ours, Theirs: theirs, Detail: detail}
}

func lines(text string) []string { return strings.Split(text, "\n") }

// Compose lets our side compose. The API schema is not in canonical form.
func Compose(subgraphs []Subgraph) *Verdict {
	schema, hints, err := compose.Compose(Sources(subgraphs))
	if err != nil {
		return &Verdict{Errors: problems(err, subgraphs)}
	}
	v := &Verdict{Supergraph: supergraph.Print(schema), API: supergraph.PrintAPI(schema)}
	for _, h := range hints {
		v.Hints = append(v.Hints, Problem{Code: string(h.Code), Message: h.Message})
	}
	return v
}

// Sources converts the subgraphs for our side.
func Sources(subgraphs []Subgraph) []subgraph.Source {
	sources := make([]subgraph.Source, len(subgraphs))
	for i, s := range subgraphs {
		sources[i] = subgraph.Source{Name: s.Name, URL: s.URL, File: s.Name, SDL: s.SDL}
	}
	return sources
}

func problems(err error, subgraphs []Subgraph) []Problem {
	var errs federation.Errors
	if !errors.As(err, &errs) {
		return []Problem{{Code: "CRASH", Message: err.Error()}}
	}
	var list []Problem
	for _, e := range errs {
		p := Problem{Code: string(e.Code), Message: e.Error()}
		if len(e.Locations) > 0 {
			p.subgraph = e.Locations[0].Subgraph
			p.unlinked = slices.ContainsFunc(subgraphs, func(s Subgraph) bool {
				return s.Name == p.subgraph && !strings.Contains(s.SDL, federation.FederationSpec)
			})
		}
		list = append(list, p)
	}
	return list
}
