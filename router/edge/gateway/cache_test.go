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
	c, err := newCache(10, func(key) (*prepared, error) {
		if calls.Add(1) == 1 {
			close(begun)
		}
		<-all
		return &prepared{planned: &planned{}}, nil
	})
	require.NoError(t, err)
	got := make([]*prepared, askers)
	var group sync.WaitGroup
	for i := range askers {
		group.Go(func() { got[i], _ = c.get(key{text: "{a}"}) })
	}
	<-begun
	close(all)
	group.Wait()
	again, err := c.get(key{text: "{a}"})
	require.NoError(t, err)
	require.Same(t, got[0], again)
	require.EqualValues(t, 1, calls.Load(), "later requests find it, concurrent requests wait for it")
}

func TestCacheKeepsApart(t *testing.T) {
	t.Parallel()
	made := map[string]int{}
	c, err := newCache(2, func(k key) (*prepared, error) {
		made[k.name+k.labels+" "+k.text]++
		if k.text == "bad" {
			return nil, errors.New("bad")
		}
		return &prepared{planned: &planned{}}, nil
	})
	require.NoError(t, err)
	long := strings.Repeat("x", largestCached+1)
	for _, k := range []key{
		{"a", "A", ""}, {"a", "B", ""}, {"a", "A", ""}, {text: "bad"}, {text: "bad"}, {text: long}, {text: long}, {text: "b"}, {"a", "B", ""},
		{"a", "B", "0"}, {"a", "B", "1"}, {"a", "B", "1"},
	} {
		_, err := c.get(k)
		require.Equal(t, k.text == "bad", err != nil)
	}
	require.Equal(t, map[string]int{
		"A a": 1, "B a": 2, // the third document evicted it
		" bad": 2, " " + long: 2, // never cached
		" b":   1,
		"B0 a": 1, "B1 a": 1, // prepared once for each state of the labels
	}, made)
}
