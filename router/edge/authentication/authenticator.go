package authentication

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/trefoil-graph/trefoil/router/edge/authentication/denylist"
	"github.com/trefoil-graph/trefoil/router/edge/refusal"
)

// Authenticator authenticates requests. It is safe for concurrent use.
type Authenticator struct {
	options      Options
	refusals     refusals
	headers      []header
	cookies      map[string]Cookie
	keys         apiKeys
	certificates []CertificateRule

	// The fields for tokens are empty without Options.JWT.
	issuers  map[string]*issuer
	parser   *jwt.Parser
	tokens   *remembered
	leeway   time.Duration
	maxBytes int

	denied      *denylist.List // nil if there is none
	deniedClaim string

	cancel context.CancelFunc // stops the background work
	work   sync.WaitGroup
}

// New returns an authenticator and starts its background work, which ends at Close. previous may
// be nil. Otherwise New takes over its keys and denied tokens, so that a reload neither refuses a
// valid token nor accepts a denied one.
func New(o Options, previous *Authenticator) (*Authenticator, error) {
	a := &Authenticator{options: o, headers: headersOf(o), cookies: map[string]Cookie{}}
	a.certificates = slices.Clone(o.Certificates)
	a.refusals = newRefusals(o)
	if o.APIKeys != nil {
		keys, err := newAPIKeys(o.APIKeys.Keys)
		if err != nil {
			return nil, err
		}
		a.keys = keys
	}
	if o.JWT != nil {
		if err := a.useTokens(*o.JWT, previous); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	a.cancel = cancel
	for _, i := range a.issuers {
		if i.keys != nil {
			a.work.Go(func() { i.keys.Run(ctx) })
		}
	}
	if o.JWT != nil && o.DenyList != nil {
		a.useDenyList(ctx, *o.DenyList, previous)
	}
	return a, nil
}

func (a *Authenticator) useTokens(o JWT, previous *Authenticator) error {
	a.issuers, a.leeway, a.maxBytes = map[string]*issuer{}, o.Leeway, o.MaxBytes
	for _, c := range o.Cookies {
		a.cookies[c.Name] = c
	}
	var algorithms []string
	for _, configured := range o.Issuers {
		if a.issuers[configured.Name] != nil {
			return fmt.Errorf("issuer %s is listed twice", configured.Name)
		}
		made, err := newIssuer(configured, previous)
		if err != nil {
			return err
		}
		a.issuers[configured.Name] = made
		algorithms = append(algorithms, configured.Algorithms...)
	}
	a.parser = jwt.NewParser(
		jwt.WithValidMethods(algorithms), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
		jwt.WithLeeway(o.Leeway),
	)
	tokens, err := newRemembered(o.CachedTokens)
	a.tokens = tokens
	return err
}

func (a *Authenticator) useDenyList(ctx context.Context, o DenyList, previous *Authenticator) {
	var known *denylist.List
	if previous != nil && previous.deniedClaim == o.Claim {
		known = previous.denied
	}
	a.denied, a.deniedClaim = denylist.New(o.List, known), o.Claim
	if o.NATS != nil {
		a.work.Go(func() { a.denied.FollowNATS(ctx, *o.NATS) })
	}
	if o.HTTP != nil {
		a.work.Go(func() { a.denied.FollowHTTP(ctx, *o.HTTP) })
	}
}

// Close stops the background work and waits until it has ended. The authenticator can still be
// used, but its keys and its deny list do not change any more.
func (a *Authenticator) Close() {
	a.cancel()
	a.work.Wait()
}

// Authenticate returns the identity of the client that sends a request. The error is a
// *refusal.Refusal, or that of the request's context.
func (a *Authenticator) Authenticate(r *http.Request) (Result, error) {
	found, ok, err := a.find(r)
	if err != nil {
		return Result{}, err
	}
	if !ok {
		identity := a.ofCertificate(r.TLS)
		if identity == nil && a.options.Required {
			return Result{}, a.refusals.missing
		}
		return Result{Identity: identity}, nil
	}
	identity, err := a.identify(r.Context(), found)
	var refused *refusal.Refusal
	if found.ignore && !a.options.Required && errors.As(err, &refused) {
		return Result{Ignored: refused}, nil
	}
	return Result{Identity: identity}, err
}

func (a *Authenticator) identify(ctx context.Context, c credential) (*Identity, error) {
	switch {
	case c.malformed:
		return nil, a.refusals.malformed
	case !c.isKey:
		return a.Verify(ctx, c.text)
	}
	if identity, ok := a.keys.find(c.text); ok {
		return identity, nil
	}
	return nil, a.refusals.badKey
}

// Strip removes the headers in which only the router, or a proxy before it, names the client. Call
// it before any other code reads the headers.
func (a *Authenticator) Strip(h http.Header) {
	for _, name := range a.options.IdentityHeaders {
		h.Del(name)
	}
}
