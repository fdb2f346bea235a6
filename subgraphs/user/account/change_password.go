package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

// PasswordChange replaces a user's password and ends sessions.
type PasswordChange struct {
	UserID  string
	Hash    string
	Kind    EventKind
	ActorID string
	At      time.Time
	// KeepSession is the one session that does not end; empty for none.
	KeepSession string
	// KeepDevice is the hash of the one device that stays known.
	KeepDevice []byte
	// NewDevice is a device that becomes known; nil for none.
	NewDevice *Device
	// Forget names limits whose failures are forgotten.
	Forget []string
}

// NewPassword is what a person fills in to change the password.
type NewPassword struct {
	Current, Next string
	From          Client
}

// ChangePassword sets a new password by the current one, and ends the user's other sessions: who
// knows the old password may have begun them. Wrong guesses are counted by user, apart from failed
// log-ins: those are strangers'.
func (s *Service) ChangePassword(ctx context.Context, who auth.Identity, input NewPassword) (ended int, problem *Problem, err error) {
	if !input.From.Request.spend() {
		return 0, tooMuch(), nil
	}
	user, err := s.User(ctx, who.UserID)
	if err != nil {
		return 0, nil, err
	}
	if problem := s.judge(user, input.Next); problem != nil {
		return 0, problem, nil
	}
	problem, err = s.prove(ctx, changeBy(user.ID), user, input.Current)
	if problem != nil || err != nil {
		if problem != nil && problem.Kind == InvalidCredentials {
			problem = &Problem{Kind: InvalidCredentials, Field: "currentPassword", Message: "This is not your current password."}
		}
		return 0, problem, err
	}
	hash, err := s.hasher.Hash(ctx, input.Next)
	if err != nil {
		return 0, nil, fmt.Errorf("hash password: %w", err)
	}
	ended, err = s.store.SetPassword(ctx, PasswordChange{
		UserID: user.ID, Hash: hash, Kind: PasswordChanged, ActorID: user.ID, At: s.now(),
		KeepSession: who.SessionID, KeepDevice: hashToken(input.From.Device), Forget: limitsOf(user),
	})
	return ended, nil, err
}

func (s *Service) judge(user User, password string) *Problem {
	message := s.hasher.judge(Registration{Username: user.Username, Email: user.Email, Password: password})
	if message == "" {
		return nil
	}
	return &Problem{Kind: WeakPassword, Field: "newPassword", Message: message}
}

// ForgotPassword notes that somebody at an address, if it is known, asks for a new password. It does the same for every
// text, so that neither its answer nor its time tells whether there is such an account; AnswerResets sends the letter.
// Who asks too often is told the same, and nothing is noted.
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
		return fmt.Errorf("note reset request: %w", err)
	}
	s.asked.give()
	return nil
}

// AnswerResets answers the requests for new passwords until ctx ends; then it returns nil.
func (s *Service) AnswerResets(ctx context.Context) error {
	for {
		answered, err := s.answerReset(ctx)
		if answered && err == nil {
			continue
		}
		if !s.asked.wait(ctx) {
			return nil
		}
	}
}

// answerReset sends a letter to who is meant by the oldest request, if that is somebody.
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
		if err := s.store.PostLetter(ctx, s.reset(user)); err != nil {
			return false, err
		}
	}
	return true, s.store.DropResetRequest(ctx, login)
}

// ResetPassword sets a new password by the token of a letter, and ends all the user's sessions.
// That the letter arrived proves the address, too. It returns the token of the browser as a device
// of the user: who is locked out by guesses of strangers gets in by a letter. A repetition with the
// same password, whose answer may have been lost, changes nothing.
func (s *Service) ResetPassword(
	ctx context.Context, token, next string, from Client,
) (device string, problem *Problem, err error) {
	if !from.Request.spend() {
		return "", tooMuch(), nil
	}
	kept, err := s.store.LetterToken(ctx, hashToken(token), ResetPassword, s.now())
	if errors.Is(err, ErrNotFound) {
		return "", tokenInvalid(), nil
	}
	if err != nil {
		return "", nil, fmt.Errorf("find token: %w", err)
	}
	user, err := s.User(ctx, kept.UserID)
	if err != nil {
		return "", nil, err
	}
	if kept.IsUsed {
		problem, err := s.repeatReset(ctx, user, next)
		return "", problem, err
	}
	if problem := s.judge(user, next); problem != nil {
		return "", problem, nil
	}
	hash, err := s.hasher.Hash(ctx, next)
	if err != nil {
		return "", nil, fmt.Errorf("hash password: %w", err)
	}
	device, used := s.newDevice("", Browser, user.ID)
	err = s.store.ResetPassword(ctx, kept.Hash, PasswordChange{
		UserID: user.ID, Hash: hash, Kind: PasswordReset, At: s.now(),
		NewDevice: &used, Forget: limitsOf(user),
	})
	if errors.Is(err, ErrNotFound) { // used meanwhile
		return "", tokenInvalid(), nil
	}
	return device, nil, err
}

// repeatReset tells whether a used token has set this password. Wrong guesses are counted.
func (s *Service) repeatReset(ctx context.Context, user User, password string) (*Problem, error) {
	problem, err := s.prove(ctx, repeatBy(user.ID), user, password)
	if problem != nil && problem.Kind == InvalidCredentials {
		return tokenInvalid(), nil
	}
	return problem, err
}

// lookAgain is the longest that work waits which another process left, or which failed.
const lookAgain = 5 * time.Second

// notice tells the worker that there is work. Two notices before it looks count as one.
type notice chan struct{}

func newNotice() notice { return make(notice, 1) }

func (n notice) give() {
	select {
	case n <- struct{}{}:
	default:
	}
}

// wait returns when there is a notice, or after lookAgain; false when ctx has ended.
func (n notice) wait(ctx context.Context) bool {
	timer := time.NewTimer(lookAgain)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-n:
	case <-timer.C:
	}
	return true
}
