// Package keyset splits long sorted lists into pages.
//
// A list is sorted by a key, which is text or a number, and by the id among equal keys. So every
// row has a unique position. A cursor is an encoded Position. The next page begins after it, no
// matter which rows were added, changed or deleted meanwhile.
//
//	first, after ──Read──▶ Position ──WHERE (key, id) > (?, ?) LIMIT first + 1──▶ rows ──New──▶ Page
//
// A cursor contains the name of its list, so another list refuses it instead of returning wrong
// rows.
//
// All lists have the arguments first and after, and Read refuses the same mistakes in both. Its
// errors are of type *apierror.Error and have the code BAD_USER_INPUT.
package keyset

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
)

// MaximumFirst is the maximum number of rows of a page.
const MaximumFirst = 100

const maximumCursor = 2048

// Read checks the arguments of a list, which are the size of the page and the cursor of the row
// before it. It returns the cursor's position, or nil for the beginning of the list.
func Read(first int, after *string, list string) (*Position, error) {
	if first < 0 || first > MaximumFirst {
		return nil, refused("`first` must be between 0 and %d; it is %d.", MaximumFirst, first)
	}
	if after == nil {
		return nil, nil
	}
	c, ok := parse(*after)
	position := Position{c.Text, c.Number, c.ID}
	switch {
	case !ok || position.Cursor(c.List) != *after:
		return nil, refused("`after` is not a cursor of this list.")
	case c.List != list:
		return nil, refused("`after` is a cursor of another list: %s, not %s.", c.List, list)
	}
	return &position, nil
}

func refused(format string, args ...any) error {
	return apierror.New(apierror.BadUserInput, fmt.Sprintf(format, args...))
}

// Position is the position of a row in a list: its sort key, which is text or a number, and its
// id.
type Position struct {
	Text   string
	Number int64
	ID     string
}

type cursor struct {
	List   string `json:"l"`
	Text   string `json:"t,omitempty"`
	Number int64  `json:"n,omitempty"`
	ID     string `json:"i"`
}

// Cursor returns the cursor of a position in a list.
func (p Position) Cursor(list string) string {
	text, _ := json.Marshal(cursor{list, p.Text, p.Number, p.ID}) // cannot fail
	return base64.RawURLEncoding.EncodeToString(text)
}

// parse decodes a cursor. It accepts more texts than Cursor returns, so the caller encodes the
// position again and compares. It refuses the NUL character, which no row can have: Postgres
// fails a statement with it.
func parse(text string) (c cursor, ok bool) {
	if len(text) > maximumCursor {
		return c, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return c, false
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	return c, decoder.Decode(&c) == nil && c.List != "" && c.ID != "" &&
		!strings.ContainsRune(c.Text+c.ID, 0)
}
