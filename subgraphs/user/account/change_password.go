package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

// NewPassword is the input of a password change.
type NewPassword struct {
	Current, Next string
	From          Client
}

// ChangePassword sets a new password for a user who knows the current one, and ends the user's
// other sessions: somebody who knew the old password may have begun them. Wrong guesses are
// counted by user, apart from failed log-ins, because strangers cause those.
func (s *Service) ChangePassword(
	ctx context.Context, who auth.Identity, input NewPassword,
) (ended int, err error) {
	if !input.From.Request.spend() {
		return 0, tooMuch()
	}
	user, err := s.User(ctx, who.UserID)
	if err != nil {
		return 0, err
	}
	if err := s.judge(user, input.Next); err != nil {
		return 0, err
	}
	err = s.prove(ctx, changeBy(user.ID), user, input.Current)
	if errors.As(err, new(InvalidCredentials)) {
		err = invalidCredentials(refusal.At("currentPassword"), "This is not your current password.")
	}
	if err != nil {
		return 0, err
	}
	hash, err := s.hasher.Hash(ctx, input.Next)
	if err != nil {
		return 0, fmt.Errorf("hash password: %w", err)
	}
	return s.store.SetPassword(ctx, PasswordChange{
		UserID: user.ID, Hash: hash, Kind: PasswordChanged, ActorID: user.ID, At: s.now(),
		KeepSession: who.SessionID, KeepDevice: hashToken(input.From.Device), Forget: limitsOf(user),
	})
}

func (s *Service) judge(user User, password string) error {
	message := s.hasher.judge(Registration{
		Username: user.Username, Email: user.Email, Password: password,
	})
	if message == "" {
		return nil
	}
	return weakPassword("newPassword", message)
}

// lookAgain bounds how long a request waits if another process queued it or an attempt failed.
const lookAgain = 5 * time.Second

// ForgotPassword queues a request for a new password; AnswerResets sends the e-mail. It does the
// same work whether the account exists or not, so neither the answer nor its time shows which. A
// client that asks too often gets the same answer, and nothing is queued. The limits are per
// login and per client address, which may be unknown.
func (s *Service) ForgotPassword(ctx context.Context, login, address string) error {
	if len(login) > longestLogin {
		return nil
	}
	login = typed.Login(login)
	wait, err := s.throttle(ctx,
		perLogin("forgot ", login, forMailbox()), perAddress("forgot ", address))
	if wait > 0 || err != nil {
		return err
	}
	if err := s.store.AddResetRequest(ctx, login, s.now()); err != nil {
		return fmt.Errorf("queue reset request: %w", err)
	}
	select {
	case s.asked <- struct{}{}:
	default:
	}
	return nil
}

// AnswerResets answers requests for new passwords until ctx ends. It then returns nil.
func (s *Service) AnswerResets(ctx context.Context) error {
	return repeat.Loop{Pause: lookAgain, Wake: s.asked}.Run(ctx, func(ctx context.Context) error {
		for {
			answered, err := s.answerReset(ctx)
			if !answered || err != nil {
				return err
			}
		}
	})
}

// answerReset takes the oldest request and sends an e-mail to its user, if that user exists.
func (s *Service) answerReset(ctx context.Context) (answered bool, err error) {
	login, err := s.store.OldestResetRequest(ctx)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	user, err := s.store.UserByLogin(ctx, login)
	switch {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		return false, err
	default:
		if err := s.store.AddMail(ctx, s.reset(user)); err != nil {
			return false, err
		}
	}
	return true, s.store.DropResetRequest(ctx, login)
}

// ResetPassword sets a new password for the holder of an e-mailed token, and ends all of the
// user's sessions. The token also proves the e-mail address. ResetPassword returns a device token
// for the browser: an owner whom strangers' guesses lock out gets back in by e-mail. A repetition
// with the same password, whose answer may have been lost, changes nothing.
func (s *Service) ResetPassword(
	ctx context.Context, token, next string, from Client,
) (device string, err error) {
	if !from.Request.spend() {
		return "", tooMuch()
	}
	kept, err := s.store.MailToken(ctx, hashToken(token), ResetPassword, s.now())
	if errors.Is(err, ErrNotFound) {
		return "", tokenInvalid(refusal.At("token"))
	}
	if err != nil {
		return "", fmt.Errorf("find token: %w", err)
	}
	user, err := s.User(ctx, kept.UserID)
	if err != nil {
		return "", err
	}
	if kept.IsUsed {
		return "", s.repeatReset(ctx, user, next)
	}
	if err := s.judge(user, next); err != nil {
		return "", err
	}
	hash, err := s.hasher.Hash(ctx, next)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	device, used := newDevice("", Browser, user.ID, s.now())
	err = s.store.ResetPassword(ctx, kept.Hash, PasswordChange{
		UserID: user.ID, Hash: hash, Kind: PasswordReset, At: s.now(),
		NewDevice: &used, Forget: limitsOf(user),
	})
	if errors.Is(err, ErrNotFound) { // another request used it
		return "", tokenInvalid(refusal.At("token"))
	}
	return device, err
}

// repeatReset reports whether a used token has set this password. It counts wrong guesses.
func (s *Service) repeatReset(ctx context.Context, user User, password string) error {
	err := s.prove(ctx, repeatBy(user.ID), user, password)
	if errors.As(err, new(InvalidCredentials)) {
		return tokenInvalid(refusal.At("token"))
	}
	return err
}
