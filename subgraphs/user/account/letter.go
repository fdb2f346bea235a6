package account

import (
	"fmt"
	"net/url"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

// Purpose says what the token in a letter may be used for.
type Purpose string

// The purposes of letters.
const (
	VerifyEmail   Purpose = "VERIFY_EMAIL"
	ResetPassword Purpose = "RESET_PASSWORD"
)

const (
	// resetLife is short, so that somebody who reads the mailbox later does not get in.
	resetLife  = 15 * time.Minute
	verifyLife = 24 * time.Hour
	// letterPause is the minimum time between two letters for the same purpose to the same user.
	// Without it anyone could fill a mailbox.
	letterPause = time.Minute
)

// Letter is an e-mail to send.
type Letter struct {
	ID        string
	Recipient string
	Subject   string
	Body      string // plain text
	Attempts  int    // failed attempts to send it
	// ExpiresAt is when the letter's token expires and the letter becomes useless.
	ExpiresAt time.Time
}

// LetterToken is the stored form of a token that was e-mailed; the token itself is not stored.
type LetterToken struct {
	Hash      []byte
	UserID    string
	Purpose   Purpose
	Email     string // the address it was sent to
	CreatedAt time.Time
	ExpiresAt time.Time
	IsUsed    bool // it has reset a password
}

// Post is a letter with its token and, if set, an event. The store keeps them in one transaction.
type Post struct {
	Token  LetterToken
	Letter Letter
	Event  *Event
	// Pause suppresses the letter if the user got one for this purpose within this time.
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

// link returns the address of a storefront page. The token follows #, so no server logs it.
func (s *Service) link(page, token string) string {
	return s.public + "/" + page + "#" + url.Values{"token": {token}}.Encode()
}

// greeting returns the first line of a letter. It names only users with a verified address:
// before that, the reader may be a stranger, and whoever registered the address chose the name.
func greeting(to User) string {
	if name := inLetter(to, to.FirstName); name != "" {
		return "Hello " + name + ","
	}
	return "Hello,"
}

// inLetter returns a user's text if a letter to that user may contain it, and "" otherwise. Text
// is left out if the address is not verified, if a mail program could turn it into a link, or if
// it contains characters that do not print.
func inLetter(to User, words string) string {
	if !to.EmailVerified() || !typed.IsPrintable(words) || typed.LooksLikeLink(words) {
		return ""
	}
	return words
}
