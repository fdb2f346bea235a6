package graph

import (
	"context"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
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
	url, secret, problem, err := m.accounts.BeginSocial(ctx, provider, clientOf(ctx))
	if err != nil {
		return nil, err
	}
	if problem != nil {
		return &generated.BeginSocialLoginPayload{Errors: socialErrors(problem)}, nil
	}
	jarOf(ctx).set(socialCookie, secret, socialCookieLife, true)
	return &generated.BeginSocialLoginPayload{URL: &url, Errors: []generated.SocialLoginError{}}, nil
}

// FinishSocialLogin begins a session for a browser that comes back from a provider.
func (m *mutation) FinishSocialLogin(
	ctx context.Context, input generated.FinishSocialLoginInput,
) (*generated.FinishSocialLoginPayload, error) {
	jar := jarOf(ctx)
	secret := jar.value(socialCookie)
	grant, problem, err := m.accounts.FinishSocial(
		ctx, secret, input.State, input.Code, clientOf(ctx))
	if err != nil {
		return nil, err
	}
	if problem != nil {
		return &generated.FinishSocialLoginPayload{Errors: socialErrors(problem)}, nil
	}
	jar.set(socialCookie, "", -1, true)
	jar.fill(grant)
	return &generated.FinishSocialLoginPayload{
		User: &grant.User, ExpiresAt: &grant.AccessExpiresAt, Errors: []generated.SocialLoginError{},
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
	problem, err := m.accounts.UnlinkIdentity(ctx, who.UserID, provider)
	if err != nil {
		return nil, err
	}
	if problem != nil {
		return &generated.UnlinkIdentityPayload{Errors: []generated.UnlinkIdentityError{
			generated.LastLogin{
				Code: "LAST_LOGIN", Message: problem.Message, Path: []string{problem.Field},
			},
		}}, nil
	}
	user, err := m.accounts.User(ctx, who.UserID)
	if err != nil {
		return nil, err
	}
	return &generated.UnlinkIdentityPayload{
		User: &user, Errors: []generated.UnlinkIdentityError{},
	}, nil
}

func socialErrors(p *account.Problem) []generated.SocialLoginError {
	switch p.Kind {
	case account.TooManyAttempts:
		return []generated.SocialLoginError{tooManyAttempts(p)}
	case account.EmailNotVerified:
		return []generated.SocialLoginError{
			generated.EmailNotVerified{Code: "EMAIL_NOT_VERIFIED", Message: p.Message},
		}
	}
	return []generated.SocialLoginError{
		generated.SocialLoginFailed{Code: "SOCIAL_LOGIN_FAILED", Message: p.Message},
	}
}
