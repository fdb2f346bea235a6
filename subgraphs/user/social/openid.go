package social

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// openID is an OpenID Connect provider. Its addresses are discovered at the first request.
type openID struct {
	config   Config
	callback string

	mu    sync.Mutex
	found *discovered
}

// discovered is a provider's discovery document. It caches the provider's keys, and how the
// provider expects the secret.
type discovered struct {
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	client   *oauth2.Config
}

func (o *openID) discover(ctx context.Context) (*discovered, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.found != nil {
		return o.found, nil
	}
	provider, err := oidc.NewProvider(ctx, o.config.Issuer)
	if err != nil {
		return nil, fmt.Errorf("discover: %w", err)
	}
	scopes := o.config.Scopes
	if scopes == nil {
		scopes = []string{oidc.ScopeOpenID, "email", "profile"}
	}
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = o.config.Style
	o.found = &discovered{
		provider: provider,
		verifier: provider.Verifier(&oidc.Config{ClientID: o.config.ClientID}),
		client: &oauth2.Config{
			ClientID: o.config.ClientID, ClientSecret: o.config.ClientSecret,
			Endpoint: endpoint, RedirectURL: o.callback, Scopes: scopes,
		},
	}
	return o.found, nil
}

func (o *openID) oauth2(ctx context.Context) (*oauth2.Config, error) {
	found, err := o.discover(ctx)
	if err != nil {
		return nil, err
	}
	return found.client, nil
}

// claims describe a person, from an ID token or from the provider's userinfo.
type claims struct {
	Subject           string `json:"sub"`
	Email             string `json:"email"`
	EmailVerified     any    `json:"email_verified"` // some say "true"
	GivenName         string `json:"given_name"`
	FamilyName        string `json:"family_name"`
	Name              string `json:"name"`
	PreferredUsername string `json:"preferred_username"`
}

func (o *openID) person(
	ctx context.Context, token *oauth2.Token, nonce string,
) (account.Person, error) {
	found, err := o.discover(ctx)
	if err != nil {
		return account.Person{}, err
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := found.verifier.Verify(ctx, raw)
	if err != nil {
		return account.Person{}, err
	}
	if id.Nonce != nonce && (id.Nonce != "" || !o.config.NoNonce) {
		return account.Person{}, errors.New("the ID token belongs to another attempt")
	}
	var said claims
	if err := id.Claims(&said); err != nil {
		return account.Person{}, fmt.Errorf("ID token: %w", err)
	}
	if said.Email == "" && found.provider.UserInfoEndpoint() != "" {
		if said, err = o.ask(ctx, found.provider, token, id.Subject); err != nil {
			return account.Person{}, err
		}
	}
	return said.person(), nil
}

// ask requests the userinfo, for providers whose ID tokens leave out claims.
func (o *openID) ask(
	ctx context.Context, found *oidc.Provider, token *oauth2.Token, subject string,
) (claims, error) {
	info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return claims{}, err
	}
	if info.Subject != subject {
		return claims{}, errors.New("the userinfo belongs to another person")
	}
	var said claims
	if err := info.Claims(&said); err != nil {
		return claims{}, fmt.Errorf("userinfo: %w", err)
	}
	return said, nil
}

func (c claims) person() account.Person {
	first, last := c.GivenName, c.FamilyName
	if first == "" {
		first, last = split(c.Name)
	}
	return account.Person{
		Subject: c.Subject, Email: c.Email, EmailVerified: isTrue(c.EmailVerified),
		FirstName: first, LastName: last, Username: c.PreferredUsername,
	}
}
