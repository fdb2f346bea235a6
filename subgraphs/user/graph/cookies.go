package graph

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// The cookies' names on http; on https auth.CookieName adds a prefix.
const (
	refreshCookie = "trefoil_refresh"
	// sessionCookie shows the storefront's scripts which user and session is logged in, even
	// while this service is down, so that they do not show one person's data to the next. It
	// proves nothing.
	sessionCookie = "trefoil_session"
	// deviceCookie identifies a browser that its user has logged in with. It outlives the
	// session, so that the user can log in while strangers guess the password.
	deviceCookie = "trefoil_device"
)

// cookies holds the cookies of one request and of its response.
type cookies struct {
	request *http.Request
	answer  http.ResponseWriter
	secure  bool
}

type cookiesKey struct{}

func withCookies(secure bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &cookies{request: r, answer: w, secure: secure}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), cookiesKey{}, c)))
	})
}

func cookiesOf(ctx context.Context) *cookies { return ctx.Value(cookiesKey{}).(*cookies) }

// empty reports whether the request has none of our cookies, so it does not come from a logged-in
// browser.
func (c *cookies) empty() bool {
	return c.value(auth.AccessCookie) == "" && c.refreshToken() == ""
}

func (c *cookies) refreshToken() string { return c.value(refreshCookie) }

func (c *cookies) value(name string) string {
	cookie, err := c.request.Cookie(auth.CookieName(name, c.secure))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// fill sets the cookies of a session. All of them last as long as the session: an expired access
// token causes an UNAUTHENTICATED error, which makes the storefront refresh. Without a token the
// request would count as anonymous.
func (c *cookies) fill(g account.Grant) {
	last := time.Until(g.SessionExpiresAt)
	c.set(auth.AccessCookie, g.AccessToken, last, true)
	c.set(refreshCookie, g.RefreshToken, last, true)
	session := g.User.ID + "." + g.SessionID + "." + url.PathEscape(g.User.DisplayName())
	c.set(sessionCookie, session, last, false)
	c.keepDevice(g.Device)
}

// keepDevice sets the cookie of a new device, if there is one.
func (c *cookies) keepDevice(token string) {
	if token != "" {
		c.set(deviceCookie, token, account.DeviceLife, true)
	}
}

func (c *cookies) clear() {
	c.set(auth.AccessCookie, "", -1, true)
	c.set(refreshCookie, "", -1, true)
	c.set(sessionCookie, "", -1, false)
}

func (c *cookies) set(name, value string, last time.Duration, hidden bool) {
	age := -1
	if last > 0 {
		age = int(last.Seconds())
	}
	http.SetCookie(c.answer, &http.Cookie{
		Name: auth.CookieName(name, c.secure), Value: value, Path: "/", MaxAge: age,
		HttpOnly: hidden, Secure: c.secure, SameSite: http.SameSiteLaxMode,
	})
}
