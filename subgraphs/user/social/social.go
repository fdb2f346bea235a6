// Package social asks other providers who a person is, by OpenID Connect or by OAuth 2 and a URL
// that returns the person.
//
//	FromEnv ──▶ Config ──New──▶ Providers ──Begin───▶ the address where the browser goes
//	                                └───────Person──▶ account.Person, for the browser's code
//
// A provider's answer is bound to the attempt: the code by PKCE and the ID token by its nonce, if
// the provider supports them, and the browser by the state, which package account checks. A
// provider that is down delays only requests for it. All requests for one log-in must finish
// before the router gives up; to save requests, the presets say how each provider expects the
// secret, and its keys are cached.
package social

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// patience bounds all requests to a provider for one log-in together. It is less than the router
// waits for this service.
const patience = 1800 * time.Millisecond

var errUnknown = errors.New("no such provider is configured")

// Providers are the configured providers.
type Providers struct {
	list []account.Provider
	byID map[string]provider
	http *http.Client
	log  *slog.Logger
}

// provider is one configured provider.
type provider interface {
	// oauth2 returns the configuration to get a code and a token from the provider.
	oauth2(ctx context.Context) (*oauth2.Config, error)
	// person returns the owner of a token.
	person(ctx context.Context, token *oauth2.Token, nonce string) (account.Person, error)
}

// New returns providers that send browsers back to the page callback. They are reached by
// transport; nil means the default transport.
func New(
	configs []Config, callback string, transport http.RoundTripper, log *slog.Logger,
) *Providers {
	client := &http.Client{Timeout: patience, Transport: transport}
	p := &Providers{byID: map[string]provider{}, http: client, log: log}
	for _, c := range configs {
		p.list = append(p.list, account.Provider{ID: c.ID, Name: c.Name})
		if c.Issuer != "" {
			p.byID[c.ID] = &openID{config: c, callback: callback}
		} else {
			p.byID[c.ID] = newPlain(c, callback)
		}
	}
	return p
}

// List returns the providers in the order of the configuration.
func (p *Providers) List() []account.Provider { return p.list }

// Begin returns the address to send the browser to.
func (p *Providers) Begin(
	ctx context.Context, id, state string,
) (string, account.SocialAttempt, error) {
	asked, ok := p.byID[id]
	if !ok {
		return "", account.SocialAttempt{}, errUnknown
	}
	ctx, cancel := p.reach(ctx)
	defer cancel()
	client, err := asked.oauth2(ctx)
	if err != nil {
		return "", account.SocialAttempt{}, p.failed(ctx, "begin", id, err)
	}
	attempt := account.SocialAttempt{
		State: state, Provider: id, Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(),
	}
	url := client.AuthCodeURL(state,
		oauth2.S256ChallengeOption(attempt.Verifier), oidc.Nonce(attempt.Nonce))
	return url, attempt, nil
}

// Person exchanges the code that a browser came back with.
func (p *Providers) Person(
	ctx context.Context, a account.SocialAttempt, code string,
) (account.Person, error) {
	asked, ok := p.byID[a.Provider]
	if !ok {
		return account.Person{}, errUnknown // removed from the configuration since the attempt began
	}
	ctx, cancel := p.reach(ctx)
	defer cancel()
	client, err := asked.oauth2(ctx)
	if err != nil {
		return account.Person{}, p.failed(ctx, "finish", a.Provider, err)
	}
	token, err := client.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return account.Person{}, p.failed(ctx, "exchange the code", a.Provider, err)
	}
	person, err := asked.person(ctx, token, a.Nonce)
	if err != nil {
		return account.Person{}, p.failed(ctx, "ask for the person", a.Provider, err)
	}
	return person, nil
}

func (p *Providers) reach(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(oidc.ClientContext(ctx, p.http), patience)
}

// failed logs the error's details, which people do not see.
func (p *Providers) failed(ctx context.Context, step, id string, err error) error {
	p.log.Warn("social log-in failed", "provider", id, "step", step, "error", err)
	if ctx.Err() != nil || timedOut(err) {
		err = errors.Join(account.ErrProviderSlow, err)
	}
	return fmt.Errorf("%s: %s: %w", id, step, err)
}

// timedOut reports whether a request ran out of time. The HTTP client has its own timer, which
// may fire slightly before the context's.
func timedOut(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}
