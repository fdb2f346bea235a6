package account

import (
	"context"
	"strings"
	"time"
)

// SessionLife is how long a session holds without a refresh.
const SessionLife = 30 * 24 * time.Hour

// Signer makes access tokens.
type Signer interface {
	// Sign returns a token that speaks for the session's user until expires.
	Sign(u User, s Session, issued, expires time.Time) (string, error)
}

// Config is what a Service is made of.
type Config struct {
	Store  Store
	Signer Signer
	Hasher *Hasher
	// AccessLife is how long an access token holds.
	AccessLife time.Duration
	// Public is where browsers find the shop: links in letters lead there.
	Public string
	// Providers are those of social log-ins; nil for none.
	Providers Providers
	// Now is time.Now, unless a test says otherwise.
	Now func() time.Time
}

// Service does what users ask for.
type Service struct {
	store      Store
	signer     Signer
	hasher     *Hasher
	accessLife time.Duration
	public     string
	providers  Providers
	now        func() time.Time
	asked      notice // somebody asked for a new password
}

// NewService returns a service.
func NewService(c Config) *Service {
	return &Service{
		store: c.Store, signer: c.Signer, hasher: c.Hasher, accessLife: c.AccessLife,
		public: strings.TrimRight(c.Public, "/"), providers: c.Providers, now: c.Now, asked: newNotice(),
	}
}

// User returns a user by id, or ErrNotFound.
func (s *Service) User(ctx context.Context, id string) (User, error) {
	users, err := s.UsersByID(ctx, []string{id})
	if err != nil {
		return User{}, err
	}
	user, ok := users[id]
	if !ok {
		return User{}, ErrNotFound
	}
	return user, nil
}

// UsersByID returns users by their ids; those that do not exist are missing.
func (s *Service) UsersByID(ctx context.Context, ids []string) (map[string]User, error) {
	found, err := s.store.UsersByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	users := make(map[string]User, len(found))
	for _, user := range found {
		users[user.ID] = user
	}
	return users, nil
}
