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

// letter is a letter that contains a link with a token.
type letter struct{ recipient, page, token string }

var linkInLetter = regexp.MustCompile(`/(verify|reset-password)#token=([A-Z2-7]+)`)

// letters returns all letters that the user service has written to files.
func (s *system) letters(t *testing.T) (all []letter) {
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
		link := linkInLetter.FindStringSubmatch(string(body))
		require.NotNil(t, link, "%s", body)
		all = append(all, letter{strings.Trim(message.Header.Get("To"), "<>"), link[1], link[2]})
	}
	return all
}

// verifyAddresses waits for the letters of all new users, and follows their links.
func (c *cast) verifyAddresses(t *testing.T) {
	t.Helper()
	for _, name := range c.usernames {
		sent := c.await(t, func(l letter) bool { return username(l.recipient) == name })
		c.right(t, `mutation($token: String!) { verifyEmail(token: $token) { done } }`, map[string]any{"token": sent[0].token})
	}
}

// await waits for letters of a kind.
func (c *cast) await(t *testing.T, kind func(letter) bool) (sent []letter) {
	t.Helper()
	eventually(t, "a letter comes", func() error {
		sent = slices.DeleteFunc(c.system.letters(t), func(l letter) bool { return !kind(l) })
		if len(sent) == 0 {
			return errors.New("none came")
		}
		return nil
	})
	return sent
}

// letterToken returns an unused token for a page. It requests many letters at once, because each
// takes a while.
func (c *cast) letterToken(t *testing.T, page string) string {
	t.Helper()
	next := func(l letter) bool { return l.page == page }
	if !slices.ContainsFunc(c.unused, next) {
		c.writeLetters(t)
	}
	at := slices.IndexFunc(c.unused, next)
	token := c.unused[at].token
	c.unused = slices.Delete(c.unused, at, at+1)
	return quoted(token)
}

// writeLetters makes new users get both kinds of letters.
func (c *cast) writeLetters(t *testing.T) {
	t.Helper()
	var guests []string
	for range 20 {
		guests = append(guests, c.register(t))
		c.right(t, `mutation($login: String!) { forgotPassword(login: $login) { accepted } }`, map[string]any{"login": guests[len(guests)-1]})
	}
	isGuest := func(l letter) bool { return slices.Contains(guests, l.recipient) }
	eventually(t, "all letters arrive", func() error {
		sent := slices.DeleteFunc(c.system.letters(t), func(l letter) bool { return !isGuest(l) })
		if len(sent) < 2*len(guests) {
			return errors.New("some have not arrived")
		}
		c.unused = append(c.unused, sent...)
		return nil
	})
}
