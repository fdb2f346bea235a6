package account

import (
	"crypto/rand"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

// usernameFor proposes a username: the person's username at the provider, or the first part of
// the address. From the second try on, and if neither is usable, it appends random characters.
func usernameFor(p Person, tried int) string {
	const longestBase = 24
	name := p.Username
	if at, _, isEmail := strings.Cut(name, "@"); isEmail {
		name = at
	}
	if !validUsername(usable(name)) {
		name, _, _ = strings.Cut(p.Email, "@")
	}
	name = usable(name)
	name = name[:min(len(name), longestBase)]
	if !validUsername(name) {
		name = "shopper"
	}
	if tried > 0 || name == "shopper" {
		name += "-" + typed.Fold(rand.Text()[:4+tried/4])
	}
	return name
}

// usable removes the characters that a username cannot have.
func usable(name string) string {
	kept := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return -1
	}, typed.Fold(name))
	return strings.TrimLeft(kept, "0123456789._-")
}

const (
	longestName  = 100
	longestEmail = 254 // RFC 5321
	longestLogin = longestEmail
)

func validUsername(name string) bool {
	matched, err := regexp.MatchString(`^[a-z][a-z0-9._-]{2,31}$`, typed.Login(name))
	return err == nil && matched
}

// validEmail reports whether a normalised address is allowed: a mailbox at a domain with a dot,
// without the comments, quotes and display names of RFC 5322.
func validEmail(address string) bool {
	const noAtoms = "\"<>()[],;:\\ "
	if len(address) > longestEmail || !typed.IsPrintable(address) ||
		strings.ContainsAny(address, noAtoms) {
		return false
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address {
		return false
	}
	_, domain, _ := strings.Cut(address, "@")
	return typed.IsDomain(domain)
}

func nameFault(name string) string {
	switch length := utf8.RuneCountInString(name); {
	case length == 0:
		return "This must not be empty."
	case length > longestName:
		return fmt.Sprintf("This has more than %d characters.", longestName)
	case !typed.IsPrintable(name):
		return "This contains invisible characters."
	case !typed.IsVisible(name):
		return "This needs a letter or a digit."
	}
	return ""
}
