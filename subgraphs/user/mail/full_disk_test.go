package mail_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A mail that was sent but cannot be deleted stays in the store. It must not be sent again.
func TestAMailIsSentOnceEvenIfItCannotBeDeleted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		waiting, post := newQueue(), newMailServers()
		waiting.keeps.Store(true)
		waiting.add(message())
		defer work(t, waiting, post)()
		time.Sleep(40 * time.Minute) // in the bubble's time
		require.Equal(t, 1, len(post.tries("ada@example.org")))
		require.Equal(t, 1, waiting.size())
		waiting.keeps.Store(false)
		time.Sleep(10 * time.Minute)
		require.Equal(t, 1, len(post.tries("ada@example.org")))
		require.Zero(t, waiting.size(), "it is deleted once the store can delete again")
	})
}

// While the store refuses writes, nothing is sent and the relay retries at growing intervals.
func TestNothingIsSentWhileTheDiskIsFull(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		waiting, post := newQueue(), newMailServers()
		waiting.full.Store(true)
		waiting.add(message())
		defer work(t, waiting, post)()
		time.Sleep(30 * time.Minute)
		require.Zero(t, len(post.tries("ada@example.org")))
		require.Less(t, waiting.looked.Load(), int64(50), "once a minute, after the first minutes")
		waiting.full.Store(false)
		time.Sleep(2 * time.Minute)
		require.Equal(t, 1, len(post.tries("ada@example.org")))
		require.Zero(t, waiting.size())
	})
}
