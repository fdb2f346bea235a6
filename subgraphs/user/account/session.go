package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"time"
)

// Kind says what uses a session. Tokens of one kind do not work for the other: a browser's tokens
// stay in its cookies.
type Kind string

// The kinds of sessions.
const (
	Browser Kind = "BROWSER"
	API     Kind = "API"
)

// SessionLife is how long a session stays valid without a refresh.
const SessionLife = 30 * 24 * time.Hour

// Session lasts from a log-in to a log-out.
type Session struct {
	ID        string
	UserID    string
	Kind      Kind
	CreatedAt time.Time
	ExpiresAt time.Time // extended by each refresh
	RevokedAt time.Time // zero unless revoked
}

// Live reports whether the session is valid at a time.
func (s Session) Live(now time.Time) bool {
	return s.RevokedAt.IsZero() && now.Before(s.ExpiresAt)
}

// RenewedAt returns when the session's tokens were last issued.
func (s Session) RenewedAt() time.Time { return s.ExpiresAt.Add(-SessionLife) }

// Grant is the result of a log-in or a refresh.
type Grant struct {
	User             User
	SessionID        string
	AccessToken      string
	AccessExpiresAt  time.Time
	RefreshToken     string
	SessionExpiresAt time.Time
	Device           string // token of the Device that logged in; empty for a refresh
}

// RefreshToken is the stored form of a refresh token; the token itself is not stored.
type RefreshToken struct {
	Hash      []byte
	Family    []byte // hash of the half that all tokens of a session share
	CreatedAt time.Time
	Used      bool // also true for a token forged from another token of the session
	// Handover describes how the session's latest token replaced the previous one: this token, if
	// Used. It is nil for any older token.
	Handover *Handover
}

// Handover is the exchange of a refresh token for the next.
type Handover struct {
	Salt   []byte // derives the next token, together with the previous one
	Client []byte // hash that identifies the client
}

func newRefreshToken(family string, now time.Time) (token string, kept RefreshToken) {
	token = family + newHalf()
	return token, RefreshToken{Hash: hashToken(token), Family: hashToken(family), CreatedAt: now}
}

func presentedAs(token string) RefreshToken {
	return RefreshToken{Hash: hashToken(token), Family: hashToken(familyOf(token))}
}

// familyOf returns the first half of a refresh token. For a malformed token it returns a random
// half, which belongs to no session.
func familyOf(token string) string {
	if half := newHalf(); len(token) != 2*len(half) {
		return half
	}
	return token[:len(token)/2]
}

// successor returns the next token of a session: the same first half, and a second half derived
// from the previous token and the salt.
func successor(token string, h Handover) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write(h.Salt)
	family := familyOf(token)
	return family + base32.StdEncoding.EncodeToString(mac.Sum(nil))[:len(family)]
}

// refreshGrace is how long a client may repeat a refresh whose answer was lost.
const refreshGrace = 30 * time.Second

// lost reports whether the client that last used the token presents it again because it got no
// answer.
func (t RefreshToken) lost(by Client, now time.Time) bool {
	return t.Used && t.Handover != nil && now.Sub(t.CreatedAt) <= refreshGrace &&
		subtle.ConstantTimeCompare(t.Handover.Client, by.mark()) == 1
}

// mark identifies a client by its device or, without one, by its address. Several clients can
// have the same mark.
func (c Client) mark() []byte {
	if c.Device != "" {
		return hashToken("device " + c.Device)
	}
	return hashToken("address " + c.Address)
}

// newToken returns a token that nobody can guess.
func newToken() string { return newHalf() + newHalf() }

// newHalf returns 130 random bits in a fixed number of characters.
func newHalf() string { return rand.Text() }

// hashToken uses no salt and no work factor, because tokens are random.
func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

const (
	// DeviceLife is how long a device stays known without a log-in.
	DeviceLife = 180 * 24 * time.Hour
	// mostDevices is how many devices of each kind a user can have. Adding another drops the
	// least recently used one.
	mostDevices = 20
)

// Device is a browser or API consumer that the user has logged in with. It proves nothing, but
// wrong guesses from elsewhere do not delay it. A random token identifies it; only the token's
// hash is stored.
type Device struct {
	Hash   []byte
	UserID string
	Kind   Kind
	UsedAt time.Time
	// Most is how many devices of this kind the user may keep.
	Most int
}

// newDevice returns a device with the given token, or with a new token if that is empty.
func newDevice(token string, kind Kind, userID string, now time.Time) (string, Device) {
	if token == "" {
		token = newToken()
	}
	return token, Device{
		Hash: hashToken(token), UserID: userID, Kind: kind, UsedAt: now, Most: mostDevices,
	}
}

// keptDevice returns the token that a client presented if the user already has that device. Any
// other token is ignored: otherwise a stranger could plant a token in a victim's browser and so
// become a known device.
func keptDevice(presented string, known bool) string {
	if known {
		return presented
	}
	return ""
}
