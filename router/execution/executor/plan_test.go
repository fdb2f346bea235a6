package executor_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// planFile is a plan.Fetch in the short form of the test cases.
type planFile struct {
	Subgraph  string       `yaml:"subgraph"`
	After     []int        `yaml:"after"`
	Document  string       `yaml:"document"`
	Variables []string     `yaml:"variables"`
	If        []string     `yaml:"if"` // each entry is a group: "$a !$b"
	Renames   []renameFile `yaml:"renames"`
	Lookups   []lookupFile `yaml:"lookups"`
}

type lookupFile struct {
	Root     bool         `yaml:"root"`     // root fields instead of entities
	Alias    string       `yaml:"alias"`    // _entities
	Variable string       `yaml:"variable"` // representations
	If       []string     `yaml:"if"`
	Renames  []renameFile `yaml:"renames"`
	Targets  []targetFile `yaml:"targets"`
}

type targetFile struct {
	Path     string `yaml:"path"`     // "a.b", or "nodes(Book Film).author" to take the step author from these types only
	Types    string `yaml:"types"`    // "Book Film"
	TypeName string `yaml:"typeName"` //
	Send     string `yaml:"send"`     // "id! name price=price_1 size { width }": ! for keys, = for the response key
}

type renameFile struct {
	Path string `yaml:"path"`
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

func (f planFile) fetch(t testing.TB, id int, kind ast.Operation) *plan.Fetch {
	t.Helper()
	document, err := parser.ParseQuery(&ast.Source{Input: f.Document})
	require.NoError(t, err)
	asked := selections(document.Operations[0].SelectionSet)
	out := &plan.Fetch{
		ID:         id,
		Subgraph:   f.Subgraph,
		Kind:       kind,
		Variables:  f.Variables,
		DependsOn:  f.After,
		Conditions: conditions(f.If),
		Renames:    renames(f.Renames),
		Selections: asked,
	}
	out.SetDocument(f.Document)
	for _, l := range f.Lookups {
		out.Lookups = append(out.Lookups, l.lookup(t, asked))
	}
	return out
}

func (l lookupFile) lookup(t testing.TB, asked []plan.Selection) plan.Lookup {
	t.Helper()
	out := plan.Lookup{
		Alias:      orElse(l.Alias, "_entities"),
		Variable:   orElse(l.Variable, "representations"),
		Conditions: conditions(l.If),
		Renames:    renames(l.Renames),
	}
	if l.Root {
		out.Root, out.Alias, out.Variable, out.Selections = true, "", "", asked
	} else {
		out.Selections = entitySelections(t, asked, out.Alias)
	}
	for _, target := range l.Targets {
		out.Targets = append(out.Targets, plan.Target{
			Path:           path(target.Path),
			Types:          typeSet(target.Types),
			TypeName:       target.TypeName,
			Representation: members(t, target.Send),
		})
	}
	return out
}

func orElse(given, otherwise string) string {
	if given == "" {
		return otherwise
	}
	return given
}

func selections(set ast.SelectionSet) []plan.Selection {
	var out []plan.Selection
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			alias := s.Alias
			if alias == s.Name {
				alias = ""
			}
			out = append(out, plan.Selection{Name: s.Name, Alias: alias, Selections: selections(s.SelectionSet)})
		case *ast.InlineFragment:
			out = append(out, plan.Selection{On: s.TypeCondition, Selections: selections(s.SelectionSet)})
		}
	}
	return out
}

func conditions(groups []string) [][]operation.Condition {
	var out [][]operation.Condition
	for _, group := range groups {
		var all []operation.Condition
		for _, c := range strings.Fields(group) {
			name, skip := strings.CutPrefix(c, "!")
			all = append(all, operation.Condition{Variable: strings.TrimPrefix(name, "$"), Skip: skip})
		}
		out = append(out, all)
	}
	return out
}

func renames(files []renameFile) []plan.Rename {
	var out []plan.Rename
	for _, f := range files {
		out = append(out, plan.Rename{Path: split(f.Path), From: f.From, To: f.To})
	}
	return out
}

func split(path string) []string {
	if path == "" {
		return nil
	}
	return strings.Split(path, ".")
}

func path(text string) []plan.PathElement {
	var out []plan.PathElement
	types := ""
	for _, step := range split(text) {
		key, guard, _ := strings.Cut(strings.TrimSuffix(step, ")"), "(")
		out = append(out, plan.PathElement{Key: key, Types: typeSet(types)})
		types = guard
	}
	return out
}

func typeSet(text string) *operation.TypeSet {
	if text == "" {
		return nil
	}
	names := strings.Fields(text)
	slices.Sort(names)
	return &operation.TypeSet{Names: names}
}

func members(t testing.TB, text string) []plan.Member {
	t.Helper()
	words := strings.Fields(text)
	out := memberList(&words)
	require.Empty(t, words)
	return out
}

// memberList parses words up to the closing brace.
func memberList(words *[]string) []plan.Member {
	var out []plan.Member
	for len(*words) > 0 {
		word := (*words)[0]
		*words = (*words)[1:]
		switch word {
		case "}":
			return out
		case "{":
			out[len(out)-1].Members = memberList(words)
		default:
			word, identifies := strings.CutSuffix(word, "!")
			name, key, aliased := strings.Cut(word, "=")
			if !aliased {
				key = name
			}
			out = append(out, plan.Member{Name: name, Key: key, Identifies: identifies})
		}
	}
	return out
}

// entitySelections returns the document's selections on the entities under an alias.
func entitySelections(t testing.TB, asked []plan.Selection, alias string) []plan.Selection {
	t.Helper()
	at := slices.IndexFunc(asked, func(s plan.Selection) bool { return s.Key() == alias })
	require.GreaterOrEqual(t, at, 0, "the document does not select %s", alias)
	return asked[at].Selections
}
