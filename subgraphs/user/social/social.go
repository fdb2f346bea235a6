// Package social asks other providers who a person is: by OpenID Connect, or by OAuth 2 and an address that tells it.
//
//	FromEnv ──▶ Config ──New──▶ Providers ──Begin───▶ the address where the browser goes
//	                                └───────Person──▶ account.Person, for the code it comes back with
//
// What comes back is bound to the attempt: the code by PKCE, an ID token by its
// nonce, where the provider knows of these, and the browser by the state, which
// is package account's. A provider that is down delays nobody but who asks for
// it, and all that it is asked for one log-in has to be answered before the
// router gives up: how it wants the secret is known beforehand, and its keys are
// kept.
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

// patience is for how long a provider is asked, all requests together: less than the router waits for this service.
const patience = 1800 * time.Millisecond

var errUnknown = errors.New("no such provider is configured")

// Providers are the providers that are configured.
type Providers struct {
	list []account.Provider
	byID map[string]provider
	http *http.Client
	log  *slog.Logger
}

// provider is one of them.
type provider interface {
	// oauth2 is how to ask it for a code and for a token.
	oauth2(ctx context.Context) (*oauth2.Config, error)
	// person tells whom a token is for.
	person(ctx context.Context, token *oauth2.Token, nonce string) (account.Person, error)
}

// New returns the providers, who send browsers back to the page callback. They are reached by the transport; nil for
// the usual one.
func New(configs []Config, callback string, transport http.RoundTripper, log *slog.Logger) *Providers {
	p := &Providers{byID: map[string]provider{}, http: &http.Client{Timeout: patience, Transport: transport}, log: log}
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

// List returns the providers, in the order in which they are configured.
func (p *Providers) List() []account.Provider { return p.list }

// Begin returns the address where the browser goes.
func (p *Providers) Begin(ctx context.Context, id, state string) (string, account.SocialAttempt, error) {
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
	attempt := account.SocialAttempt{State: state, Provider: id, Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	url := client.AuthCodeURL(state, oauth2.S256ChallengeOption(attempt.Verifier), oidc.Nonce(attempt.Nonce))
	return url, attempt, nil
}

// Person takes the code that a browser came back with.
func (p *Providers) Person(ctx context.Context, a account.SocialAttempt, code string) (account.Person, error) {
	asked, ok := p.byID[a.Provider]
	if !ok {
		return account.Person{}, errUnknown // it was configured when the attempt began
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

// failed says in the log what people are not told.
func (p *Providers) failed(ctx context.Context, step, id string, err error) error {
	p.log.Warn("social log-in failed", "provider", id, "step", step, "error", err)
	if ctx.Err() != nil || timedOut(err) {
		err = errors.Join(account.ErrProviderSlow, err)
	}
	return fmt.Errorf("%s: %s: %w", id, step, err)
}

// timedOut reports whether a request ended for lack of time. The HTTP client has a timer of its own,
// which may fire a moment before that of the context.
func timedOut(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}
