package social

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/oauth2"

	"github.com/trefoil-graph/trefoil/router/shared/env"
)

// Config is a provider. With an Issuer it uses OpenID Connect, otherwise plain OAuth 2.
type Config struct {
	ID           string
	Name         string `env:"NAME"` // for people
	ClientID     string `env:"CLIENT_ID"`
	ClientSecret string `env:"CLIENT_SECRET"`
	Scopes       Scopes `env:"SCOPES"`
	Issuer       string `env:"ISSUER"`
	AuthURL      string `env:"AUTH_URL"`
	TokenURL     string `env:"TOKEN_URL"`
	// UserURL returns JSON about the owner of a token.
	UserURL string `env:"USER_URL"`
	// EmailsURL returns [{email, primary, verified}]; it is empty if UserURL has the address.
	EmailsURL string `env:"EMAILS_URL"`
	Fields    Fields
	// Style is how the client's secret is sent with the code. The zero value tries both ways.
	Style oauth2.AuthStyle
	// NoNonce is for providers whose ID tokens do not repeat the nonce. If a token has one, it
	// still must match.
	NoNonce bool
}

// Fields are the paths of values in UserURL's answer, such as "data.id".
type Fields struct {
	Subject       string `env:"SUBJECT_FIELD"`
	Email         string `env:"EMAIL_FIELD"`
	EmailVerified string `env:"EMAIL_VERIFIED_FIELD"`
	Name          string `env:"NAME_FIELD"`
	Username      string `env:"USERNAME_FIELD"`
}

// Scopes are what a provider is asked for. As text they are separated by blanks.
type Scopes []string

// UnmarshalText implements encoding.TextUnmarshaler. A blank text changes nothing.
func (s *Scopes) UnmarshalText(text []byte) error {
	if words := strings.Fields(string(text)); len(words) > 0 {
		*s = words
	}
	return nil
}

// always, as the path of EmailVerified, is for providers that return only verified addresses.
const always = "always"

// known returns the providers that need only a client id and secret.
func known() map[string]Config {
	return map[string]Config{
		"google": {
			Name: "Google", Issuer: "https://accounts.google.com", Style: oauth2.AuthStyleInParams,
		},
		// LinkedIn documents no nonce claim. The state, which only the browser has, still ties
		// the code to the attempt.
		"linkedin": {
			Name: "LinkedIn", Issuer: "https://www.linkedin.com/oauth",
			Style: oauth2.AuthStyleInParams, NoNonce: true,
		},
		"github": {
			Name: "GitHub", Style: oauth2.AuthStyleInParams, Scopes: []string{"read:user", "user:email"},
			AuthURL:   "https://github.com/login/oauth/authorize",
			TokenURL:  "https://github.com/login/oauth/access_token",
			UserURL:   "https://api.github.com/user",
			EmailsURL: "https://api.github.com/user/emails",
			Fields:    Fields{Subject: "id", Name: "name", Username: "login"},
		},
		// Facebook does not say whether an address is verified, so new users confirm it here.
		// SOCIAL_FACEBOOK_EMAIL_VERIFIED_FIELD=always trusts Facebook's addresses.
		"facebook": {
			Name: "Facebook", Style: oauth2.AuthStyleInParams, Scopes: []string{"email", "public_profile"},
			AuthURL:  "https://www.facebook.com/dialog/oauth",
			TokenURL: "https://graph.facebook.com/oauth/access_token",
			UserURL:  "https://graph.facebook.com/me?fields=id,name,email",
			Fields:   Fields{Subject: "id", Email: "email", Name: "name"},
		},
		// X returns a confirmed address, and only to apps that request it in X's developer
		// portal.
		"x": {
			Name: "X", Style: oauth2.AuthStyleInHeader,
			Scopes:   []string{"users.read", "tweet.read", "users.email"},
			AuthURL:  "https://x.com/i/oauth2/authorize",
			TokenURL: "https://api.x.com/2/oauth2/token",
			UserURL:  "https://api.x.com/2/users/me?user.fields=confirmed_email",
			Fields: Fields{
				Subject: "data.id", Email: "data.confirmed_email", EmailVerified: always,
				Name: "data.name", Username: "data.username",
			},
		},
	}
}

// FromEnv reads the settings of providers, such as "google, github, acme": for each
// SOCIAL_ACME_CLIENT_ID and _CLIENT_SECRET. A provider that is not built in needs
// SOCIAL_ACME_ISSUER for OpenID Connect, or else _AUTH_URL, _TOKEN_URL, _USER_URL and, where they
// differ from the defaults, _EMAILS_URL, _SUBJECT_FIELD, _EMAIL_FIELD, _EMAIL_VERIFIED_FIELD,
// _NAME_FIELD and _USERNAME_FIELD. _NAME and _SCOPES are optional for all.
func FromEnv(providers string, getenv func(string) string) ([]Config, error) {
	var configs []Config
	seen := map[string]bool{}
	for word := range strings.SplitSeq(providers, ",") {
		id := strings.ToLower(strings.TrimSpace(word))
		if id == "" {
			continue
		}
		if seen[id] {
			return nil, fmt.Errorf("SOCIAL_PROVIDERS: %q is listed twice", id)
		}
		seen[id] = true
		config, err := read(id, getenv)
		if err != nil {
			return nil, err
		}
		configs = append(configs, config)
	}
	return configs, nil
}

func read(id string, getenv func(string) string) (Config, error) {
	if !regexp.MustCompile(`^[a-z][a-z0-9-]*$`).MatchString(id) {
		return Config{}, fmt.Errorf("SOCIAL_PROVIDERS: %q has characters other than a–z, 0–9 and -", id)
	}
	prefix := "SOCIAL_" + strings.ToUpper(strings.ReplaceAll(id, "-", "_")) + "_"
	c, found := known()[id]
	if !found {
		c = Config{Name: id, Fields: Fields{
			Subject: "id", Email: "email", EmailVerified: "email_verified",
			Name: "name", Username: "username",
		}}
	}
	c.ID = id
	if err := env.Load(&c, prefix, getenv); err != nil {
		return Config{}, err
	}
	return c, c.check(prefix)
}

func (c Config) check(prefix string) error {
	if c.ClientID == "" {
		return errors.New(prefix + "CLIENT_ID is missing")
	}
	needed := map[string]string{"ISSUER": c.Issuer}
	if c.Issuer == "" {
		needed = map[string]string{"AUTH_URL": c.AuthURL, "TOKEN_URL": c.TokenURL, "USER_URL": c.UserURL}
	}
	for _, name := range []string{"ISSUER", "AUTH_URL", "TOKEN_URL", "USER_URL"} {
		value, asked := needed[name]
		if !asked {
			continue
		}
		if at, err := url.Parse(value); err != nil || at.Host == "" {
			return fmt.Errorf("%s%s is missing or not a URL; "+
				"set _ISSUER, or _AUTH_URL, _TOKEN_URL and _USER_URL", prefix, name)
		}
	}
	return nil
}
