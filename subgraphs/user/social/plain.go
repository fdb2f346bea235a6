package social

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"golang.org/x/oauth2"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

const answerLimit = 1 << 20

// plain is a provider with OAuth 2 only. A URL of the provider returns the owner of a token.
type plain struct {
	config Config
	client *oauth2.Config // shared, because it caches how the provider expects the secret
}

func newPlain(c Config, callback string) *plain {
	return &plain{config: c, client: &oauth2.Config{
		ClientID: c.ClientID, ClientSecret: c.ClientSecret,
		Endpoint:    oauth2.Endpoint{AuthURL: c.AuthURL, TokenURL: c.TokenURL, AuthStyle: c.Style},
		RedirectURL: callback, Scopes: c.Scopes,
	}}
}

func (p *plain) oauth2(context.Context) (*oauth2.Config, error) { return p.client, nil }

// person checks no nonce: the code belongs to this attempt, and the token comes directly from the
// provider.
func (p *plain) person(
	ctx context.Context, token *oauth2.Token, _ string,
) (account.Person, error) {
	client := oauth2.NewClient(ctx, oauth2.StaticTokenSource(token))
	var user map[string]any
	if err := get(ctx, client, p.config.UserURL, &user); err != nil {
		return account.Person{}, err
	}
	at := p.config.Fields
	first, last := split(text(user, at.Name))
	isVerified := at.EmailVerified == always || isTrue(value(user, at.EmailVerified))
	person := account.Person{
		Subject: text(user, at.Subject), FirstName: first, LastName: last,
		Username: text(user, at.Username), Email: text(user, at.Email), EmailVerified: isVerified,
	}
	if p.config.EmailsURL == "" {
		return person, nil
	}
	var addresses []address
	if err := get(ctx, client, p.config.EmailsURL, &addresses); err != nil {
		return account.Person{}, err
	}
	person.Email, person.EmailVerified = primary(addresses)
	return person, nil
}

type address struct {
	Email    string `json:"email"`
	Primary  bool   `json:"primary"`
	Verified bool   `json:"verified"`
}

func primary(addresses []address) (email string, verified bool) {
	for _, a := range addresses {
		if a.Primary {
			return a.Email, a.Verified
		}
	}
	return "", false
}

func get(ctx context.Context, client *http.Client, url string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "application/json")
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: status %d", url, answer.StatusCode)
	}
	decoder := json.NewDecoder(io.LimitReader(answer.Body, answerLimit))
	decoder.UseNumber() // some ids are large numbers
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", url, err)
	}
	return nil
}

// value returns the value at a path in JSON, or nil.
func value(in map[string]any, path string) any {
	name, rest, deeper := strings.Cut(path, ".")
	if !deeper {
		return in[name]
	}
	inner, _ := in[name].(map[string]any)
	return value(inner, rest)
}

func text(in map[string]any, path string) string {
	switch found := value(in, path).(type) {
	case string:
		return found
	case json.Number:
		return found.String()
	}
	return ""
}

func isTrue(said any) bool { return said == true || said == "true" }

// split uses the last word as the last name.
func split(name string) (first, last string) {
	name = strings.TrimSpace(name)
	if at := strings.LastIndex(name, " "); at > 0 {
		return strings.TrimSpace(name[:at]), name[at+1:]
	}
	return name, ""
}
