package account

import (
	"fmt"
	"net/url"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

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

The link holds 15 minutes and works once. `+
				`If it was not you, do nothing: your password stays as it is.
`, greeting(user), name, s.link("reset-password", token)),
		},
	}
}

func (s *Service) letterToken(
	user User, purpose Purpose, life time.Duration,
) (string, LetterToken) {
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
