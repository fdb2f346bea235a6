package graph

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/graph/generated"
)

// ChangePassword sets a new password for a user who knows the current one.
func (m *mutation) ChangePassword(
	ctx context.Context, input generated.ChangePasswordInput,
) (*generated.ChangePasswordPayload, error) {
	who, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	ended, err := m.accounts.ChangePassword(ctx, who, account.NewPassword{
		Current: input.CurrentPassword, Next: input.NewPassword, From: clientOf(ctx),
	})
	refusals, err := refusal.Split(err)
	if err != nil || len(refusals) > 0 {
		return &generated.ChangePasswordPayload{Errors: refusals}, err
	}
	user, err := m.accounts.User(ctx, who.UserID)
	if err != nil {
		return nil, err
	}
	return &generated.ChangePasswordPayload{
		User: &user, EndedSessions: ended, Errors: refusals,
	}, nil
}

// ForgotPassword requests a mail, whether the account exists or not.
func (m *mutation) ForgotPassword(
	ctx context.Context, login string,
) (*generated.AcceptedPayload, error) {
	if err := m.accounts.ForgotPassword(ctx, login, clientOf(ctx).Address); err != nil {
		return nil, err
	}
	return &generated.AcceptedPayload{Accepted: true}, nil
}

// ResetPassword sets a new password for the holder of a mail's token.
func (m *mutation) ResetPassword(
	ctx context.Context, input generated.ResetPasswordInput,
) (*generated.ResetPasswordPayload, error) {
	device, err := m.accounts.ResetPassword(
		ctx, input.Token, input.NewPassword, clientOf(ctx))
	refusals, err := refusal.Split(err)
	if err != nil || len(refusals) > 0 {
		return &generated.ResetPasswordPayload{Errors: refusals}, err
	}
	cookiesOf(ctx).keepDevice(device)
	return &generated.ResetPasswordPayload{Done: true, Errors: refusals}, nil
}

// SendVerification sends the mail that verifies the address again.
func (m *mutation) SendVerification(ctx context.Context) (*generated.AcceptedPayload, error) {
	who, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	if err := m.accounts.SendVerification(ctx, who.UserID); err != nil {
		return nil, err
	}
	return &generated.AcceptedPayload{Accepted: true}, nil
}

// VerifyEmail verifies an address by a mail's token.
func (m *mutation) VerifyEmail(
	ctx context.Context, token string,
) (*generated.VerifyEmailPayload, error) {
	refusals, err := refusal.Split(m.accounts.VerifyEmail(ctx, token, clientOf(ctx)))
	if err != nil || len(refusals) > 0 {
		return &generated.VerifyEmailPayload{Errors: refusals}, err
	}
	return &generated.VerifyEmailPayload{Done: true, Errors: refusals}, nil
}
