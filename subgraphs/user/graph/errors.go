package graph

import (
	"math"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/graph/generated"
)

func registerErrors(problems []account.Problem) []generated.RegisterError {
	errors := make([]generated.RegisterError, len(problems))
	for i, p := range problems {
		switch p.Kind {
		case account.UsernameTaken:
			errors[i] = generated.UsernameTaken{Code: "USERNAME_TAKEN", Message: p.Message, Path: path(p)}
		case account.EmailTaken:
			errors[i] = generated.EmailTaken{Code: "EMAIL_TAKEN", Message: p.Message, Path: path(p)}
		case account.WeakPassword:
			errors[i] = generated.WeakPassword{Code: "WEAK_PASSWORD", Message: p.Message, Path: path(p)}
		case account.TooManyAttempts:
			errors[i] = tooManyAttempts(&p)
		default:
			errors[i] = generated.InvalidInput{Code: "INVALID_INPUT", Message: p.Message, Path: path(p)}
		}
	}
	return errors
}

func loginErrors(p *account.Problem) []generated.LoginError {
	if p.Kind == account.TooManyAttempts {
		return []generated.LoginError{tooManyAttempts(p)}
	}
	return []generated.LoginError{generated.InvalidCredentials{
		Code: "INVALID_CREDENTIALS", Message: p.Message, Path: path(*p),
	}}
}

func changePasswordErrors(p *account.Problem) []generated.ChangePasswordError {
	switch p.Kind {
	case account.TooManyAttempts:
		return []generated.ChangePasswordError{tooManyAttempts(p)}
	case account.WeakPassword:
		return []generated.ChangePasswordError{
			generated.WeakPassword{Code: "WEAK_PASSWORD", Message: p.Message, Path: path(*p)},
		}
	default:
		return []generated.ChangePasswordError{generated.InvalidCredentials{
			Code: "INVALID_CREDENTIALS", Message: p.Message, Path: path(*p),
		}}
	}
}

func resetPasswordErrors(p *account.Problem) []generated.ResetPasswordError {
	switch p.Kind {
	case account.TooManyAttempts:
		return []generated.ResetPasswordError{tooManyAttempts(p)}
	case account.WeakPassword:
		return []generated.ResetPasswordError{
			generated.WeakPassword{Code: "WEAK_PASSWORD", Message: p.Message, Path: path(*p)},
		}
	}
	return []generated.ResetPasswordError{
		generated.TokenInvalid{Code: "TOKEN_INVALID", Message: p.Message, Path: path(*p)},
	}
}

func verifyEmailErrors(p *account.Problem) []generated.VerifyEmailError {
	if p.Kind == account.TooManyAttempts {
		return []generated.VerifyEmailError{tooManyAttempts(p)}
	}
	return []generated.VerifyEmailError{
		generated.TokenInvalid{Code: "TOKEN_INVALID", Message: p.Message, Path: []string{p.Field}},
	}
}

func setRoleErrors(p *account.Problem) []generated.SetRoleError {
	if p.Kind == account.LastAdmin {
		return []generated.SetRoleError{
			generated.LastAdmin{Code: "LAST_ADMIN", Message: p.Message, Path: path(*p)},
		}
	}
	return []generated.SetRoleError{
		generated.UserNotFound{Code: "USER_NOT_FOUND", Message: p.Message, Path: path(*p)},
	}
}

// tooManyAttempts sets no path: no part of the input is at fault, and forms show it for the whole
// form.
func tooManyAttempts(p *account.Problem) generated.TooManyAttempts {
	return generated.TooManyAttempts{
		Code: "TOO_MANY_ATTEMPTS", Message: p.Message,
		RetryAfter: int(math.Ceil(p.RetryAfter.Seconds())),
	}
}

func refreshErrors(p *account.Problem) []generated.RefreshError {
	return []generated.RefreshError{generated.SessionEnded{Code: "SESSION_ENDED", Message: p.Message}}
}

// path returns the path of the input at fault.
func path(p account.Problem) []string {
	if p.Field == "" {
		return []string{"input"}
	}
	return []string{"input", p.Field}
}

func tokenPair(g account.Grant) *generated.TokenPair {
	return &generated.TokenPair{
		AccessToken: g.AccessToken, RefreshToken: g.RefreshToken, ExpiresAt: g.AccessExpiresAt,
	}
}
