package main

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/argon2"
)

const (
	composed   = "caf\u00e9 Zo\u00eb is open"   // NFC
	decomposed = "cafe\u0301 Zoe\u0308 is open" // NFD
)

func registration(username, email, password string) map[string]any {
	return map[string]any{"i": map[string]any{
		"username": username, "email": email, "firstName": " Zoe\u0308 \u00a0 Ada ", "lastName": "Comer", "password": password,
	}}
}

// A login can be typed with surrounding blanks, in any case, with composed or decomposed accents,
// in wide letters, and with a domain in Unicode or in punycode. All forms belong to one account.
func TestEveryFormOfALoginIsOneAccount(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	box, c := s.mail(t), s.api(t)
	require.Contains(t, c.data(signUp, registration(" Ada ", " Zo\u00eb@B\u00fccher.example\t", password)), `"errors":[]`)
	message := box.mail(t, "Please confirm your e-mail address")
	require.Equal(t, "Zo\u00eb@xn--bcher-kva.example", message.Recipient, "mail servers know the domain")
	names := []string{
		"ada", " ada", "ADA\t", "\u00a0ada\n", "\uff41\uff44\uff41", "zo\u00eb@b\u00fccher.example", "zoe\u0308@bu\u0308cher.example",
		" ZO\u00cb@XN--BCHER-KVA.example ", "zo\u00eb@b\u00dccher\u3002example",
	}
	for _, name := range names {
		for _, query := range []string{signIn, createToken} {
			require.Contains(t, c.data(query, credentials(name, password)), `"errors":[]`, "%+q", name)
		}
	}
	for _, email := range names[5:] {
		require.Contains(t, c.data(signUp, registration("other", email, password)), "EmailTaken", "%+q", email)
	}
	require.Contains(t, c.data(signUp, registration("\uff21da", "other@example.org", password)), "UsernameTaken")
	c.data(forgot, map[string]any{"login": " ada "})
	box.mail(t, "Set a new password")
	c.token = c.createToken("ada").AccessToken
	require.JSONEq(t, `{"me":{"username":"ada","email":"Zo\u00eb@B\u00fccher.example","firstName":"Zo\u00eb Ada"}}`,
		c.data(`{me{username email firstName}}`, nil))
}

func TestEveryFormOfAPasswordIsOnePassword(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	box, c := s.mail(t), s.api(t)
	forms := []string{composed, decomposed, strings.ReplaceAll(composed, " ", "\u00a0")}
	require.Contains(t, c.data(signUp, registration("ada", "ada@example.org", decomposed)), `"errors":[]`)
	require.Contains(t, c.data(signUp, registration("bob", "bob@example.org", composed)), `"errors":[]`)
	for _, name := range []string{"ada", "bob"} {
		for _, form := range forms {
			require.Contains(t, c.data(signIn, credentials(name, form)), `"errors":[]`, "%s %+q", name, form)
		}
		require.Contains(t, c.data(signIn, credentials(name, " "+composed)), "InvalidCredentials", "blanks around it count")
	}
	c.token = c.createTokenWith("ada", composed).AccessToken
	require.Contains(t, c.data(changePassword, map[string]any{"old": decomposed, "new": decomposed + "!"}), `"errors":[]`)
	c.token = ""
	require.Contains(t, c.data(signIn, credentials("ada", composed+"!")), `"errors":[]`)

	for range 2 {
		box.mail(t, "Please confirm your e-mail address")
	}
	c.data(forgot, map[string]any{"login": "bob"})
	token := tokenInMail.FindStringSubmatch(box.mail(t, "Set a new password").Body)[1]
	require.Contains(t, c.data(reset, map[string]any{"token": token, "new": "new " + decomposed}), `"done":true`)
	require.Contains(t, c.data(signIn, credentials("bob", "new "+composed)), `"errors":[]`)
}

// Passwords used to be hashed as typed. Such a hash stays valid until the next log-in replaces
// it.
func TestOldHashesStayValid(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	c := s.api(t)
	c.register("ada")
	salt := []byte("0123456789abcdef")
	encode := base64.RawStdEncoding.EncodeToString
	old := "$argon2id$v=19$m=8,t=1,p=1$" + encode(salt) + "$" + encode(argon2.IDKey([]byte(decomposed), salt, 1, 8, 1, 32))
	s.change(t, `UPDATE users SET password_hash = '`+old+`'`)
	require.Contains(t, c.data(signIn, credentials("ada", composed)), "InvalidCredentials")
	require.Contains(t, c.data(signIn, credentials("ada", decomposed)), `"errors":[]`)
	require.Contains(t, c.data(signIn, credentials("ada", composed)), `"errors":[]`)
	require.Contains(t, c.data(signIn, credentials("ada", decomposed)), `"errors":[]`)
}

// A request body may have a megabyte. The rules of each field refuse a value that is too long.
func TestLongInputIsRefused(t *testing.T) {
	t.Parallel()
	c := newService(t, false).api(t)
	long := strings.Repeat("\u0344", 80_000)
	require.JSONEq(t, `{"register":{"user":null,"errors":[
		{"__typename":"InvalidInput","code":"INVALID_INPUT","path":["input","username"]},
		{"__typename":"InvalidInput","code":"INVALID_INPUT","path":["input","email"]},
		{"__typename":"InvalidInput","code":"INVALID_INPUT","path":["input","firstName"]},
		{"__typename":"InvalidInput","code":"INVALID_INPUT","path":["input","lastName"]},
		{"__typename":"WeakPassword","code":"WEAK_PASSWORD","path":["input","password"]}]}}`,
		c.data(signUp, map[string]any{"i": map[string]any{
			"username": long, "email": "a@" + strings.Repeat("\u4e2d\u6587", 20_000) + ".com",
			"firstName": long, "lastName": long, "password": long,
		}}))
	for _, query := range []string{signIn, createToken} {
		require.Contains(t, c.data(query, credentials(long, long)), "InvalidCredentials")
	}
}
