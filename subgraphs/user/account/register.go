package account

import (
	"context"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

const (
	longestName  = 100
	longestEmail = 254 // RFC 5321
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

func validUsername(name string) bool {
	matched, err := regexp.MatchString(`^[a-z][a-z0-9._-]{2,31}$`, typed.Login(name))
	return err == nil && matched
}

// validEmail reports whether a normalised address is allowed: a mailbox at a domain with a dot,
// without the comments, quotes and display names of RFC 5322.
func validEmail(address string) bool {
	const noAtoms = "\"<>()[],;:\\ "
	if len(address) > longestEmail || !typed.IsPrintable(address) ||
		strings.ContainsAny(address, noAtoms) {
		return false
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address {
		return false
	}
	_, domain, _ := strings.Cut(address, "@")
	return typed.IsDomain(domain)
}

func nameFault(name string) string {
	switch length := utf8.RuneCountInString(name); {
	case length == 0:
		return "This must not be empty."
	case length > longestName:
		return fmt.Sprintf("This has more than %d characters.", longestName)
	case !typed.IsPrintable(name):
		return "This contains invisible characters."
	case !typed.IsVisible(name):
		return "This needs a letter or a digit."
	}
	return ""
}
