package account

import (
	"context"
	"fmt"
	"time"
)

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

// knows reports whether the user has logged in with a device. It does the same work for an
// unknown user.
func (s *Service) knows(ctx context.Context, token, userID string) (bool, error) {
	if len(token) != len(newToken()) {
		return false, nil
	}
	known, err := s.store.KnowsDevice(ctx, hashToken(token), userID, s.now().Add(-DeviceLife))
	if err != nil {
		return false, fmt.Errorf("find device: %w", err)
	}
	return known, nil
}

// newDevice returns a device with the given token, or with a new token if that is empty.
func (s *Service) newDevice(token string, kind Kind, userID string) (string, Device) {
	if token == "" {
		token = newToken()
	}
	return token, Device{
		Hash: hashToken(token), UserID: userID, Kind: kind, UsedAt: s.now(), Most: mostDevices,
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
