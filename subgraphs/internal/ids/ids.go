// Package ids makes and checks the opaque identifiers of the shop.
//
// An id is a prefix that names its type, an underscore, and a UUIDv7 in 26
// lower-case base32 digits: usr_0681v3pt0wz8q7xk2m4n6r8t0w. In goes a prefix,
// out comes an id that is unique everywhere and sorts by the time it was made,
// because the alphabet is in ASCII order and a UUIDv7 begins with its time.
package ids

import (
	"encoding/base32"
	"strings"

	"github.com/google/uuid"
)

// alphabet is Crockford's: digits and letters without i, l, o and u, so that an
// id read aloud or copied by hand has no twins.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// New returns a fresh id: the prefix, an underscore, and a UUIDv7 in base32.
func New(prefix string) string {
	return prefix + "_" + encode(uuid.Must(uuid.NewV7()))
}

// Valid tells whether id is one that New could have made with this prefix.
func Valid(prefix, id string) bool {
	digits, found := strings.CutPrefix(id, prefix+"_")
	if !found {
		return false
	}
	raw, err := encoding().DecodeString(digits)
	if err != nil || len(raw) != len(uuid.UUID{}) {
		return false
	}
	// Two spare bits of the last digit are ignored by the decoder: without
	// this comparison one thing would have four names.
	return encode(uuid.UUID(raw)) == digits
}

func encode(id uuid.UUID) string { return encoding().EncodeToString(id[:]) }

func encoding() *base32.Encoding {
	return base32.NewEncoding(alphabet).WithPadding(base32.NoPadding)
}
