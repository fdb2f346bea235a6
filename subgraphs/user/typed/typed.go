// Package typed brings text that people typed into one form.
//
// The same text can be typed in several ways: with blanks around it, in upper case, with composed
// or decomposed accents, in wide letters, with the domain in Unicode or in punycode. Two forms
// would be two accounts, or a password that is refused. The functions follow PRECIS (RFC 8265) and
// IDNA (RFC 5891). They never fail: the rules for new input judge what comes out, and old input
// stays usable.
//
// Some of this work grows with the square of the length. So a text of more than Longest bytes comes
// out as it went in, and is no domain: no login, name or password that the rules accept is so long.
package typed

import (
	"errors"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"
)

// Longest is how many bytes a text has at most that is brought into another form: 256 characters of
// a password in UTF-8.
const Longest = 1024

// Login returns the form in which a username or an e-mail address is compared.
func Login(login string) string {
	login = strings.TrimSpace(login)
	if len(login) > Longest {
		return login
	}
	if at := strings.LastIndex(login, "@"); at >= 0 {
		return Fold(login[:at]) + "@" + foldDomain(login[at+1:])
	}
	if folded, err := precis.UsernameCaseMapped.String(login); err == nil {
		return folded
	}
	return Fold(login)
}

func foldDomain(domain string) string {
	if ascii, err := asciiDomain(domain); err == nil {
		return ascii
	}
	return Fold(domain)
}

// IsDomain says whether a text is a domain name of more than one part.
func IsDomain(text string) bool {
	ascii, err := asciiDomain(text)
	return err == nil && strings.Contains(ascii, ".")
}

// asciiDomain returns a domain as the domain name system knows it. Names without letters beyond
// ASCII are no matter of IDNA: its rules for hosts are stricter than those of mail.
func asciiDomain(domain string) (string, error) {
	if len(domain) > Longest {
		return "", errors.New("domain is too long")
	}
	if isASCII(domain) && !strings.Contains(strings.ToLower(domain), "xn--") {
		return strings.ToLower(domain), nil
	}
	return idna.Lookup.ToASCII(domain)
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > '~' }) < 0
}

// MailAddress is an address for mail servers, which need not know Unicode domains.
func MailAddress(email string) string {
	local, domain, _ := strings.Cut(email, "@")
	if ascii, err := asciiDomain(domain); err == nil && !isASCII(domain) {
		return local + "@" + ascii
	}
	return email
}

// Fold returns the form in which free text is searched and compared.
func Fold(text string) string {
	if len(text) > Longest {
		return text
	}
	return norm.NFC.String(strings.ToLower(text))
}

// Email returns an e-mail address as it is kept: composed, and without blanks around it.
func Email(address string) string {
	address = strings.TrimSpace(address)
	if len(address) > Longest {
		return address
	}
	return norm.NFC.String(address)
}

// Name returns a name as it is kept: composed, and with single blanks.
func Name(name string) string {
	name = strings.TrimSpace(name)
	if len(name) > Longest {
		return name
	}
	return norm.NFC.String(strings.Join(strings.FieldsFunc(name, isBlank), " "))
}

// isBlank is true of blanks alone: a line's end in a name is a mistake.
func isBlank(r rune) bool { return unicode.Is(unicode.Zs, r) }

// Password returns a password as it is hashed, by the rules of the OpaqueString profile (RFC
// 8265, section 4.2): all blanks are one, and accents are composed. It refuses nothing, unlike the
// profile, whose table of characters changes with each version of Unicode.
func Password(password string) string {
	if len(password) > Longest {
		return password
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if isBlank(r) {
			return ' '
		}
		return r
	}, password))
}

// IsPrintable says whether a text has only characters that show, and blanks. Characters that
// change the direction of the text, that have no width, or that end a line are none of them; the
// two joiners are, which Persian and Indian names need.
func IsPrintable(text string) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	for _, r := range text {
		if !unicode.IsGraphic(r) && r != nonJoiner && r != joiner {
			return false
		}
	}
	return true
}

// IsVisible says whether a text has a letter or a digit that shows. The Hangul fillers are
// letters, and blank.
func IsVisible(text string) bool {
	const fillers = "\u115f\u1160\u3164\uffa0"
	return strings.ContainsFunc(text, func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsNumber(r)) && !strings.ContainsRune(fillers, r)
	})
}

// LooksLikeLink says whether mail programs would make a link of a part of the text: of an address,
// or of a domain.
func LooksLikeLink(text string) bool {
	matched, err := regexp.MatchString(`[/@:]|[\p{L}\p{N}][.。．｡][\p{L}\p{N}]{2}`, text)
	return matched || err != nil
}
