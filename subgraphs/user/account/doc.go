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
// waiting. A request can bring one password or code; the router sends the
// mutations of a client in one request, unless those of another service stand
// between them. Before the password is hashed, the attempt is counted,
//
//	of a known device       10 failures
//	of a login and address  10 failures
//	of an address           10 failures, at however many accounts; 10 registrations
//	of a login              100 failures, from wherever they come
//	of lost addresses       100, of clients on this machine or whose address is lost
//
// and after that many the next one is heard after two seconds, twice as long
// after each further one, five minutes at most; for all lost addresses together
// after one second. Fifteen minutes of peace forget it all.
//
// A known device is one that the user has logged in with, or set a password by
// letter with: it presents a random token, a browser as a cookie. It has only
// its own limit. So strangers cannot lock a user out: with few addresses they
// reach only their own limits, and with many they delay only devices that the
// user has never logged in with. Who is caught by that sets a new password by
// letter. (This follows OWASP's device cookies.)
//
// Logins are counted as they are typed, whether they are somebody's or not, and
// cost the same work. So neither an answer nor its time tells which accounts
// exist, or that a name and an address are one account's. Registration does
// say that a name or an address is taken, because a form needs it; an address
// gets a few such answers before it has to wait. Letters are limited in the
// same way, and the answer does not show it.
//
// An access token is signed and short-lived, so that every service can verify
// it alone. A refresh token is random and kept as a hash; it is for one use,
// and a second use means that two parties have it: the session ends. Only the
// client that used it gets the same answer again, for 30 seconds. Failures
// that a person can mend are Problems; every other failure is an error.
package account
