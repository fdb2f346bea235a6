package account

import "time"

// Purpose says what the token in a mail may be used for.
type Purpose string

// The purposes of mails.
const (
	VerifyEmail   Purpose = "VERIFY_EMAIL"
	ResetPassword Purpose = "RESET_PASSWORD"
)

const (
	// resetLife is short, so that somebody who reads the mailbox later does not get in.
	resetLife  = 15 * time.Minute
	verifyLife = 24 * time.Hour
	// mailPause is the minimum time between two mails for the same purpose to the same user.
	// Without it anyone could fill a mailbox.
	mailPause = time.Minute
)

// Mail is an e-mail to send.
type Mail struct {
	ID        string
	Recipient string
	Subject   string
	Body      string // plain text
	Attempts  int    // failed attempts to send it
	// ExpiresAt is when the mail's token expires and the mail becomes useless.
	ExpiresAt time.Time
}

// MailToken is the stored form of a token that was e-mailed; the token itself is not stored.
type MailToken struct {
	Hash      []byte
	UserID    string
	Purpose   Purpose
	Email     string // the address it was sent to
	CreatedAt time.Time
	ExpiresAt time.Time
	IsUsed    bool // it has reset a password
}

// TokenMail is a mail with its token and, if set, an event. The store adds them in one
// transaction.
type TokenMail struct {
	Token MailToken
	Mail  Mail
	Event *Event
	// Pause suppresses the mail if the user got one for this purpose within this time.
	Pause time.Duration
}
