// Package keyset splits long sorted lists into pages.
//
// A list is sorted by a key, which is text or a number, and by the id among equal keys. So every
// row has a unique position. A cursor is an encoded Position. The next page begins after it, no
// matter which rows were added, changed or deleted meanwhile.
//
//	after ──Parse──▶ Position ──WHERE (key, id) > (?, ?) … LIMIT first + 1──▶ rows ──New──▶ Page
//
// A cursor contains the name of its list, so another list refuses it instead of returning wrong
// rows.
package keyset

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// MaximumFirst is the maximum number of rows of a page.
const MaximumFirst = 100

const maximumCursor = 2048

// Error is a mistake in the client's arguments. Its message is for the client.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

// CheckFirst checks the size of a page.
func CheckFirst(first int) error {
	if first < 0 || first > MaximumFirst {
		return &Error{fmt.Sprintf("`first` must be between 0 and %d; it is %d.", MaximumFirst, first)}
	}
	return nil
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

// Parse returns the position of a cursor. It accepts exactly the texts that Cursor returns:
// encoding the position again must give the same text. Its errors are of type *Error.
func Parse(text, list string) (Position, error) {
	c, ok := parse(text)
	position := Position{c.Text, c.Number, c.ID}
	switch {
	case !ok || position.Cursor(c.List) != text:
		return Position{}, &Error{"`after` is not a cursor of this list."}
	case c.List != list:
		return Position{}, &Error{
			fmt.Sprintf("`after` is a cursor of another list: %s, not %s.", c.List, list),
		}
	}
	return position, nil
}

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
	return c, decoder.Decode(&c) == nil && c.List != "" && c.ID != ""
}
