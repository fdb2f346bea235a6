package denylist_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/authentication/denylist"
)

// broker is a NATS server with JetStream that a test can stop and start again.
type broker struct {
	options server.Options
	server  *server.Server
	admin   nkeys.KeyPair // may do everything on a server with keys
}

func startBroker(t *testing.T) *broker {
	t.Helper()
	b := &broker{admin: createUser(t), options: server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true,
	}}
	b.start(t)
	t.Cleanup(func() { b.stop() })
	b.stream(t, jetstream.FileStorage)
	return b
}

func (b *broker) start(t *testing.T) {
	t.Helper()
	options := b.options
	started, err := server.NewServer(&options)
	require.NoError(t, err)
	started.Start()
	require.True(t, started.ReadyForConnections(patience))
	b.server = started
	b.options.Port = started.Addr().(*net.TCPAddr).Port
}

func (b *broker) stop() {
	b.server.Shutdown()
	b.server.WaitForShutdown()
}

func (b *broker) url() string { return fmt.Sprintf("nats://127.0.0.1:%d", b.options.Port) }

func (b *broker) jetstream(t *testing.T) jetstream.JetStream {
	t.Helper()
	var options []nats.Option
	if len(b.options.Nkeys) > 0 {
		options = append(options, nats.Nkey(b.options.Nkeys[0].Nkey, func(nonce []byte) ([]byte, error) {
			return b.admin.Sign(nonce)
		}))
	}
	connection, err := nats.Connect(b.url(), options...)
	require.NoError(t, err)
	t.Cleanup(connection.Close)
	js, err := jetstream.New(connection)
	require.NoError(t, err)
	return js
}

func (b *broker) stream(t *testing.T, storage jetstream.StorageType) {
	t.Helper()
	_, err := b.jetstream(t).CreateStream(t.Context(), jetstream.StreamConfig{
		Name: "SESSIONS", Subjects: []string{"session.revoked"}, MaxAge: time.Hour, Storage: storage,
	})
	require.NoError(t, err)
}

func (b *broker) deny(t *testing.T, value string) {
	t.Helper()
	text, err := json.Marshal(map[string]any{"sessionId": value, "expiresAt": time.Now().Add(time.Hour)})
	require.NoError(t, err)
	b.publish(t, text)
}

func (b *broker) publish(t *testing.T, text []byte) {
	t.Helper()
	_, err := b.jetstream(t).Publish(t.Context(), "session.revoked", text)
	require.NoError(t, err)
}

// follow reads the stream into a new list until stop is called.
func follow(t *testing.T, from denylist.NATS) (l *denylist.List, stop func()) {
	t.Helper()
	l = denylist.New(options(), nil)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); l.FollowNATS(ctx, from) }()
	return l, func() { cancel(); <-done }
}

func eventuallyDenies(t *testing.T, l *denylist.List, value string) {
	t.Helper()
	require.Eventually(t, func() bool { return denies(l, value) }, patience, time.Millisecond, value)
}

func TestAStreamIsReadFromItsBeginning(t *testing.T) {
	t.Parallel()
	b := startBroker(t)
	b.deny(t, "before")
	b.publish(t, []byte("?"))
	l, stop := follow(t, denylist.NATS{URL: b.url(), Stream: "SESSIONS", Name: "router"})
	defer stop()
	eventuallyDenies(t, l, "before")
	b.deny(t, "later")
	eventuallyDenies(t, l, "later")
	require.Equal(t, 2, l.Len(), "a malformed message is ignored")
}

// The server is down when the list begins, restarts, loses its consumers, and loses all of its
// files. No entry is lost.
func TestNoEntryIsLostWithTheConnection(t *testing.T) {
	t.Parallel()
	b := startBroker(t)
	b.deny(t, "first")
	b.stop()
	l, stop := follow(t, denylist.NATS{URL: b.url(), Stream: "SESSIONS", Name: "router"})
	defer stop()

	b.start(t)
	eventuallyDenies(t, l, "first")

	b.stop()
	b.start(t)
	b.deny(t, "after the restart")
	eventuallyDenies(t, l, "after the restart")

	stream, err := b.jetstream(t).Stream(t.Context(), "SESSIONS")
	require.NoError(t, err)
	for name := range stream.ConsumerNames(t.Context()).Name() {
		require.NoError(t, stream.DeleteConsumer(t.Context(), name))
	}
	b.deny(t, "after the loss of the consumer")
	eventuallyDenies(t, l, "after the loss of the consumer")

	b.stop()
	b.options.StoreDir = t.TempDir()
	b.start(t)
	b.stream(t, jetstream.FileStorage)
	b.deny(t, "in the new stream")
	eventuallyDenies(t, l, "in the new stream")
	require.True(t, denies(l, "first"), "the list keeps what the server has lost")
}

// Somebody else takes messages of the list's consumer, so that they never arrive. The list notices
// that they are missing, and reads the stream again.
func TestAMissingMessageIsNoticed(t *testing.T) {
	t.Parallel()
	b := startBroker(t)
	b.deny(t, "first")
	l, stop := follow(t, denylist.NATS{URL: b.url(), Stream: "SESSIONS", Name: "router"})
	defer stop()
	eventuallyDenies(t, l, "first")
	stream, err := b.jetstream(t).Stream(t.Context(), "SESSIONS")
	require.NoError(t, err)
	consumer, err := stream.Consumer(t.Context(), <-stream.ConsumerNames(t.Context()).Name())
	require.NoError(t, err)
	taken, err := consumer.Fetch(10, jetstream.FetchMaxWait(patience))
	require.NoError(t, err)
	for n := range 100 {
		b.deny(t, fmt.Sprint(n))
	}
	count := 0
	for range taken.Messages() {
		count++
	}
	require.Equal(t, 10, count, "messages that the list did not get")
	b.deny(t, "last")
	eventuallyDenies(t, l, "last")
	require.Eventually(t, func() bool { return l.Len() == 102 }, patience, time.Millisecond)
}

func createUser(t *testing.T) nkeys.KeyPair {
	t.Helper()
	pair, err := nkeys.CreateUser()
	require.NoError(t, err)
	return pair
}

// The router needs no more rights than to read the stream. Its key may come later than the router.
func TestTheKeyNeedsFewRights(t *testing.T) {
	t.Parallel()
	reader, b := createUser(t), startBroker(t)
	readerKey, err := reader.PublicKey()
	require.NoError(t, err)
	seed, err := reader.Seed()
	require.NoError(t, err)
	adminKey, err := b.admin.PublicKey()
	require.NoError(t, err)

	b.stop()
	b.options.Nkeys = []*server.NkeyUser{{Nkey: adminKey}, {Nkey: readerKey, Permissions: &server.Permissions{
		Publish: &server.SubjectPermission{Allow: []string{
			"$JS.API.CONSUMER.CREATE.SESSIONS.*", "$JS.API.CONSUMER.INFO.SESSIONS.*", "$JS.API.CONSUMER.MSG.NEXT.SESSIONS.*",
		}},
		Subscribe: &server.SubjectPermission{Allow: []string{"_INBOX.router.>"}},
	}}}
	b.start(t)
	b.deny(t, "a")
	file := filepath.Join(t.TempDir(), "key")
	l, stop := follow(t, denylist.NATS{URL: b.url(), Stream: "SESSIONS", Name: "router", KeyFile: file})
	defer stop()
	require.False(t, denies(l, "a"))
	require.NoError(t, os.WriteFile(file+".new", append(seed, '\n'), 0o600))
	require.NoError(t, os.Rename(file+".new", file))
	eventuallyDenies(t, l, "a")
}
