// Package events is the contract between services that never call each other: the messages that
// they publish and the streams that keep these messages. The publisher and its readers share
// these types and nothing else.
package events

import (
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
)

// ProductChanged is the state of a product after a change. Product publishes it under
// ProductSubject(ID). A receiver ignores it unless its Version is higher than the one it knows.
type ProductChanged struct {
	ID              string `json:"id"`
	SKU             string `json:"sku"`
	Slug            string `json:"slug"`
	Title           string `json:"title"`
	PriceMinor      int64  `json:"priceMinor"`
	Currency        string `json:"currency"`
	TaxBasisPoints  int64  `json:"taxBasisPoints"`
	MaximumQuantity int    `json:"maximumQuantity"`
	Active          bool   `json:"active"`
	Version         int64  `json:"version"`
}

// ProductSubject returns the subject of a product's changes.
func ProductSubject(id string) string { return "product.changed." + id }

// Catalogue returns the stream that keeps the newest state of every product.
func Catalogue() bus.Stream {
	return bus.Stream{
		Name: "CATALOGUE", Subjects: []string{"product.changed.*"}, LastPerSubject: true,
	}
}

// SessionRevoked says that the access tokens of a session are no longer valid. User publishes it.
// The last of these tokens expires at ExpiresAt; after that nobody needs to remember the session.
type SessionRevoked struct {
	SessionID string    `json:"sessionId"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// SessionSubject is the subject of revoked sessions.
const SessionSubject = "user.session.revoked"

// revocationLife is how long a revocation is useful: an access token lives for 10 minutes, and
// clocks differ by up to half a minute in each direction. A test of package auth compares the
// two.
const revocationLife = 11 * time.Minute

// Sessions returns the stream that keeps each revocation until no service accepts an access token
// of the session any more.
func Sessions() bus.Stream {
	return bus.Stream{Name: "SESSIONS", Subjects: []string{SessionSubject}, MaxAge: revocationLife}
}
