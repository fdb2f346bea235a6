package account

import (
	"context"
	"errors"
	"fmt"
)

// SendVerification sends the letter that verifies a user's address. It sends nothing if the
// address is verified, if a letter was sent a moment ago, or if too many were sent, because the
// address may belong to somebody else.
func (s *Service) SendVerification(ctx context.Context, userID string) error {
	user, err := s.User(ctx, userID)
	if err != nil {
		return err
	}
	if user.EmailVerified() {
		return nil
	}
	wait, err := s.throttle(ctx, limit{name: "verify " + user.ID, rule: forVerification()})
	if wait > 0 || err != nil {
		return err
	}
	if err := s.store.PostLetter(ctx, s.verification(user)); err != nil {
		return fmt.Errorf("post verification: %w", err)
	}
	return nil
}

// VerifyEmail verifies an e-mail address by the token of a letter.
func (s *Service) VerifyEmail(ctx context.Context, token string, from Client) (*Problem, error) {
	if !from.Request.spend() {
		return tooMuch(), nil
	}
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
	return &Problem{Kind: TokenInvalid, Field: "token", Message: "This link has expired or was already used. Ask for a new one."}
}
