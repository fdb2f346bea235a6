package executor

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// answer is a subgraph's answer to one call.
type answer struct {
	call *call
	// data is the object under the key data, if hasData is true.
	data    response.Ref
	hasData bool
	errors  []reported
}

// reported is one error in an answer.
type reported struct {
	failure response.Failure
	path    response.Path // in the subgraph's response; may be empty
}

// merge adds a subgraph's answer to the data. It returns a failure if the answer is not a GraphQL
// response.
func (r *run) merge(c *call) response.Failure {
	a := &r.answer
	ok := r.read(c)
	switch {
	case !ok || !a.hasData && len(a.errors) == 0:
		return badResponse(c.fetch.Subgraph)
	case len(c.fetch.Lookups) == 0:
		r.mergeRoot(a)
		return response.Failure{}
	default:
		return r.mergeEntities(a)
	}
}

// read reads the answer to a call into r.answer. It returns false if the answer is not a GraphQL
// response.
func (r *run) read(c *call) bool {
	r.answer = answer{call: c}
	a := &r.answer
	body := r.data.Body(c.fetch.ID)
	errors, found := r.data.Find(body, "errors")
	if found && !r.isNull(errors) {
		if r.data.Kind(errors) != response.List {
			return false
		}
		a.errors = r.disclose(c.fetch.Subgraph, errors)
	}
	a.data, found = r.data.Find(body, "data")
	a.hasData = found && r.data.Kind(a.data) == response.Object
	return !found || a.hasData || r.isNull(a.data)
}

func (r *run) isNull(ref response.Ref) bool { return r.data.Kind(ref) == response.Null }

func (r *run) errorPath(list response.Ref) response.Path {
	if r.data.Kind(list) != response.List {
		return nil
	}
	var path response.Path
	for item := range r.data.Items(list) {
		switch r.data.Kind(item) {
		case response.String:
			path = append(path, response.Step{Key: r.data.Text(item)})
		case response.Number:
			index, err := strconv.ParseUint(string(r.data.Raw(item)), 10, 31)
			if err != nil {
				return path // -1 and 1.5 are not indexes
			}
			path = append(path, response.Step{Index: int(index)})
		default:
			return path
		}
	}
	return path
}

// mergeRoot adds the answer of a fetch of root fields to the root.
func (r *run) mergeRoot(a *answer) {
	fetch := a.call.fetch
	if a.hasData {
		r.rename(a.data, fetch.Renames)
		r.data.AddRoot(a.data)
		r.levels.forget()
	} else {
		r.fail(a.call, a.errors[0].failure)
	}
	for _, e := range a.errors {
		switch {
		case len(e.path) > 0:
			r.data.AddError(response.Error{Path: renamedPath(e.path, fetch.Renames), Failure: e.failure, Source: fetch.ID})
		case a.hasData && !r.blame(a.data, fetch.Selections, fetch.Renames, []response.Path{nil}, e.failure):
			r.data.AddError(response.Error{Failure: e.failure, Source: fetch.ID})
		}
	}
}

// blame adds an error without a path to each selected field of an object that is null. It returns
// false if none is. An entity may be at several positions of the response.
func (r *run) blame(object response.Ref, asked []plan.Selection, renames []plan.Rename, at []response.Path, failure response.Failure) bool {
	found := false
	for _, s := range asked {
		if s.Name == "" {
			found = r.blame(object, s.Selections, renames, at, failure) || found
			continue
		}
		key := renamedPath(response.Path{{Key: s.Key()}}, renames)[0].Key
		member, ok := r.data.Find(object, key)
		if !ok || !r.isNull(member) {
			continue
		}
		found = true
		for _, path := range at {
			path = append(path[:len(path):len(path)], response.Step{Key: key})
			r.data.AddError(response.Error{Path: path, Failure: failure, Source: object.Source()})
		}
	}
	return found
}

// rename gives the values of an answer their keys in the response. Deeper renames come first,
// because their paths have the keys of the subgraph's document.
func (r *run) rename(from response.Ref, renames []plan.Rename) {
	if len(renames) == 0 {
		return
	}
	deepest := slices.SortedStableFunc(slices.Values(renames), func(a, b plan.Rename) int {
		return cmp.Compare(len(b.Path), len(a.Path))
	})
	for _, rename := range deepest {
		r.data.Rename(from, rename)
	}
}

// renamedPath converts a path in a subgraph's answer to a path in the response's data.
func renamedPath(path response.Path, renames []plan.Rename) response.Path {
	if len(renames) == 0 {
		return path
	}
	renamed := slices.Clone(path)
	var keys []string
	for i, step := range path {
		if step.Key == "" {
			continue
		}
		for _, rename := range renames {
			if rename.From == step.Key && slices.Equal(rename.Path, keys) {
				renamed[i].Key = rename.To
			}
		}
		keys = append(keys, step.Key)
	}
	return renamed
}
