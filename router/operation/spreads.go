package operation

import "github.com/vektah/gqlparser/v2/ast"

// spreadsWithin reports whether the fragments that operations and fragments lead to, counted for each of them, are no
// more than the limit. Validation walks them so often: five thousand fragments in a chain are twelve million.
func spreadsWithin(document *ast.QueryDocument, limit int) bool {
	if len(document.Fragments) == 0 {
		return true
	}
	s := spreads{fragments: document.Fragments, left: limit}
	for _, operation := range document.Operations {
		s.from(operation.SelectionSet)
	}
	for _, fragment := range document.Fragments {
		s.from(fragment.SelectionSet)
	}
	return s.left >= 0
}

type spreads struct {
	fragments ast.FragmentDefinitionList
	byName    map[string]*ast.FragmentDefinition
	left      int
}

func (s *spreads) from(set ast.SelectionSet) {
	if s.byName == nil {
		s.byName = make(map[string]*ast.FragmentDefinition, len(s.fragments))
		for _, fragment := range s.fragments {
			s.byName[fragment.Name] = fragment
		}
	}
	s.walk(set, map[string]bool{})
}

func (s *spreads) walk(set ast.SelectionSet, reached map[string]bool) {
	for _, selection := range set {
		if s.left < 0 {
			return
		}
		switch of := selection.(type) {
		case *ast.Field:
			s.walk(of.SelectionSet, reached)
		case *ast.InlineFragment:
			s.walk(of.SelectionSet, reached)
		case *ast.FragmentSpread:
			fragment := s.byName[of.Name]
			if fragment == nil || reached[of.Name] {
				continue
			}
			reached[of.Name] = true
			s.left--
			s.walk(fragment.SelectionSet, reached)
		}
	}
}
