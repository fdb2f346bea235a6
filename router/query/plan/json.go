package plan

import (
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

type planJSON struct {
	Operation ast.Operation `json:"operation"`
	Fetches   []fetchJSON   `json:"fetches"`
}

type fetchJSON struct {
	ID         int                     `json:"id"`
	Subgraph   string                  `json:"subgraph"`
	DependsOn  []int                   `json:"dependsOn"`
	Document   string                  `json:"document"`
	Variables  []string                `json:"variables,omitempty"`
	Conditions [][]operation.Condition `json:"conditions,omitempty"`
	Lookups    []lookupJSON            `json:"lookups,omitempty"`
	Renames    []renameJSON            `json:"renames,omitempty"`
}

type lookupJSON struct {
	Root       bool                    `json:"root,omitempty"`
	Alias      string                  `json:"alias,omitempty"`
	Variable   string                  `json:"variable,omitempty"`
	Targets    []targetJSON            `json:"targets"`
	Conditions [][]operation.Condition `json:"conditions,omitempty"`
	Renames    []renameJSON            `json:"renames,omitempty"`
}

type targetJSON struct {
	Path           string       `json:"path"`
	Types          []string     `json:"types,omitempty"`
	TypeName       string       `json:"typeName"`
	Representation []memberJSON `json:"representation"`
	Contexts       []string     `json:"contexts,omitempty"`
}

type memberJSON struct {
	Name    string       `json:"name"`
	Key     string       `json:"key"`
	Types   []string     `json:"types,omitempty"`
	Members []memberJSON `json:"members,omitempty"`
}

type renameJSON struct {
	Path []string `json:"path"`
	From string   `json:"from"`
	To   string   `json:"to"`
}

// MarshalJSON writes the plan for tools: the fetches in order, with their documents.
func (p *Plan) MarshalJSON() ([]byte, error) {
	out := planJSON{Operation: p.Kind, Fetches: []fetchJSON{}}
	for _, f := range p.Fetches {
		fetch := fetchJSON{
			ID:         f.ID,
			Subgraph:   f.Subgraph,
			DependsOn:  append([]int{}, f.DependsOn...),
			Document:   f.Document,
			Variables:  f.Variables,
			Conditions: f.Conditions,
			Renames:    renamesJSON(f.Renames),
		}
		for _, l := range f.Lookups {
			fetch.Lookups = append(fetch.Lookups, lookupToJSON(l))
		}
		out.Fetches = append(out.Fetches, fetch)
	}
	return json.Marshal(out)
}

func lookupToJSON(l Lookup) lookupJSON {
	out := lookupJSON{
		Root: l.Root, Alias: l.Alias, Variable: l.Variable,
		Conditions: l.Conditions, Renames: renamesJSON(l.Renames),
	}
	for _, t := range l.Targets {
		var contexts []string
		for _, c := range t.Contexts {
			contexts = append(contexts, contextText(t, c))
		}
		out.Targets = append(out.Targets, targetJSON{
			Contexts:       contexts,
			Path:           PathText(t.Path),
			Types:          typeNames(t.Types),
			TypeName:       t.TypeName,
			Representation: membersJSON(t.Representation),
		})
	}
	return out
}

func membersJSON(members []Member) []memberJSON {
	var out []memberJSON
	for _, m := range members {
		out = append(out, memberJSON{
			Name: m.Name, Key: m.Key,
			Types: typeNames(m.Types), Members: membersJSON(m.Members),
		})
	}
	return out
}

func renamesJSON(renames []Rename) []renameJSON {
	var out []renameJSON
	for _, r := range renames {
		out = append(out, renameJSON{Path: append([]string{}, r.Path...), From: r.From, To: r.To})
	}
	return out
}

func typeNames(types *operation.TypeSet) []string {
	if types == nil {
		return nil
	}
	return types.Names
}
