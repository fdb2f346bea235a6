package account

import (
	"time"
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
