package account

import (
	"context"
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

const (
	largestPage   = 100
	longestSearch = 100
)

// Page is a part of the list of users, newest first. A cursor is the id of the user at that
// position.
type Page struct {
	Users    []User
	PageInfo PageInfo
	search   string
	store    Store
}

// PageInfo describes what comes before and after a page.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// Edge is a user with a cursor.
type Edge struct {
	Cursor string
	Node   *User
}

// Edges returns the page's users with their cursors.
func (p *Page) Edges() []*Edge {
	edges := make([]*Edge, len(p.Users))
	for i := range p.Users {
		edges[i] = &Edge{Cursor: p.Users[i].ID, Node: &p.Users[i]}
	}
	return edges
}

// TotalCount returns how many users the search finds.
func (p *Page) TotalCount(ctx context.Context) (int, error) {
	return p.store.CountUsers(ctx, p.search)
}

// Users returns a page of the list of users.
func (s *Service) Users(
	ctx context.Context, search string, first int, after string,
) (*Page, error) {
	switch {
	case first < 0 || first > largestPage:
		return nil, apierror.New(apierror.BadUserInput,
			fmt.Sprintf("`first` must be between 0 and %d.", largestPage))
	case after != "" && !ids.Valid("usr", after):
		return nil, apierror.New(apierror.BadUserInput, "`after` is not a cursor of this list.")
	case len(search) > longestSearch:
		return nil, apierror.New(apierror.BadUserInput,
			fmt.Sprintf("`search` has more than %d bytes.", longestSearch))
	}
	page := &Page{search: typed.Fold(search), store: s.store}
	found, err := s.store.ListUsers(ctx, Listing{Search: page.search, After: after, Limit: first + 1})
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	page.Users = found[:min(first, len(found))]
	page.PageInfo = PageInfo{HasNextPage: len(found) > first, HasPreviousPage: after != ""}
	if last := len(page.Users) - 1; last >= 0 {
		page.PageInfo.StartCursor, page.PageInfo.EndCursor = &page.Users[0].ID, &page.Users[last].ID
	}
	return page, nil
}
