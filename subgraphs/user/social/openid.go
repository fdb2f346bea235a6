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

// openID is a provider that speaks OpenID Connect. Its addresses and keys are found when it is asked first.
type openID struct {
	config   Config
	callback string

	mu    sync.Mutex
	found *oidc.Provider
}

func (o *openID) discover(ctx context.Context) (*oidc.Provider, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.found != nil {
		return o.found, nil
	}
	found, err := oidc.NewProvider(ctx, o.config.Issuer)
	if err != nil {
		return nil, fmt.Errorf("discover: %w", err)
	}
	o.found = found
	return found, nil
}

func (o *openID) oauth2(ctx context.Context) (*oauth2.Config, error) {
	found, err := o.discover(ctx)
	if err != nil {
		return nil, err
	}
	scopes := o.config.Scopes
	if scopes == nil {
		scopes = []string{oidc.ScopeOpenID, "email", "profile"}
	}
	return &oauth2.Config{
		ClientID: o.config.ClientID, ClientSecret: o.config.ClientSecret,
		Endpoint: found.Endpoint(), RedirectURL: o.callback, Scopes: scopes,
	}, nil
}

// claims are what an ID token or the provider's userinfo says of a person.
type claims struct {
	Subject           string `json:"sub"`
	Email             string `json:"email"`
	EmailVerified     any    `json:"email_verified"` // some say "true"
	GivenName         string `json:"given_name"`
	FamilyName        string `json:"family_name"`
	Name              string `json:"name"`
	PreferredUsername string `json:"preferred_username"`
}

func (o *openID) person(ctx context.Context, token *oauth2.Token, nonce string) (account.Person, error) {
	found, err := o.discover(ctx)
	if err != nil {
		return account.Person{}, err
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := found.VerifierContext(ctx, &oidc.Config{ClientID: o.config.ClientID}).Verify(ctx, raw)
	if err != nil {
		return account.Person{}, err
	}
	if id.Nonce != nonce {
		return account.Person{}, errors.New("the ID token is of another attempt")
	}
	var said claims
	if err := id.Claims(&said); err != nil {
		return account.Person{}, fmt.Errorf("ID token: %w", err)
	}
	if said.Email == "" && found.UserInfoEndpoint() != "" {
		if said, err = o.ask(ctx, found, token, id.Subject); err != nil {
			return account.Person{}, err
		}
	}
	return said.person(), nil
}

// ask is for providers that keep the ID token short.
func (o *openID) ask(ctx context.Context, found *oidc.Provider, token *oauth2.Token, subject string) (claims, error) {
	info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return claims{}, err
	}
	if info.Subject != subject {
		return claims{}, errors.New("the userinfo is of somebody else")
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
