package graph

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
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
	ended, problem, err := m.accounts.ChangePassword(ctx, who, account.NewPassword{
		Current: input.CurrentPassword, Next: input.NewPassword, From: clientOf(ctx),
	})
	if err != nil {
		return nil, err
	}
	if problem != nil {
		return &generated.ChangePasswordPayload{Errors: changePasswordErrors(problem)}, nil
	}
	user, err := m.accounts.User(ctx, who.UserID)
	if err != nil {
		return nil, err
	}
	return &generated.ChangePasswordPayload{
		User: &user, EndedSessions: ended, Errors: []generated.ChangePasswordError{},
	}, nil
}

// ForgotPassword requests a letter, whether the account exists or not.
func (m *mutation) ForgotPassword(
	ctx context.Context, login string,
) (*generated.AcceptedPayload, error) {
	if err := m.accounts.ForgotPassword(ctx, login, clientOf(ctx).Address); err != nil {
		return nil, err
	}
	return &generated.AcceptedPayload{Accepted: true}, nil
}

// ResetPassword sets a new password for the holder of a letter's token.
func (m *mutation) ResetPassword(
	ctx context.Context, input generated.ResetPasswordInput,
) (*generated.ResetPasswordPayload, error) {
	device, problem, err := m.accounts.ResetPassword(
		ctx, input.Token, input.NewPassword, clientOf(ctx))
	if err != nil {
		return nil, err
	}
	if problem != nil {
		return &generated.ResetPasswordPayload{Errors: resetPasswordErrors(problem)}, nil
	}
	jarOf(ctx).keepDevice(device)
	return &generated.ResetPasswordPayload{Done: true, Errors: []generated.ResetPasswordError{}}, nil
}

// SendVerification sends the letter that verifies the address again.
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

// VerifyEmail verifies an address by a letter's token.
func (m *mutation) VerifyEmail(
	ctx context.Context, token string,
) (*generated.VerifyEmailPayload, error) {
	problem, err := m.accounts.VerifyEmail(ctx, token, clientOf(ctx))
	if err != nil {
		return nil, err
	}
	if problem != nil {
		return &generated.VerifyEmailPayload{Errors: verifyEmailErrors(problem)}, nil
	}
	return &generated.VerifyEmailPayload{Done: true, Errors: []generated.VerifyEmailError{}}, nil
}
