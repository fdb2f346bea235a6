package account

import (
	"context"
	"errors"
	"fmt"
)

// SendVerification sends the letter that verifies a user's address, unless it is verified or one was sent just now.
func (s *Service) SendVerification(ctx context.Context, userID string) error {
	user, err := s.User(ctx, userID)
	if err != nil {
		return err
	}
	if user.EmailVerified() {
		return nil
	}
	if err := s.store.PostLetter(ctx, s.verification(user)); err != nil {
		return fmt.Errorf("post verification: %w", err)
	}
	return nil
}

// VerifyEmail takes the token of a letter.
func (s *Service) VerifyEmail(ctx context.Context, token string) (*Problem, error) {
	err := s.store.VerifyEmail(ctx, hashToken(token), s.now())
	if errors.Is(err, ErrNotFound) {
		return tokenInvalid(), nil
	}
	if err != nil {
		return nil, fmt.Errorf("verify e-mail address: %w", err)
	}
	return nil, nil
}

func tokenInvalid() *Problem {
	return &Problem{Kind: TokenInvalid, Field: "token", Message: "This link is too old, or was used. Ask for a new one."}
}
