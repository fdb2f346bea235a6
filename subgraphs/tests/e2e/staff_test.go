//go:build e2e

package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// company is a system with a shopper and both kinds of staff: support, who read, and admins, who
// change.
type company struct {
	shopper

	support, admin client
	adminID        string
}

func startCompany(t *testing.T) company {
	t.Helper()
	s := startWithShopper(t)
	hire := func(role string) client {
		_, email := s.signUp(t)
		s.promote(username(email), role)
		return s.as(s.logIn(t, username(email)))
	}
	c := company{shopper: s, support: hire("SUPPORT"), admin: hire("ADMIN")}
	c.adminID = c.admin.right(t, `{ me { id } }`, nil).text("me.id")
	return c
}

// input returns the variables of a mutation with one input.
func input(fields map[string]any) map[string]any { return map[string]any{"input": fields} }

// refused sends a mutation that must be refused with one typed error, and returns the answer.
func (c client) refused(t *testing.T, code, mutation string, fields map[string]any) answer {
	t.Helper()
	a := c.right(t, mutation, input(fields))
	for _, payload := range a.Data.(map[string]any) {
		for name, value := range payload.(map[string]any) {
			if name != "errors" {
				require.Nil(t, value, a.Body)
				continue
			}
			require.Len(t, value, 1, a.Body)
			require.Equal(t, code, value.([]any)[0].(map[string]any)["code"], a.Body)
		}
	}
	return a
}

// forbidden sends an operation that needs another role, and expects one error with a code.
func (c client) forbidden(t *testing.T, query string, variables map[string]any) {
	t.Helper()
	a := c.must(t, query, variables)
	require.Len(t, a.Errors, 1, a.Body)
	require.Contains(t, []string{a.Errors[0].Extensions.Code, a.Errors[0].Extensions.Reason}, "FORBIDDEN", a.Body)
}

// becomes repeats a query until a value of the answer is want.
func (c client) becomes(t *testing.T, want any, path, query string, variables map[string]any) {
	t.Helper()
	eventually(t, fmt.Sprintf("%s is %v", path, want), func() error {
		a, err := c.ask(t.Context(), query, variables)
		if err == nil && a.at(path) != want {
			err = fmt.Errorf("%s", a.Body)
		}
		return err
	})
}
