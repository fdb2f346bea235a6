package bus_test

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/natstest"
)

const patience = 20 * time.Second

func numbers() bus.Stream { return bus.Stream{Name: "NUMBERS", Subjects: []string{"numbers.*"}} }

// reader returns the access of the tests to a stream.
func reader(s bus.Stream) bus.Access {
	return bus.Access{
		Service: "test", Publishes: []bus.Stream{s},
		Reads: []bus.Consumer{{Stream: s, Durable: "reader"}, {Stream: s}},
	}
}

func start(t *testing.T) *natstest.Server {
	t.Helper()
	return natstest.Start(t, reader(numbers()))
}

func message(n int) bus.Message {
	digits := strconv.Itoa(n)
	return bus.Message{ID: "id-" + digits, Subject: "numbers.a", Data: []byte(digits)}
}

// publish tries until the bus, which may still be connecting, accepts the message.
func publish(t *testing.T, b *bus.Bus, m bus.Message) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) { require.NoError(c, b.Publish(t.Context(), m)) },
		patience, 20*time.Millisecond)
}

// consume runs a consumer until stop is called or the test ends.
func consume(t *testing.T, b *bus.Bus, c bus.Consumer, handle bus.Handler) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Consume(ctx, c, handle) }()
	return func() {
		cancel()
		require.NoError(t, <-done)
	}
}

func collect(into chan<- string) bus.Handler {
	return func(_ context.Context, m bus.Message) error {
		into <- string(m.Data)
		return nil
	}
}

func expect(t *testing.T, from <-chan string, want ...string) {
	t.Helper()
	require.Equal(t, want, take(t, from, len(want)))
}

func take(t *testing.T, from <-chan string, count int) []string {
	t.Helper()
	taken := make([]string, count)
	for i := range taken {
		select {
		case taken[i] = <-from:
		case <-time.After(patience):
			t.Fatalf("after %q no message came", taken[:i])
		}
	}
	return taken
}

func TestPublishedMessagesAreConsumedOnceInOrder(t *testing.T) {
	t.Parallel()
	b := start(t).Connect(t, "test")
	got := make(chan string, 100)
	stop := consume(t, b, bus.Consumer{Stream: numbers(), Durable: "reader"}, collect(got))
	defer stop()
	for n := range 5 {
		publish(t, b, message(n))
		publish(t, b, message(n)) // the same id: the server keeps one
	}
	publish(t, b, message(99))
	expect(t, got, "0", "1", "2", "3", "4", "99")
}

func TestADurableConsumerContinuesWhereItWas(t *testing.T) {
	t.Parallel()
	server := start(t)
	got := make(chan string, 100)
	durable := bus.Consumer{Stream: numbers(), Durable: "reader"}

	first := server.Connect(t, "test")
	publish(t, first, message(1))
	stop := consume(t, first, durable, collect(got))
	expect(t, got, "1")
	stop()

	publish(t, first, message(2))
	stop = consume(t, server.Connect(t, "test"), durable, collect(got))
	defer stop()
	expect(t, got, "2")
}

func TestAConsumerWithoutANameReadsFromTheBeginning(t *testing.T) {
	t.Parallel()
	b := start(t).Connect(t, "test")
	publish(t, b, message(1))
	publish(t, b, message(2))
	for range 2 {
		got := make(chan string, 100)
		stop := consume(t, b, bus.Consumer{Stream: numbers()}, collect(got))
		expect(t, got, "1", "2")
		stop()
	}
}

func TestSeveralMessagesAreHandledAtOnce(t *testing.T) {
	t.Parallel()
	b := start(t).Connect(t, "test")
	const atOnce, all = 3, 12
	entered, leave := make(chan string, all), make(chan struct{})
	stop := consume(t, b, bus.Consumer{Stream: numbers(), AtOnce: atOnce}, func(_ context.Context, m bus.Message) error {
		entered <- string(m.Data)
		<-leave
		return nil
	})
	for n := range all {
		publish(t, b, message(n))
	}
	// If messages were handled one after the other, the second would never enter.
	require.ElementsMatch(t, []string{"0", "1", "2"}, take(t, entered, atOnce))
	require.Empty(t, entered, "no more than these run at once")
	close(leave)
	require.Len(t, take(t, entered, all-atOnce), all-atOnce)
	stop()
}

func TestAFailedMessageIsDeliveredAgain(t *testing.T) {
	t.Parallel()
	b := start(t).Connect(t, "test")
	publish(t, b, message(1))
	got := make(chan string, 100)
	calls := 0
	stop := consume(t, b, bus.Consumer{Stream: numbers(), Durable: "reader"},
		func(_ context.Context, m bus.Message) error {
			if calls++; calls < 3 {
				return errors.New("not yet")
			}
			got <- string(m.Data)
			return nil
		})
	expect(t, got, "1")
	stop()
	require.Equal(t, 3, calls)
}

func TestLastPerSubject(t *testing.T) {
	t.Parallel()
	stream := numbers()
	stream.LastPerSubject = true
	b := natstest.Start(t, reader(stream)).Connect(t, "test")
	for n := range 5 {
		publish(t, b, message(n))
	}
	got := make(chan string, 100)
	stop := consume(t, b, bus.Consumer{Stream: stream}, collect(got))
	defer stop()
	expect(t, got, "4")
	held, err := b.Held(t.Context(), stream)
	require.NoError(t, err)
	require.Equal(t, 1, held)
}

func TestTheServerMayStartLateRestartAndLoseItsData(t *testing.T) {
	t.Parallel()
	server := start(t)
	server.Stop()
	b := server.Connect(t, "test") // does not wait
	require.Error(t, b.Publish(t.Context(), message(1)), "the caller learns that the message is not sent")
	got := make(chan string, 100)
	stop := consume(t, b, bus.Consumer{Stream: numbers(), Durable: "reader"}, collect(got))
	defer stop()

	server.Restart(t)
	publish(t, b, message(1))
	expect(t, got, "1")

	server.Stop()
	server.Restart(t)
	publish(t, b, message(2))
	expect(t, got, "2")

	server.Stop()
	server.Forget(t)
	server.Restart(t)
	publish(t, b, message(3))
	expect(t, got, "3")
}

func TestConnectRefusesNonsense(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	for _, config := range []bus.Config{
		{URL: "nats://%"},
		{URL: "nats://127.0.0.1:1", Key: "no seed"},
		{URL: "nats://127.0.0.1:1", CA: "/nonexistent"},
	} {
		config.Name, config.Log = "test", log
		_, err := bus.Connect(config)
		require.Error(t, err)
	}
}
