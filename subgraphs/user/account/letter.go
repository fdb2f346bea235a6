package account

import (
	"fmt"
	"net/url"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

// Purpose tells what the token of a letter is good for.
type Purpose string

// The purposes of letters.
const (
	VerifyEmail   Purpose = "VERIFY_EMAIL"
	ResetPassword Purpose = "RESET_PASSWORD"
)

const (
	// resetLife is short: who reads the mailbox later must not get in.
	resetLife  = 15 * time.Minute
	verifyLife = 24 * time.Hour
	// letterPause is the least time between two letters of a purpose to a user, or anyone could fill a mailbox.
	letterPause = time.Minute
)

// Letter is a mail to be sent.
type Letter struct {
	ID        string
	Recipient string
	Subject   string
	Body      string // plain text
	Attempts  int    // how often sending it failed
	// ExpiresAt is when its token is dead, and nobody has any use for it.
	ExpiresAt time.Time
}

// LetterToken is what is kept of a token that was sent by letter: never the token itself.
type LetterToken struct {
	Hash      []byte
	UserID    string
	Purpose   Purpose
	Email     string // the address that it was sent to
	CreatedAt time.Time
	ExpiresAt time.Time
	IsUsed    bool // it has reset a password
}

// Post is a letter with its token. The store keeps both, and the event if there is one, in one transaction.
type Post struct {
	Token  LetterToken
	Letter Letter
	Event  *Event
	// Pause: nothing is kept if a letter of this purpose went to the user less than this ago.
	Pause time.Duration
}

func (s *Service) verification(user User) Post {
	token, kept := s.letterToken(user, VerifyEmail, verifyLife)
	return Post{Token: kept, Pause: letterPause, Letter: Letter{
		ID: ids.New("let"), Recipient: typed.MailAddress(user.Email),
		Subject: "Please confirm your e-mail address",
		Body: fmt.Sprintf(`%s

please confirm that this is your e-mail address:

%s

The link holds 24 hours. If you did not open an account at Trefoil, do nothing.
`, greeting(user), s.link("verify", token)),
	}}
}

func (s *Service) reset(user User) Post {
	token, kept := s.letterToken(user, ResetPassword, resetLife)
	now, name := kept.CreatedAt, ""
	if username := inLetter(user, user.Username); username != "" {
		name = " " + username
	}
	return Post{
		Token: kept, Pause: letterPause,
		Event: &Event{ID: ids.New("evt"), UserID: user.ID, Kind: PasswordResetRequested, At: now},
		Letter: Letter{
			ID: ids.New("let"), Recipient: typed.MailAddress(user.Email), Subject: "Set a new password",
			Body: fmt.Sprintf(`%s

somebody, hopefully you, asked for a new password for your account%s. Set it here:

%s

The link holds 15 minutes and works once. If it was not you, do nothing: your password stays as it is.
`, greeting(user), name, s.link("reset-password", token)),
		},
	}
}

func (s *Service) letterToken(user User, purpose Purpose, life time.Duration) (string, LetterToken) {
	now := s.now()
	token := newToken()
	return token, LetterToken{
		Hash: hashToken(token), UserID: user.ID, Purpose: purpose, Email: user.Email,
		CreatedAt: now, ExpiresAt: now.Add(life),
	}
}

// link leads to a page of the storefront. The token stands behind #, so that it reaches no server's log.
func (s *Service) link(page, token string) string {
	return s.public + "/" + page + "#" + url.Values{"token": {token}}.Encode()
}

// greeting begins a letter. Until the address is verified the letter may reach somebody who has no
// account, and whoever registered the address chose the name: then no word of theirs is in it.
func greeting(to User) string {
	if name := inLetter(to, to.FirstName); name != "" {
		return "Hello " + name + ","
	}
	return "Hello,"
}

// inLetter returns a user's words as a letter to the user may show them, or "" where it may not:
// they are not the reader's own, or a mail program could show them as a link, or in another order
// than they are written.
func inLetter(to User, words string) string {
	if !to.EmailVerified() || !typed.IsPrintable(words) || typed.LooksLikeLink(words) {
		return ""
	}
	return words
}
