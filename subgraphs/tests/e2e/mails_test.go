//go:build e2e

package e2e

import (
	"errors"
	"io"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// written is a mail in a file that contains a link with a token.
type written struct{ recipient, page, token string }

var linkInMail = regexp.MustCompile(`/(verify|reset-password)#token=([A-Z2-7]+)`)

// mails returns all mails that the user service has written to files.
func (s *system) mails(t *testing.T) (all []written) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(s.data, "mail", "*.eml"))
	require.NoError(t, err)
	for _, name := range names {
		file, err := os.Open(name)
		require.NoError(t, err)
		message, err := mail.ReadMessage(file)
		require.NoError(t, err)
		body, err := io.ReadAll(quotedprintable.NewReader(message.Body))
		require.NoError(t, err)
		require.NoError(t, file.Close())
		link := linkInMail.FindStringSubmatch(string(body))
		require.NotNil(t, link, "%s", body)
		all = append(all, written{strings.Trim(message.Header.Get("To"), "<>"), link[1], link[2]})
	}
	return all
}

// verifyAddresses waits for the mails of all new users, and follows their links.
func (c *cast) verifyAddresses(t *testing.T) {
	t.Helper()
	for _, name := range c.usernames {
		sent := c.await(t, func(m written) bool { return username(m.recipient) == name })
		c.right(t, `mutation($token: String!) { verifyEmail(token: $token) { done } }`, map[string]any{"token": sent[0].token})
	}
}

// await waits for mails of a kind.
func (c *cast) await(t *testing.T, kind func(written) bool) (sent []written) {
	t.Helper()
	eventually(t, "a mail comes", func() error {
		sent = slices.DeleteFunc(c.system.mails(t), func(m written) bool { return !kind(m) })
		if len(sent) == 0 {
			return errors.New("none came")
		}
		return nil
	})
	return sent
}

// tokenInMail returns an unused token for a page. It requests many mails at once, because each
// takes a while.
func (c *cast) tokenInMail(t *testing.T, page string) string {
	t.Helper()
	next := func(m written) bool { return m.page == page }
	if !slices.ContainsFunc(c.unused, next) {
		c.writeMails(t)
	}
	at := slices.IndexFunc(c.unused, next)
	token := c.unused[at].token
	c.unused = slices.Delete(c.unused, at, at+1)
	return quoted(token)
}

// writeMails makes new users get both kinds of mails.
func (c *cast) writeMails(t *testing.T) {
	t.Helper()
	var guests []string
	for range 20 {
		guests = append(guests, c.register(t))
		c.right(t, `mutation($login: String!) { forgotPassword(login: $login) { accepted } }`, map[string]any{"login": guests[len(guests)-1]})
	}
	isGuest := func(m written) bool { return slices.Contains(guests, m.recipient) }
	eventually(t, "all mails arrive", func() error {
		sent := slices.DeleteFunc(c.system.mails(t), func(m written) bool { return !isGuest(m) })
		if len(sent) < 2*len(guests) {
			return errors.New("some have not arrived")
		}
		c.unused = append(c.unused, sent...)
		return nil
	})
}
