package account

import (
	"crypto/rand"
	"strings"

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
