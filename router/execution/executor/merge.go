package executor

import (
	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// merger merges the answers into the data.
type merger struct {
	*state
	discloser
	answer answer // the answer that is being merged
	lists  []entityList
}

// merge adds the answer to a fetch to the data. It returns a failure if the answer is not a
// GraphQL response.
func (m *merger) merge(f *plan.Fetch, lookups []lookup) response.Failure {
	m.answer = answer{fetch: f, lookups: lookups}
	a := &m.answer
	ok := m.read(a)
	switch {
	case !ok || !a.hasData && len(a.errors) == 0:
		return badResponse(f.Subgraph)
	case len(f.Lookups) == 0:
		m.mergeRoot(a)
		return response.Failure{}
	default:
		m.lists = resized(m.lists, len(lookups), (*entityList).reset)
		return mergeEntities(m.state, a, m.lists)
	}
}

// read reads the data and the errors of an answer. It returns false if the answer is not a GraphQL
// response.
func (m *merger) read(a *answer) bool {
	body := m.data.Body(a.fetch.ID)
	errors, found := m.data.Find(body, "errors")
	if found && !isNull(&m.data, errors) {
		if m.data.Kind(errors) != response.List {
			return false
		}
		a.errors = m.disclose(&m.data, a.fetch.Subgraph, errors)
	}
	a.data, found = m.data.Find(body, "data")
	a.hasData = found && m.data.Kind(a.data) == response.Object
	return !found || a.hasData || isNull(&m.data, a.data)
}

// mergeRoot adds the answer of a fetch of root fields to the root.
func (m *merger) mergeRoot(a *answer) {
	fetch := a.fetch
	if a.hasData {
		rename(&m.data, a.data, fetch.Renames)
		m.data.AddRoot(a.data)
		m.levels.forget()
	} else {
		markRoot(&m.data, fetch, a.errors[0].failure)
	}
	for _, e := range a.errors {
		switch {
		case len(e.path) > 0:
			path := renamedPath(e.path, fetch.Renames)
			m.data.AddError(response.Error{Path: path, Failure: e.failure, Source: fetch.ID})
		case a.hasData && !blame(
			&m.data, a.data, fetch.Selections, fetch.Renames, []response.Path{nil}, e.failure):
			m.data.AddError(response.Error{Failure: e.failure, Source: fetch.ID})
		}
	}
}
