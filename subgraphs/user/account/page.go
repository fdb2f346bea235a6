package account

import (
	"context"
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

const longestSearch = 100

// everybody names the list of users, newest first, in cursors. A user's id is its position:
// ids sort by the time of creation.
const everybody = "USERS"

// Page is a part of the list of users, newest first.
type Page struct {
	keyset.Page[User]

	search string
	store  Store
}

// Edge is a user with a cursor.
type Edge struct {
	Cursor string
	Node   *User
}

// Edges returns the page's users with their cursors.
func (p *Page) Edges() []*Edge { return keyset.Edges[Edge](p.Page) }

// TotalCount returns how many users the search finds.
func (p *Page) TotalCount(ctx context.Context) (int, error) {
	return p.store.CountUsers(ctx, p.search)
}

// Users returns a page of the list of users.
func (s *Service) Users(
	ctx context.Context, search string, first int, after *string,
) (*Page, error) {
	position, err := keyset.Read(first, after, everybody)
	if err != nil {
		return nil, err
	}
	if len(search) > longestSearch {
		return nil, apierror.New(apierror.BadUserInput,
			fmt.Sprintf("`search` has more than %d bytes.", longestSearch))
	}
	search = typed.Fold(search)
	listing := Listing{Search: search, After: position, Limit: first + 1}
	found, err := s.store.ListUsers(ctx, listing)
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	page := keyset.New(found, first, position != nil, func(u *User) string {
		return keyset.Position{ID: u.ID}.Cursor(everybody)
	})
	return &Page{page, search, s.store}, nil
}
