package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/store"
)

// The first admin is made while the service runs.
func TestRoleCommand(t *testing.T) {
	t.Parallel()
	database := sqldbtest.New(t)
	db := sqldbtest.Open(t, database)
	out, err := outbox.New(t.Context(), db)
	require.NoError(t, err)
	kept, err := store.New(t.Context(), db, out)
	require.NoError(t, err)
	ada := account.User{ID: ids.New("usr"), Username: "ada", Email: "ada@example.org", Role: auth.Customer, CreatedAt: time.Now()}
	_, err = kept.CreateUser(t.Context(), ada, account.TokenMail{Token: account.MailToken{
		Hash: []byte("x"), UserID: ada.ID, Purpose: account.VerifyEmail, Email: ada.Email, CreatedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
	}})
	require.NoError(t, err)

	for _, command := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"ada"}, 2, "user role USERNAME"},
		{[]string{"ada", "QUEEN"}, 2, "user role USERNAME"},
		{[]string{"eve", "ADMIN"}, 1, `no user "eve"`},
		{[]string{"Ada", "ADMIN"}, 0, "Ada is ADMIN now"},
		{[]string{" \uff41da\t", "ADMIN"}, 0, "is ADMIN now"},
		{[]string{"ada", "CUSTOMER"}, 1, "last admin"},
	} {
		var said bytes.Buffer
		status := program().Run(t.Context(), append([]string{"role", "-database", database}, command.args...), &said, &said)
		require.Equal(t, command.status, status, said.String())
		require.Contains(t, said.String(), command.says)
	}
	found, err := kept.UserByLogin(t.Context(), "ada")
	require.NoError(t, err)
	require.Equal(t, auth.Admin, found.Role)
}
