// Package account is the domain of the user service: accounts, log-in and sessions. It does not
// depend on GraphQL, HTTP or SQL. This is its flow. A file uses only files below it.
//
//	register.go          Registration ──Register──▶ User, and a mail; or refusals
//	                     the mail's token ──VerifyEmail──▶ verified address
//	social.go            provider ──BeginSocial──▶ its address ──FinishSocial──▶ Grant
//	sessions.go          refresh token ──Refresh──▶ Grant: the next tokens of the session
//	                     session ──Logout──▶ its tokens become invalid in every service
//	login.go             Credentials ──Login──▶ Grant: session, access and refresh token
//	change_password.go   NewPassword ──ChangePassword──▶ new hash; other sessions end
//	                     login ──ForgotPassword──▶ mail ──ResetPassword──▶ new hash
//	role.go, page.go     an admin's request ──▶ User with a role, Page of users
//	   │
//	throttle.go          attempt, password ──▶ the attempt is counted; nothing, or a refusal
//	mail_text.go         user ──▶ TokenMail: a mail with its token
//	   │
//	service.go           Service: a Store, a Signer, a Hasher, Providers and a clock
//	store.go             Store: what Service needs of a database
//	   │
//	password.go, limit.go, names.go               rules for passwords, attempts and names
//	mail.go, session.go, provider.go, user.go   what is stored
//	refusals.go                                   what the user can correct
//
// Clients that send many log-ins and registrations are made to wait. A request may contain one
// password or code; the router sends a client's mutations in one request, unless mutations of
// another service stand between them. The attempt is counted before the password is hashed. These
// are free:
//
//	of a known device       10 failures
//	of a login and address  10 failures
//	of an address           10 failures, for any number of accounts; 10 registrations
//	of a login              100 failures, from any number of addresses
//	of unknown addresses    100, of clients on this machine or whose address is lost
//
// After that many, the next attempt is allowed after two seconds, and each further one after
// twice as long, at most five minutes. All clients with unknown addresses together get one
// attempt a second. After 15 minutes without an attempt the count starts again.
//
// A known device is one that the user has logged in with, or set a password on by mail. It
// presents a random token; a browser keeps it in a cookie. Only the device's own limit applies to
// it. So strangers cannot lock a user out: from a few addresses they reach only their own limits,
// and from many they delay only devices that the user has never logged in with. A user who is
// delayed in that way sets a new password by mail. (This follows OWASP's device cookies.)
//
// Logins are counted as typed, whether they exist or not, and take the same work. So neither an
// answer nor its time reveals which accounts exist, or that a username and an address belong to
// one account. Registration does report that a username or an address is taken, because a form
// needs this; each address gets ten such answers before it has to wait. Mails have limits of
// their own (forMailbox, forVerification), and answers do not show whether one was sent.
//
// An access token is signed and short-lived, so that every service can verify it alone. A refresh
// token is random, is stored as a hash, and can be used once. A second use means that two parties
// have it, so it ends the session. Only the client that used it gets the same answer again, for
// 30 seconds. Failures that a person can correct are refusals.
package account
