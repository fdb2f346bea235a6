package store

import "github.com/trefoil-graph/trefoil/subgraphs/product/catalog"

// List lets a test ask the database for the plan of the statement.
func (s *Store) List(l catalog.Listing) (query string, args []any, err error) { return s.list(l) }
