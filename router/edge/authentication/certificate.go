package authentication

import (
	"crypto/tls"
	"crypto/x509"
	"strings"
)

// ofCertificate returns the identity of the client certificate that the TLS handshake has
// verified. It is nil if the client has no certificate or no rule matches it.
func (a *Authenticator) ofCertificate(connection *tls.ConnectionState) *Identity {
	if len(a.certificates) == 0 || connection == nil || len(connection.VerifiedChains) == 0 {
		return nil
	}
	leaf := connection.VerifiedChains[0][0]
	for _, rule := range a.certificates {
		if name, ok := rule.match(leaf); ok {
			return newIdentity(SchemeCertificate, name, leaf.Issuer.String(), rule.Scopes, rule.Claims)
		}
	}
	return nil
}

// match returns the name of the identity if the rule matches the certificate.
func (c CertificateRule) match(leaf *x509.Certificate) (name string, ok bool) {
	uris := make([]string, len(leaf.URIs))
	for i, uri := range leaf.URIs {
		uris[i] = uri.String()
	}
	name = leaf.Subject.String()
	for _, condition := range []struct {
		pattern string
		values  []string
		isName  bool
	}{
		{c.Subject, []string{leaf.Subject.String()}, false},
		{c.Email, leaf.EmailAddresses, true},
		{c.DNS, leaf.DNSNames, true},
		{c.URI, uris, true},
	} {
		if condition.pattern == "" {
			continue
		}
		matched, found := firstMatch(condition.pattern, condition.values)
		if !found {
			return "", false
		}
		ok = true
		if condition.isName {
			name = matched
		}
	}
	if c.Name != "" {
		name = c.Name
	}
	return name, ok
}

func firstMatch(pattern string, values []string) (string, bool) {
	for _, value := range values {
		if matches(pattern, value) {
			return value, true
		}
	}
	return "", false
}

// matches compares a text with a pattern. A * in the pattern stands for any text. What follows it
// must not begin with an escaped character: a certificate's own name "x,O=Shop" is the subject
// CN=x\,O=Shop, which has no O.
func matches(pattern, text string) bool {
	before, after, found := strings.Cut(pattern, "*")
	if !found {
		return pattern == text
	}
	if len(text) < len(before)+len(after) ||
		!strings.HasPrefix(text, before) || !strings.HasSuffix(text, after) {
		return false
	}
	middle := text[:len(text)-len(after)]
	escapes := len(middle) - len(strings.TrimRight(middle, `\`))
	return after == "" || escapes%2 == 0
}
