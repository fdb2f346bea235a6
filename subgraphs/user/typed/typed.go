// Package typed normalises text that people typed.
//
// The same text can be typed in several ways: with surrounding blanks, in upper case, with
// composed or decomposed accents, in wide letters, or with the domain in Unicode or in punycode.
// If the forms differed, one person would have two accounts, or a password would be refused. The
// functions follow PRECIS (RFC 8265) and IDNA (RFC 5891). They never fail: the rules for new
// input check the result, and old input stays usable.
//
// Some of this work grows with the square of the length. So a text of more than Longest bytes is
// returned unchanged, and is not a domain: the rules accept no login, name or password of that
// length.
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

// Longest is the maximum length in bytes of text that is normalised: 256 characters of a password
// in UTF-8.
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

// IsDomain reports whether a text is a domain name of more than one part.
func IsDomain(text string) bool {
	ascii, err := asciiDomain(text)
	return err == nil && strings.Contains(ascii, ".")
}

// asciiDomain returns a domain in the form that the domain name system uses. ASCII names do not
// go through IDNA, whose rules for hosts are stricter than those of mail.
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

// MailAddress returns an address for mail servers, which may not support Unicode domains.
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

// Email returns an e-mail address as it is stored: composed, and without surrounding blanks.
func Email(address string) string {
	address = strings.TrimSpace(address)
	if len(address) > Longest {
		return address
	}
	return norm.NFC.String(address)
}

// Name returns a name as it is stored: composed, and with single blanks.
func Name(name string) string {
	name = strings.TrimSpace(name)
	if len(name) > Longest {
		return name
	}
	return norm.NFC.String(strings.Join(strings.FieldsFunc(name, isBlank), " "))
}

// isBlank reports whether r is a blank. Line ends are not blanks: in a name they are a mistake.
func isBlank(r rune) bool { return unicode.Is(unicode.Zs, r) }

// Password returns a password as it is hashed, by the rules of the OpaqueString profile (RFC
// 8265, section 4.2): all kinds of blanks become one, and accents are composed. Unlike the
// profile it refuses nothing, because the profile's character table changes with each version of
// Unicode.
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

// IsPrintable reports whether a text has only visible characters and blanks. It refuses
// characters that change the direction of text, have no width, or end a line, except the two
// joiners, which Persian and Indian names need.
func IsPrintable(text string) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	for _, r := range text {
		if !unicode.IsGraphic(r) && r != nonJoiner && r != joiner {
			return false
		}
	}
	return true
}

// IsVisible reports whether a text has a visible letter or digit. The Hangul fillers are letters
// but look blank.
func IsVisible(text string) bool {
	const fillers = "\u115f\u1160\u3164\uffa0"
	return strings.ContainsFunc(text, func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsNumber(r)) && !strings.ContainsRune(fillers, r)
	})
}

// LooksLikeLink reports whether mail programs would turn part of a text into a link: an address
// or a domain.
func LooksLikeLink(text string) bool {
	matched, err := regexp.MatchString(`[/@:]|[\p{L}\p{N}][.。．｡][\p{L}\p{N}]{2}`, text)
	return matched || err != nil
}
