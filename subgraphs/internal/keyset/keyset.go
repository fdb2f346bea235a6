// Package keyset pages through sorted lists that are too long to be sent whole.
//
// A list is sorted by a key, text or number, and by the id where keys are equal, so that every row
// has a place of its own. A cursor is such a Position, written down: the next page begins behind
// it, whatever was added, changed or taken away meanwhile.
//
//	after ──Parse──▶ Position ──WHERE (key, id) > (?, ?) … LIMIT first + 1──▶ rows ──New──▶ Page
//
// A cursor names its list, so that it is refused in another instead of answering with nonsense.
package keyset

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// MaximumFirst is how many rows a page has at most.
const MaximumFirst = 100

const maximumCursor = 2048

// Error is something wrong with what was asked for; its message is for the one who did.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

// CheckFirst checks the size of a page.
func CheckFirst(first int) error {
	if first < 0 || first > MaximumFirst {
		return &Error{fmt.Sprintf("`first` must be between 0 and %d; it is %d.", MaximumFirst, first)}
	}
	return nil
}

// Position is a row's place in a list: its sort key, text or number, and its id.
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

// Cursor writes the position in a list down.
func (p Position) Cursor(list string) string {
	text, _ := json.Marshal(cursor{list, p.Text, p.Number, p.ID}) // strings and a number: it cannot fail
	return base64.RawURLEncoding.EncodeToString(text)
}

// Parse takes back exactly what Cursor gives: writing it down again must give the same. An error
// is an *Error.
func Parse(text, list string) (Position, error) {
	c, ok := parse(text)
	position := Position{c.Text, c.Number, c.ID}
	switch {
	case !ok || position.Cursor(c.List) != text:
		return Position{}, &Error{"`after` is not a cursor of this list."}
	case c.List != list:
		return Position{}, &Error{fmt.Sprintf("`after` is a cursor of another list: %s, not %s.", c.List, list)}
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
