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

// jar holds the cookies of one request and of its response.
type jar struct {
	request *http.Request
	answer  http.ResponseWriter
	secure  bool
}

type jarKey struct{}

func withJar(secure bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		j := &jar{request: r, answer: w, secure: secure}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), jarKey{}, j)))
	})
}

func jarOf(ctx context.Context) *jar { return ctx.Value(jarKey{}).(*jar) }

// empty reports whether the request has none of our cookies, so it does not come from a logged-in
// browser.
func (j *jar) empty() bool { return j.value(auth.AccessCookie) == "" && j.refreshToken() == "" }

func (j *jar) refreshToken() string { return j.value(refreshCookie) }

func (j *jar) value(name string) string {
	cookie, err := j.request.Cookie(auth.CookieName(name, j.secure))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// fill sets the cookies of a session. All of them last as long as the session: an expired access
// token causes an UNAUTHENTICATED error, which makes the storefront refresh. Without a token the
// request would count as anonymous.
func (j *jar) fill(g account.Grant) {
	last := time.Until(g.SessionExpiresAt)
	j.set(auth.AccessCookie, g.AccessToken, last, true)
	j.set(refreshCookie, g.RefreshToken, last, true)
	session := g.User.ID + "." + g.SessionID + "." + url.PathEscape(g.User.DisplayName())
	j.set(sessionCookie, session, last, false)
	j.keepDevice(g.Device)
}

// keepDevice sets the cookie of a new device, if there is one.
func (j *jar) keepDevice(token string) {
	if token != "" {
		j.set(deviceCookie, token, account.DeviceLife, true)
	}
}

func (j *jar) clear() {
	j.set(auth.AccessCookie, "", -1, true)
	j.set(refreshCookie, "", -1, true)
	j.set(sessionCookie, "", -1, false)
}

func (j *jar) set(name, value string, last time.Duration, hidden bool) {
	age := -1
	if last > 0 {
		age = int(last.Seconds())
	}
	http.SetCookie(j.answer, &http.Cookie{
		Name: auth.CookieName(name, j.secure), Value: value, Path: "/", MaxAge: age,
		HttpOnly: hidden, Secure: j.secure, SameSite: http.SameSiteLaxMode,
	})
}
