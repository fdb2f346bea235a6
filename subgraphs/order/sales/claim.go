package sales

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
)

// Lengths of an idempotency key, in characters.
const (
	minimumKey = 8
	maximumKey = 128
)

// Claim records what an idempotency key did: it placed an order, or created or changed a draft.
type Claim struct {
	UserID      string
	Key         string
	RequestHash string // of the input: the same key with another input is refused
	OrderID     string
	Attempt     int // the number of the order's placing; 0 for a draft
	At          time.Time
}

func checkKey(key string) error {
	length := utf8.RuneCountInString(key)
	if length < minimumKey || length > maximumKey || !utf8.ValidString(key) {
		return refusal.Invalid(refusal.At("idempotencyKey"),
			"The idempotency key must have %d to %d characters.", minimumKey, maximumKey)
	}
	return nil
}

// checkOptionalKey checks a key, if there is one.
func checkOptionalKey(key *string) error {
	if key == nil {
		return nil
	}
	return checkKey(*key)
}

func hash(request []byte) string {
	sum := sha256.Sum256(request)
	return hex.EncodeToString(sum[:])
}
