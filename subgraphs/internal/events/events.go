// Package events is the contract between services that never call each other:
// the messages they publish, and the streams that keep them. The sender and the
// receivers share these types, and nothing else.
package events

import (
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
)

// ProductChanged tells the state of a product after a change: product's word,
// on the subject ProductSubject(ID). A receiver takes only a higher Version.
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

// ProductSubject is the subject of a product's changes.
func ProductSubject(id string) string { return "product.changed." + id }

// Catalogue keeps the newest state of every product.
func Catalogue() bus.Stream {
	return bus.Stream{Name: "CATALOGUE", Subjects: []string{"product.changed.*"}, LastPerSubject: true}
}

// SessionRevoked tells that the access tokens of a session hold no longer:
// user's word. The last of them ends at ExpiresAt, and with it the need to
// remember the session.
type SessionRevoked struct {
	SessionID string    `json:"sessionId"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// SessionSubject is the subject of revoked sessions.
const SessionSubject = "user.session.revoked"

// revocationLife is how long a revocation is of use: an access token lives for 10 minutes, and clocks
// differ by half a minute each way. Package auth checks that its tokens do not live longer.
const revocationLife = 11 * time.Minute

// Sessions keeps revocations for as long as an access token of the session can hold anywhere.
func Sessions() bus.Stream {
	return bus.Stream{Name: "SESSIONS", Subjects: []string{SessionSubject}, MaxAge: revocationLife}
}
