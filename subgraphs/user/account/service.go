package account

import (
	"context"
	"strings"
	"time"
)

// Signer makes access tokens.
type Signer interface {
	// Sign returns a token for the session's user that expires at expires.
	Sign(u User, s Session, issued, expires time.Time) (string, error)
}

// Config holds what a Service needs.
type Config struct {
	Store  Store
	Signer Signer
	Hasher *Hasher
	// AccessLife is how long an access token is valid.
	AccessLife time.Duration
	// Public is the shop's address in a browser; links in mails begin with it.
	Public string
	// Providers are for social log-ins; nil if there are none.
	Providers Providers
	// Now is time.Now, except in tests.
	Now func() time.Time
}

// Service implements accounts, log-in and sessions.
type Service struct {
	store      Store
	signer     Signer
	hasher     *Hasher
	accessLife time.Duration
	public     string
	providers  Providers
	now        func() time.Time
	asked      chan struct{} // wakes AnswerResets; two requests before it looks count as one
}

// NewService returns a service with the given configuration.
func NewService(c Config) *Service {
	return &Service{
		store: c.Store, signer: c.Signer, hasher: c.Hasher, accessLife: c.AccessLife,
		public: strings.TrimRight(c.Public, "/"), providers: c.Providers, now: c.Now,
		asked: make(chan struct{}, 1),
	}
}

// User returns the user with an id, or ErrNotFound.
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

// UsersByID returns users by id; ids that do not exist are left out.
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
