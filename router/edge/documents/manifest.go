package documents

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/trefoil-graph/trefoil/router/shared/strictjson"
)

// apolloFormat is the value of the member format in a manifest of Apollo.
const apolloFormat = "apollo-persisted-query-manifest"

// parseManifest reads a manifest in one of two formats: that of Apollo,
//
//	{"format": "apollo-persisted-query-manifest", "version": 1,
//	  "operations": [{"id": "…", "name": "…", "type": "query", "body": "query …"}]}
//
// and that of Relay and of graphql-codegen's client preset: an object whose members are ids with
// their texts.
func parseManifest(text []byte) ([]*Document, error) {
	var members map[string]json.RawMessage
	if err := strictjson.Decode(text, &members); err != nil {
		return nil, fmt.Errorf("it is not a JSON object: %w", err)
	}
	if _, isApollo := members["format"]; isApollo && members["operations"] != nil {
		return parseApollo(text)
	}
	documents := make([]*Document, 0, len(members))
	for _, id := range slices.Sorted(maps.Keys(members)) {
		d := &Document{ID: id}
		if err := json.Unmarshal(members[id], &d.Text); err != nil {
			return nil, fmt.Errorf("the value of the id %q is not a text", id)
		}
		documents = append(documents, d)
	}
	return documents, checkDocuments(documents)
}

func parseApollo(text []byte) ([]*Document, error) {
	var manifest struct {
		Format     string
		Version    int
		Operations []struct{ ID, Body string }
	}
	if err := strictjson.Decode(text, &manifest); err != nil {
		return nil, err
	}
	if manifest.Format != apolloFormat || manifest.Version != 1 {
		return nil, fmt.Errorf("its format must be %s with version 1", apolloFormat)
	}
	documents := make([]*Document, len(manifest.Operations))
	for i, o := range manifest.Operations {
		documents[i] = &Document{ID: o.ID, Text: o.Body}
	}
	return documents, checkDocuments(documents)
}

func checkDocuments(documents []*Document) error {
	for _, d := range documents {
		switch {
		case d.ID == "":
			return errors.New("a document has no id")
		case len(d.ID) > longestID:
			return fmt.Errorf("the id %.20q… is longer than %d bytes", d.ID, longestID)
		case d.Text == "":
			return fmt.Errorf("the document with the id %q is empty", d.ID)
		}
	}
	return nil
}
