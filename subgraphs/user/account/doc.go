// Package account is the domain of the user service: accounts, log-in and
// sessions. It knows no GraphQL, no HTTP and no SQL.
//
//	Registration ──Register──▶ User
//	Credentials ───Login─────▶ Grant   a session, an access and a refresh token
//	refresh token ─Refresh───▶ Grant   the next ones of the same session
//	provider ─BeginSocial─▶ its address ─FinishSocial─▶ Grant
//	session ───────Logout────▶ its tokens hold no longer, here and elsewhere
//
// An access token is signed and short-lived, so that every service can verify
// it alone. A refresh token is random and kept as a hash; it is for one use,
// and a second use means that two parties have it: the session ends. Failures
// that a person can mend are Problems; every other failure is an error.
package account
