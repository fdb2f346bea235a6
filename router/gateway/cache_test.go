package gateway

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCachePreparesOnce(t *testing.T) {
	t.Parallel()
	const askers = 8
	var calls atomic.Int32
	begun, all := make(chan struct{}), make(chan struct{})
	c, err := newCache(10, func(string, string) (*prepared, error) {
		if calls.Add(1) == 1 {
			close(begun)
		}
		<-all
		return &prepared{}, nil
	})
	require.NoError(t, err)
	got := make([]*prepared, askers)
	var group sync.WaitGroup
	for i := range askers {
		group.Go(func() { got[i], _ = c.get("{a}", "") })
	}
	<-begun
	close(all)
	group.Wait()
	again, err := c.get("{a}", "")
	require.NoError(t, err)
	require.Same(t, got[0], again)
	require.EqualValues(t, 1, calls.Load(), "those who come later find it, those who come meanwhile wait for it")
}

func TestCacheKeepsApart(t *testing.T) {
	t.Parallel()
	made := map[string]int{}
	c, err := newCache(2, func(text, name string) (*prepared, error) {
		made[name+" "+text]++
		if text == "bad" {
			return nil, errors.New("bad")
		}
		return &prepared{}, nil
	})
	require.NoError(t, err)
	long := strings.Repeat("x", largestCached+1)
	for _, k := range []key{{"a", "A"}, {"a", "B"}, {"a", "A"}, {"bad", ""}, {"bad", ""}, {long, ""}, {long, ""}, {"b", ""}, {"a", "B"}} {
		_, err := c.get(k.text, k.name)
		require.Equal(t, k.text == "bad", err != nil)
	}
	require.Equal(t, map[string]int{
		"A a": 1, "B a": 2, // the third document put it out
		" bad": 2, " " + long: 2, // never kept
		" b": 1,
	}, made)
}
