package catalog

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
)

// cursor is what a client carries from one page to the next. It names its order, so that a
// cursor of one order is refused in another instead of answering with nonsense.
type cursor struct {
	Sort   Sort   `json:"s"`
	Text   string `json:"t,omitempty"`
	Number int64  `json:"n,omitempty"`
	ID     string `json:"i"`
}

const maximumCursor = 2048

// PositionOf returns the product's place in an order.
func PositionOf(p Product, sort Sort) Position {
	position := Position{ID: p.ID}
	switch sort {
	case NameAsc, NameDesc:
		position.Text = Fold(p.Title)
	case PriceAsc, PriceDesc:
		position.Number = p.Price.AmountMinor
	case Newest:
		position.Number = p.CreatedAt.UnixMicro()
	}
	return position
}

func encodeCursor(position Position, sort Sort) string {
	text, _ := json.Marshal(cursor{sort, position.Text, position.Number, position.ID}) // strings and a number: it cannot fail
	return base64.RawURLEncoding.EncodeToString(text)
}

// decodeCursor takes back exactly what encodeCursor gives: encoding again must give the same.
func decodeCursor(text string, sort Sort) (Position, error) {
	c, ok := parseCursor(text)
	if !ok {
		return Position{}, invalid("`after` is not a cursor of this list.")
	}
	if c.Sort != sort {
		return Position{}, invalid("`after` is a cursor of another order: %s, not %s.", c.Sort, sort)
	}
	return Position{Text: c.Text, Number: c.Number, ID: c.ID}, nil
}

func parseCursor(text string) (cursor, bool) {
	if len(text) > maximumCursor {
		return cursor{}, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return cursor{}, false
	}
	var c cursor
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil || !c.Sort.valid() || c.ID == "" {
		return cursor{}, false
	}
	again := encodeCursor(Position{Text: c.Text, Number: c.Number, ID: c.ID}, c.Sort)
	return c, again == text
}
