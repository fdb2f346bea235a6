package ids_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
)

func TestNewIsValidUniqueAndSorted(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	var made []string
	for range 1000 {
		id := ids.New("usr")
		require.True(t, ids.Valid("usr", id), id)
		require.False(t, seen[id], "twice: %s", id)
		seen[id] = true
		made = append(made, id)
	}
	require.True(t, slices.IsSorted(made), "ids sort by the time of their creation")
}

func TestValidRefuses(t *testing.T) {
	t.Parallel()
	good := ids.New("usr")
	for name, id := range map[string]string{
		"empty":        "",
		"other prefix": ids.New("prd"),
		"no prefix":    strings.TrimPrefix(good, "usr_"),
		"upper case":   strings.ToUpper(good),
		"too short":    good[:len(good)-1],
		"too long":     good + "0",
		"bad digit":    good[:len(good)-1] + "u",
		"spare bits":   good[:len(good)-1] + "z",
		"newline":      good + "\n",
	} {
		require.False(t, ids.Valid("usr", id), name)
	}
}
