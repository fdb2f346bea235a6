package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// mail waits for a mail with a subject.
func (m mailbox) mail(t *testing.T, subject string) account.Mail {
	t.Helper()
	message := <-m.mails
	require.Equal(t, subject, message.Subject)
	return message
}

func named(username, first string) map[string]any {
	return map[string]any{"i": map[string]any{
		"username": username, "email": username + "@example.org", "firstName": first, "lastName": "Comer", "password": password,
	}}
}

// Anybody can register another person's address. Mails to it must not contain the registrant's
// text.
func TestMailsToUnverifiedAddressesContainNoTextOfOthers(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	box, c := s.mail(t), s.api(t)
	require.Contains(t, c.data(signUp, named("evil.example", "Win at https://evil.example now")), `"errors":[]`)
	message := box.mail(t, "Please confirm your e-mail address")
	require.Contains(t, message.Body, "Hello,\n")
	require.NotContains(t, message.Body, "evil")
	c.data(forgot, map[string]any{"login": "evil.example"})
	message = box.mail(t, "Set a new password")
	require.Contains(t, message.Body, "Hello,\n")
	require.NotContains(t, message.Body, "evil")
}

// The owner of a verified address chose the name, but the name must not become a link either.
func TestMailsToVerifiedAddressesGreetByName(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	box, c := s.mail(t), s.api(t)
	for username, want := range map[string][2]string{
		"ada":       {"Ada", "Hello Ada,\n"},
		"evil.page": {"www.evil.page", "Hello,\n"},
	} {
		require.Contains(t, c.data(signUp, named(username, want[0])), `"errors":[]`)
		token := tokenInMail.FindStringSubmatch(box.mail(t, "Please confirm your e-mail address").Body)[1]
		require.Contains(t, c.data(verify, map[string]any{"token": token}), `"done":true`)
		c.data(forgot, map[string]any{"login": username})
		message := box.mail(t, "Set a new password")
		require.Contains(t, message.Body, want[1])
		require.NotContains(t, message.Body, "evil")
	}
}

func TestInvisibleNamesAreRefused(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	c := s.api(t)
	for _, name := range []string{
		"Ada\u202eevil", "\u200b", "\u200b\u200b", "\u2066Ada\u2069", "A\u00adda", "Ada\ufeff", "A\u2028da", "\u3164", "\u2800", "...",
		"\u200d", "A\u0007", "\U000e0041da",
	} {
		for _, field := range []string{"firstName", "lastName"} {
			input := named("ada", "Ada")
			input["i"].(map[string]any)[field] = name
			require.Contains(t, c.data(signUp, input), `"path":["input","`+field+`"]`, "%+q", name)
		}
	}
	for i, name := range []string{"Ada", "Zoë", "O’Neil-St. John Jr.", "李", "\u0645\u06cc\u200c\u062e", "राम", "3rd"} {
		require.Contains(t, c.data(signUp, named("user"+string(rune('a'+i)), name)), `"errors":[]`, "%+q", name)
	}
	odd := named("odd", "Odd")
	odd["i"].(map[string]any)["email"] = "od\u200bd@example.org"
	require.Contains(t, c.data(signUp, odd), `"path":["input","email"]`)
}
