package graph

import (
	"context"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/graph/generated"
)

const (
	// socialCookie keeps the secret of an unfinished log-in through a provider.
	socialCookie     = "trefoil_social"
	socialCookieLife = 10 * time.Minute
)

// SocialProviders returns the configured providers.
func (q *query) SocialProviders(context.Context) ([]*account.Provider, error) {
	return pointers(q.accounts.Providers()), nil
}

// BeginSocialLogin sends a browser to a provider.
func (m *mutation) BeginSocialLogin(
	ctx context.Context, provider string,
) (*generated.BeginSocialLoginPayload, error) {
	url, secret, err := m.accounts.BeginSocial(ctx, provider, clientOf(ctx))
	refusals, err := refusal.Split(err)
	if err != nil || len(refusals) > 0 {
		return &generated.BeginSocialLoginPayload{Errors: refusals}, err
	}
	cookiesOf(ctx).set(socialCookie, secret, socialCookieLife, true)
	return &generated.BeginSocialLoginPayload{URL: &url, Errors: refusals}, nil
}

// FinishSocialLogin begins a session for a browser that comes back from a provider.
func (m *mutation) FinishSocialLogin(
	ctx context.Context, input generated.FinishSocialLoginInput,
) (*generated.FinishSocialLoginPayload, error) {
	cookies := cookiesOf(ctx)
	secret := cookies.value(socialCookie)
	grant, err := m.accounts.FinishSocial(
		ctx, secret, input.State, input.Code, clientOf(ctx))
	refusals, err := refusal.Split(err)
	if err != nil || len(refusals) > 0 {
		return &generated.FinishSocialLoginPayload{Errors: refusals}, err
	}
	cookies.set(socialCookie, "", -1, true)
	cookies.fill(grant)
	return &generated.FinishSocialLoginPayload{
		User: &grant.User, ExpiresAt: &grant.AccessExpiresAt, Errors: refusals,
	}, nil
}

// UnlinkIdentity removes the user's link to a provider.
func (m *mutation) UnlinkIdentity(
	ctx context.Context, provider string,
) (*generated.UnlinkIdentityPayload, error) {
	who, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	refusals, err := refusal.Split(m.accounts.UnlinkIdentity(ctx, who.UserID, provider))
	if err != nil || len(refusals) > 0 {
		return &generated.UnlinkIdentityPayload{Errors: refusals}, err
	}
	user, err := m.accounts.User(ctx, who.UserID)
	if err != nil {
		return nil, err
	}
	return &generated.UnlinkIdentityPayload{User: &user, Errors: refusals}, nil
}
