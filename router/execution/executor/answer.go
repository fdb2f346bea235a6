package executor

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// answer is a subgraph's answer to a fetch with these look-ups.
type answer struct {
	fetch   *plan.Fetch
	lookups []lookup
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

func isNull(data *response.Data, ref response.Ref) bool { return data.Kind(ref) == response.Null }

func errorPath(data *response.Data, list response.Ref) response.Path {
	if data.Kind(list) != response.List {
		return nil
	}
	var path response.Path
	for item := range data.Items(list) {
		switch data.Kind(item) {
		case response.String:
			path = append(path, response.Step{Key: data.Text(item)})
		case response.Number:
			index, err := strconv.ParseUint(string(data.Raw(item)), 10, 31)
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

// blame adds an error without a path to each selected field of an object that is null. It returns
// false if none is. An entity may be at several positions of the response.
func blame(
	data *response.Data, object response.Ref, asked []plan.Selection, renames []plan.Rename,
	at []response.Path, failure response.Failure,
) bool {
	found := false
	for _, s := range asked {
		if s.Name == "" {
			found = blame(data, object, s.Selections, renames, at, failure) || found
			continue
		}
		key := renamedPath(response.Path{{Key: s.Key()}}, renames)[0].Key
		member, ok := data.Find(object, key)
		if !ok || !isNull(data, member) {
			continue
		}
		found = true
		for _, path := range at {
			path = append(path[:len(path):len(path)], response.Step{Key: key})
			data.AddError(response.Error{Path: path, Failure: failure, Source: object.Source()})
		}
	}
	return found
}

// rename gives the values of an answer their keys in the response. Deeper renames come first,
// because their paths have the keys of the subgraph's document.
func rename(data *response.Data, from response.Ref, renames []plan.Rename) {
	if len(renames) == 0 {
		return
	}
	deepest := slices.SortedStableFunc(slices.Values(renames), func(a, b plan.Rename) int {
		return cmp.Compare(len(b.Path), len(a.Path))
	})
	for _, rename := range deepest {
		data.Rename(from, rename)
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
