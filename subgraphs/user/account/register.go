package account

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

// Register creates an account, or returns all refusals of the input. A registration costs a
// hash and an e-mail, so registrations are limited by address.
func (s *Service) Register(ctx context.Context, input Registration) (User, error) {
	if !input.From.Request.spend() {
		return User{}, tooMuch()
	}
	input = plain(input)
	if faults := s.check(input); faults != nil {
		taken, err := s.alsoTaken(ctx, input)
		if err != nil {
			return User{}, err
		}
		return User{}, errors.Join(taken.refusal(), faults)
	}
	wait, err := s.throttle(ctx, perAddress("register ", input.From.Address))
	if err != nil {
		return User{}, err
	}
	if wait > 0 {
		return User{}, tooMany("Too many registrations. Wait before you try again.", wait)
	}
	hash, err := s.hasher.Hash(ctx, input.Password)
	if err != nil {
		return User{}, fmt.Errorf("hash password: %w", err)
	}
	user := User{
		ID:           ids.New("usr"),
		Username:     typed.Login(input.Username),
		Email:        input.Email,
		FirstName:    input.FirstName,
		LastName:     input.LastName,
		PasswordHash: hash,
		CreatedAt:    s.now(),
		Role:         auth.Customer,
	}
	taken, err := s.store.CreateUser(ctx, user, s.verification(user))
	if err != nil {
		return User{}, fmt.Errorf("create user: %w", err)
	}
	return user, taken.refusal()
}

// alsoTaken reports a taken username or e-mail address for an input that has other problems. This
// costs no hash, so each address gets only a few such answers; beyond those, taken names are
// reported only once the rest of the input is valid.
func (s *Service) alsoTaken(ctx context.Context, input Registration) (Taken, error) {
	// An invalid value belongs to nobody and can have any length, so the database is not asked.
	var username, email string
	if validUsername(input.Username) {
		username = typed.Login(input.Username)
	}
	if validEmail(input.Email) {
		email = typed.Login(input.Email)
	}
	if username == "" && email == "" {
		return Taken{}, nil
	}
	wait, err := s.throttle(ctx, perAddress("taken ", input.From.Address))
	if wait > 0 || err != nil {
		return Taken{}, err
	}
	taken, err := s.store.Taken(ctx, username, email)
	if err != nil {
		return Taken{}, fmt.Errorf("look for users: %w", err)
	}
	return taken, nil
}

// plain normalises an input, so that it does not depend on how it was typed.
func plain(r Registration) Registration {
	r.Username = strings.TrimSpace(r.Username)
	r.Email = typed.Email(r.Email)
	r.FirstName = typed.Name(r.FirstName)
	r.LastName = typed.Name(r.LastName)
	return r
}

func (s *Service) check(r Registration) error {
	var faults []error
	invalid := func(field, message string) {
		if message != "" {
			faults = append(faults, refusal.Invalid(refusal.At(field), "%s", message))
		}
	}
	if !validUsername(r.Username) {
		invalid("username", "A username has 3 to 32 of a–z, 0–9, “.”, “_” and “-”, "+
			"and begins with a letter.")
	}
	if !validEmail(r.Email) {
		invalid("email", "This is not an e-mail address.")
	}
	invalid("firstName", nameFault(r.FirstName))
	invalid("lastName", nameFault(r.LastName))
	if message := s.hasher.judge(r); message != "" {
		faults = append(faults, weakPassword("password", message))
	}
	return errors.Join(faults...)
}

// refusal returns the refusals of the values that are taken, or nil.
func (t Taken) refusal() error {
	var taken []error
	if t.Username {
		taken = append(taken, UsernameTaken{
			refusal.New("USERNAME_TAKEN", "This username is taken.", refusal.At("username")),
		})
	}
	if t.Email {
		const message = "There is an account with this e-mail address."
		taken = append(taken, EmailTaken{refusal.New("EMAIL_TAKEN", message, refusal.At("email"))})
	}
	return errors.Join(taken...)
}

// SendVerification sends the mail that verifies a user's address. It sends nothing if the
// address is verified, if a mail was sent a moment ago, or if too many were sent, because the
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
	if err := s.store.AddMail(ctx, s.verification(user)); err != nil {
		return fmt.Errorf("send verification: %w", err)
	}
	return nil
}

// VerifyEmail verifies an e-mail address by the token of a mail.
func (s *Service) VerifyEmail(ctx context.Context, token string, from Client) error {
	if !from.Request.spend() {
		return tooMuch()
	}
	err := s.store.VerifyEmail(ctx, hashToken(token), s.now())
	if errors.Is(err, ErrNotFound) {
		return tokenInvalid([]string{"token"})
	}
	if err != nil {
		return fmt.Errorf("verify e-mail address: %w", err)
	}
	return nil
}
