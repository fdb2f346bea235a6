package account_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

func TestHashIsAPHCStringWithTheCost(t *testing.T) {
	t.Parallel()
	require.Equal(t, account.Cost{MemoryKiB: 47104, Passes: 1, Threads: 1}, account.DefaultCost())
	hasher := account.NewHasher(account.DefaultCost())
	hash, err := hasher.Hash(t.Context(), password)
	require.NoError(t, err)
	require.Regexp(t, `^\$argon2id\$v=19\$m=47104,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`, hash)
	again, err := hasher.Hash(t.Context(), password)
	require.NoError(t, err)
	require.NotEqual(t, hash, again, "salted")
}

func TestMatches(t *testing.T) {
	t.Parallel()
	hasher := account.NewHasher(cheap())
	hash, err := hasher.Hash(t.Context(), password)
	require.NoError(t, err)
	for guess, want := range map[string]bool{password: true, "": false, password + "x": false, strings.ToUpper(password): false} {
		got, _, err := hasher.Matches(t.Context(), hash, guess)
		require.NoError(t, err)
		require.Equal(t, want, got, guess)
	}
	got, _, err := hasher.Matches(t.Context(), "", password)
	require.NoError(t, err)
	require.False(t, got, "an unknown user")

	other := account.NewHasher(account.Cost{MemoryKiB: 16, Passes: 2, Threads: 1})
	got, _, err = other.Matches(t.Context(), hash, password)
	require.NoError(t, err)
	require.True(t, got, "old hashes stay valid when the cost changes")

	for _, broken := range []string{"x", "$2a$10$abc", "$argon2id$v=18$m=8,t=1,p=1$YQ$YQ", "$argon2id$v=19$m=8$YQ$YQ", "$argon2id$v=19$m=8,t=1,p=1$?$YQ"} {
		_, _, err := hasher.Matches(t.Context(), broken, password)
		require.Error(t, err, broken)
	}
}

// The expected value is from the reference implementation (phc-winner-argon2, -id).
func TestMatchesTheReferenceImplementation(t *testing.T) {
	t.Parallel()
	got, _, err := account.NewHasher(cheap()).Matches(t.Context(),
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "password")
	require.NoError(t, err)
	require.True(t, got)
}

func TestWaitingForACoreEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := account.NewHasher(cheap()).Hash(ctx, password)
	require.ErrorIs(t, err, context.Canceled)
}
