package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

// Register creates an account, or returns every problem with the input. A registration costs a
// hash and an e-mail, so registrations are limited by address.
func (s *Service) Register(ctx context.Context, input Registration) (User, []Problem, error) {
	if !input.From.Request.spend() {
		return User{}, []Problem{*tooMuch()}, nil
	}
	input = plain(input)
	if problems := s.check(input); len(problems) > 0 {
		taken, err := s.alsoTaken(ctx, input, problems)
		return User{}, append(taken, problems...), err
	}
	wait, err := s.throttle(ctx, perAddress("register ", input.From.Address))
	if err != nil {
		return User{}, nil, err
	}
	if wait > 0 {
		return User{}, []Problem{*tooMany("Too many registrations. Wait before you try again.", wait)}, nil
	}
	hash, err := s.hasher.Hash(ctx, input.Password)
	if err != nil {
		return User{}, nil, fmt.Errorf("hash password: %w", err)
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
		return User{}, nil, fmt.Errorf("create user: %w", err)
	}
	if problems := taken.problems(); len(problems) > 0 {
		return User{}, problems, nil
	}
	return user, nil, nil
}

// alsoTaken reports a taken username or e-mail address for an input that has other problems. This
// costs no hash, so each address gets only a few such answers; beyond those, taken names are
// reported only once the rest of the input is valid.
func (s *Service) alsoTaken(
	ctx context.Context, input Registration, problems []Problem,
) ([]Problem, error) {
	faulty := func(field string) bool {
		return slices.ContainsFunc(problems, func(p Problem) bool { return p.Field == field })
	}
	if faulty("username") && faulty("email") {
		return nil, nil
	}
	wait, err := s.throttle(ctx, perAddress("taken ", input.From.Address))
	if wait > 0 || err != nil {
		return nil, err
	}
	// An invalid value belongs to nobody and can have any length, so the database is not asked.
	username, email := typed.Login(input.Username), typed.Login(input.Email)
	if faulty("username") {
		username = ""
	}
	if faulty("email") {
		email = ""
	}
	taken, err := s.store.Taken(ctx, username, email)
	if err != nil {
		return nil, fmt.Errorf("look for users: %w", err)
	}
	return taken.problems(), nil
}

// plain normalises an input, so that it does not depend on how it was typed.
func plain(r Registration) Registration {
	r.Username = strings.TrimSpace(r.Username)
	r.Email = typed.Email(r.Email)
	r.FirstName = typed.Name(r.FirstName)
	r.LastName = typed.Name(r.LastName)
	return r
}

func (s *Service) check(r Registration) []Problem {
	var problems []Problem
	refuse := func(kind ProblemKind, field, message string) {
		problems = append(problems, Problem{Kind: kind, Field: field, Message: message})
	}
	if !validUsername(r.Username) {
		refuse(InvalidInput, "username",
			"A username has 3 to 32 of a–z, 0–9, “.”, “_” and “-”, and begins with a letter.")
	}
	if !validEmail(r.Email) {
		refuse(InvalidInput, "email", "This is not an e-mail address.")
	}
	if message := nameFault(r.FirstName); message != "" {
		refuse(InvalidInput, "firstName", message)
	}
	if message := nameFault(r.LastName); message != "" {
		refuse(InvalidInput, "lastName", message)
	}
	if message := s.hasher.judge(r); message != "" {
		refuse(WeakPassword, "password", message)
	}
	return problems
}

func (t Taken) problems() []Problem {
	var problems []Problem
	if t.Username {
		problems = append(problems, Problem{Kind: UsernameTaken, Field: "username", Message: "This username is taken."})
	}
	if t.Email {
		problems = append(problems, Problem{Kind: EmailTaken, Field: "email", Message: "There is an account with this e-mail address."})
	}
	return problems
}

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
