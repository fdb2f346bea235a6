package graph

import (
	"context"
	"errors"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/graph/generated"
)

type mutation root

// Register creates an account.
func (m *mutation) Register(
	ctx context.Context, input account.Registration,
) (*generated.RegisterPayload, error) {
	input.From = clientOf(ctx)
	user, err := m.accounts.Register(ctx, input)
	refusals, err := refusal.Split(err)
	if err != nil || len(refusals) > 0 {
		return &generated.RegisterPayload{Errors: refusals}, err
	}
	return &generated.RegisterPayload{User: &user, Errors: refusals}, nil
}

// Login begins a browser session.
func (m *mutation) Login(
	ctx context.Context, input account.Credentials,
) (*generated.LoginPayload, error) {
	input.From = clientWith(ctx, input.Device)
	grant, err := m.accounts.Login(ctx, account.Browser, input)
	refusals, err := refusal.Split(err)
	if err != nil || len(refusals) > 0 {
		return &generated.LoginPayload{Errors: refusals}, err
	}
	cookiesOf(ctx).fill(grant)
	return &generated.LoginPayload{
		User: &grant.User, ExpiresAt: &grant.AccessExpiresAt, Errors: refusals,
	}, nil
}

// CreateToken begins a session of an API consumer.
func (m *mutation) CreateToken(
	ctx context.Context, input account.Credentials,
) (*generated.CreateTokenPayload, error) {
	input.From = clientWith(ctx, input.Device)
	grant, err := m.accounts.Login(ctx, account.API, input)
	refusals, err := refusal.Split(err)
	if err != nil || len(refusals) > 0 {
		return &generated.CreateTokenPayload{Errors: refusals}, err
	}
	return &generated.CreateTokenPayload{
		User: &grant.User, Token: tokenPair(grant), Device: &grant.Device,
		Errors: refusals,
	}, nil
}

// Refresh renews the tokens of an API consumer, which passes its refresh token, or of a browser,
// which has it in a cookie.
func (m *mutation) Refresh(ctx context.Context, given *string) (*generated.RefreshPayload, error) {
	kind, token := account.API, ""
	if given != nil {
		token = *given
	} else {
		kind, token = account.Browser, cookiesOf(ctx).refreshToken()
	}
	grant, err := m.accounts.Refresh(ctx, kind, token, clientOf(ctx))
	refusals, err := refusal.Split(err)
	if err != nil {
		return nil, err
	}
	payload := &generated.RefreshPayload{Errors: refusals}
	switch {
	case len(refusals) > 0:
		if kind == account.Browser {
			cookiesOf(ctx).clear()
		}
		return payload, nil
	case kind == account.Browser:
		cookiesOf(ctx).fill(grant)
	default:
		payload.Token = tokenPair(grant)
	}
	payload.User, payload.ExpiresAt = &grant.User, &grant.AccessExpiresAt
	return payload, nil
}

// Logout ends the client's session, if there is one. It always deletes a browser's cookies, valid
// or not.
func (m *mutation) Logout(ctx context.Context, everywhere bool) (*generated.LogoutPayload, error) {
	cookies := cookiesOf(ctx)
	userID, sessionID, err := m.session(ctx)
	if errors.Is(err, account.ErrNotFound) {
		cookies.clear()
		return &generated.LogoutPayload{}, nil
	}
	if err != nil {
		return nil, err
	}
	ended, err := m.accounts.Logout(ctx, userID, sessionID, everywhere)
	if err != nil {
		return nil, err
	}
	cookies.clear()
	return &generated.LogoutPayload{EndedSessions: ended}, nil
}

// session finds the session to end: by the access token or, if that has expired, by the browser's
// refresh token.
func (m *mutation) session(ctx context.Context) (userID, sessionID string, err error) {
	if identity, ok := auth.From(ctx); ok {
		return identity.UserID, identity.SessionID, nil
	}
	cookies := cookiesOf(ctx)
	if auth.Presented(ctx) && cookies.empty() {
		_, err := auth.Require(ctx)
		return "", "", err
	}
	session, err := m.accounts.SessionOf(ctx, cookies.refreshToken())
	return session.UserID, session.ID, err
}

// RevokeSession ends one of the user's own sessions.
func (m *mutation) RevokeSession(
	ctx context.Context, id string,
) (*generated.LogoutPayload, error) {
	who, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	ended, err := m.accounts.RevokeOwn(ctx, who.UserID, id)
	if err != nil {
		return nil, err
	}
	return &generated.LogoutPayload{EndedSessions: ended}, nil
}

// SetRole sets a user's role.
func (m *mutation) SetRole(
	ctx context.Context, input generated.SetRoleInput,
) (*generated.SetRolePayload, error) {
	who, err := auth.RequireRole(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	user, err := m.accounts.SetRole(ctx, who.UserID, input.UserID, input.Role)
	refusals, err := refusal.Split(err)
	if err != nil || len(refusals) > 0 {
		return &generated.SetRolePayload{Errors: refusals}, err
	}
	return &generated.SetRolePayload{User: &user, Errors: refusals}, nil
}

func tokenPair(g account.Grant) *generated.TokenPair {
	return &generated.TokenPair{
		AccessToken: g.AccessToken, RefreshToken: g.RefreshToken, ExpiresAt: g.AccessExpiresAt,
	}
}
