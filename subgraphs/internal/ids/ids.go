// Package ids creates and checks the opaque identifiers of the shop.
//
// An id is a prefix that names its type, an underscore, and a UUIDv7 in 26 lower-case base32
// digits: usr_0681v3pt0wz8q7xk2m4n6r8t0w. Ids are unique across all services. Ids with the same
// prefix sort by the time of their creation, because a UUIDv7 begins with its time and the
// alphabet is in ASCII order.
package ids

import (
	"encoding/base32"
	"strings"

	"github.com/google/uuid"
)

// alphabet is Crockford's: digits and letters without i, l, o and u, which are easily confused
// with others when an id is read aloud or copied by hand.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// New returns a new id: the prefix, an underscore, and a UUIDv7 in base32.
func New(prefix string) string {
	return prefix + "_" + encode(uuid.Must(uuid.NewV7()))
}

// Valid reports whether New could have returned id for this prefix.
func Valid(prefix, id string) bool {
	digits, found := strings.CutPrefix(id, prefix+"_")
	if !found {
		return false
	}
	raw, err := encoding().DecodeString(digits)
	if err != nil || len(raw) != len(uuid.UUID{}) {
		return false
	}
	// The decoder ignores two spare bits of the last digit. Without this comparison, four ids
	// would mean the same thing.
	return encode(uuid.UUID(raw)) == digits
}

func encode(id uuid.UUID) string { return encoding().EncodeToString(id[:]) }

func encoding() *base32.Encoding {
	return base32.NewEncoding(alphabet).WithPadding(base32.NoPadding)
}
