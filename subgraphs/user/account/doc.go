// Package account is the domain of the user service: accounts, log-in and
// sessions. It knows no GraphQL, no HTTP and no SQL.
//
//	Registration ──Register──▶ User
//	Credentials ───Login─────▶ Grant   a session, an access and a refresh token
//	refresh token ─Refresh───▶ Grant   the next ones of the same session
//	provider ─BeginSocial─▶ its address ─FinishSocial─▶ Grant
//	session ───────Logout────▶ its tokens hold no longer, here and elsewhere
//
// Whoever floods the shop with log-ins and registrations pays for it by
// waiting. Before a password is hashed, the attempt is counted,
//
//	of one request    10 passwords, whatever aliases it has: then it is refused
//	of one account    10 failures in a row, from wherever they come
//	of one address    10 failures, at however many accounts; 10 registrations
//	of all others     100, of clients on this machine or whose address is lost
//
// and after that many the next one is heard after two seconds, twice as long
// after each further one, five minutes at most; for all others together after
// one second. So 1,000 wrong log-ins at once compute 10 hashes if they come in
// one request, are for one account, or come from one address. Fifteen minutes
// of peace forget it all. Who asks for a new password is limited in the same
// way, and told nothing.
//
// An access token is signed and short-lived, so that every service can verify
// it alone. A refresh token is random and kept as a hash; it is for one use,
// and a second use means that two parties have it: the session ends. Failures
// that a person can mend are Problems; every other failure is an error.
package account
