package account

import (
	"fmt"
	"net/url"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

func (s *Service) verification(user User) TokenMail {
	token, kept := s.mailToken(user, VerifyEmail, verifyLife)
	return TokenMail{Token: kept, Pause: mailPause, Mail: Mail{
		ID: ids.New("let"), Recipient: typed.MailAddress(user.Email),
		Subject: "Please confirm your e-mail address",
		Body: fmt.Sprintf(`%s

please confirm that this is your e-mail address:

%s

The link holds 24 hours. If you did not open an account at Trefoil, do nothing.
`, greeting(user), s.link("verify", token)),
	}}
}

func (s *Service) reset(user User) TokenMail {
	token, kept := s.mailToken(user, ResetPassword, resetLife)
	now, name := kept.CreatedAt, ""
	if username := inMail(user, user.Username); username != "" {
		name = " " + username
	}
	return TokenMail{
		Token: kept, Pause: mailPause,
		Event: &Event{ID: ids.New("evt"), UserID: user.ID, Kind: PasswordResetRequested, At: now},
		Mail: Mail{
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

func (s *Service) mailToken(
	user User, purpose Purpose, life time.Duration,
) (string, MailToken) {
	now := s.now()
	token := newToken()
	return token, MailToken{
		Hash: hashToken(token), UserID: user.ID, Purpose: purpose, Email: user.Email,
		CreatedAt: now, ExpiresAt: now.Add(life),
	}
}

// link returns the address of a storefront page. The token follows #, so no server logs it.
func (s *Service) link(page, token string) string {
	return s.public + "/" + page + "#" + url.Values{"token": {token}}.Encode()
}

// greeting returns the first line of a mail. It names only users with a verified address:
// before that, the reader may be a stranger, and whoever registered the address chose the name.
func greeting(to User) string {
	if name := inMail(to, to.FirstName); name != "" {
		return "Hello " + name + ","
	}
	return "Hello,"
}

// inMail returns a user's text if a mail to that user may contain it, and "" otherwise. Text
// is left out if the address is not verified, if a mail program could turn it into a link, or if
// it contains characters that do not print.
func inMail(to User, words string) string {
	if !to.EmailVerified() || !typed.IsPrintable(words) || typed.LooksLikeLink(words) {
		return ""
	}
	return words
}
