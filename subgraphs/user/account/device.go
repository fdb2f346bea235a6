package account

import (
	"context"
	"fmt"
	"time"
)

const (
	// DeviceLife is for how long a device that nobody logs in with is known.
	DeviceLife = 180 * 24 * time.Hour
	// mostDevices is how many devices of a kind a user can have. One more drops the one that was not
	// used for longest.
	mostDevices = 20
)

// Device is something that a user has logged in with: a browser, or an API consumer. It proves
// nothing, but wrong guesses that come without it do not delay it. It is known by a random token,
// which is kept as a hash.
type Device struct {
	Hash   []byte
	UserID string
	Kind   Kind
	UsedAt time.Time
	// Most is how many devices of this kind the user keeps.
	Most int
}

// knows tells whether the user has logged in with a device. It costs the same for nobody's id.
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

// newDevice makes a device, or that of a token if the user has it already.
func (s *Service) newDevice(token string, kind Kind, userID string) (string, Device) {
	if token == "" {
		token = newToken()
	}
	return token, Device{
		Hash: hashToken(token), UserID: userID, Kind: kind, UsedAt: s.now(), Most: mostDevices,
	}
}

// keptDevice is the token that a client presented, if the user has that device: no other is taken
// over, or a stranger could have a victim's browser make the stranger's device known.
func keptDevice(presented string, known bool) string {
	if known {
		return presented
	}
	return ""
}
