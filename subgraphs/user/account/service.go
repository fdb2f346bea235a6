package account

import (
	"context"
	"time"
)

// SessionLife is how long a session holds without a refresh.
const SessionLife = 30 * 24 * time.Hour

// Signer makes access tokens.
type Signer interface {
	// Sign returns a token that speaks for the session's user until expires.
	Sign(s Session, issued, expires time.Time) (string, error)
}

// Config is what a Service is made of.
type Config struct {
	Store  Store
	Signer Signer
	Hasher *Hasher
	// AccessLife is how long an access token holds.
	AccessLife time.Duration
	// Now is time.Now, unless a test says otherwise.
	Now func() time.Time
}

// Service does what users ask for.
type Service struct {
	store      Store
	signer     Signer
	hasher     *Hasher
	accessLife time.Duration
	now        func() time.Time
}

// NewService returns a service.
func NewService(c Config) *Service {
	return &Service{store: c.Store, signer: c.Signer, hasher: c.Hasher, accessLife: c.AccessLife, now: c.Now}
}

// User returns a user by id, or ErrNotFound.
func (s *Service) User(ctx context.Context, id string) (User, error) {
	users, err := s.store.UsersByID(ctx, []string{id})
	if err != nil {
		return User{}, err
	}
	if len(users) == 0 {
		return User{}, ErrNotFound
	}
	return users[0], nil
}
