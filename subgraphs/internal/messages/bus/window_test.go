package bus_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
)

// about returns the nth message about a thing.
func about(thing string, n int) bus.Message {
	text := fmt.Sprintf("%s:%d", thing, n)
	return bus.Message{ID: text, Subject: "numbers.a", Data: []byte(text)}
}

func thingOf(m bus.Message) string {
	thing, _, _ := strings.Cut(string(m.Data), ":")
	return thing
}

func state(t *testing.T, connection *nats.Conn, durable string) *jetstream.ConsumerInfo {
	t.Helper()
	js, err := jetstream.New(connection)
	require.NoError(t, err)
	consumer, err := js.Consumer(t.Context(), "NUMBERS", durable)
	require.NoError(t, err)
	return consumer.CachedInfo()
}

func TestASlowMessageHoldsUpOnlyItsOwnKey(t *testing.T) {
	t.Parallel()
	b := start(t).Connect(t, "test")
	release, slow, got := make(chan struct{}), make(chan struct{}), make(chan string, 100)
	stop := consume(t, b, bus.Consumer{Stream: numbers(), Durable: "reader", AtOnce: 2, Key: thingOf},
		func(_ context.Context, m bus.Message) error {
			if string(m.Data) == "slow:0" {
				close(slow)
				<-release
			}
			got <- string(m.Data)
			return nil
		})
	for n := range 5 {
		publish(t, b, about("slow", n))
	}
	<-slow
	for n := range 20 {
		publish(t, b, about("quick", n))
	}
	for n := range 20 {
		expect(t, got, fmt.Sprintf("quick:%d", n))
	}
	close(release)
	expect(t, got, "slow:0", "slow:1", "slow:2", "slow:3", "slow:4")
	stop()
}

func TestFewMessagesAreFetchedAhead(t *testing.T) {
	t.Parallel()
	server := start(t)
	b := server.Connect(t, "test")
	const all = 400
	for n := range all {
		publish(t, b, message(n))
	}
	entered, leave := make(chan string, all), make(chan struct{})
	stop := consume(t, b, bus.Consumer{Stream: numbers(), Durable: "reader"}, func(_ context.Context, m bus.Message) error {
		entered <- string(m.Data)
		<-leave
		return nil
	})
	expect(t, entered, "0")
	watcher := server.Operator(t)
	require.Eventually(t, func() bool { return state(t, watcher, "reader").NumAckPending >= 16 }, patience, 10*time.Millisecond)
	require.Equal(t, 16, state(t, watcher, "reader").NumAckPending)
	close(leave)
	for n := 1; n < all; n++ {
		expect(t, entered, fmt.Sprint(n))
	}
	stop()
	require.EqualValues(t, all, state(t, watcher, "reader").Delivered.Consumer, "each is delivered once")
}

func TestAMessageInProgressIsNotDeliveredAgain(t *testing.T) {
	t.Parallel()
	server := start(t)
	b := server.Connect(t, "test")
	watcher := server.Operator(t)
	acks, err := watcher.SubscribeSync("$JS.ACK.NUMBERS.reader.>")
	require.NoError(t, err)
	require.NoError(t, watcher.Flush())

	const wait = 300 * time.Millisecond
	var calls atomic.Int32
	leave, got := make(chan struct{}), make(chan string, 10)
	stop := consume(t, b, bus.WithAckWait(bus.Consumer{Stream: numbers(), Durable: "reader"}, wait),
		func(_ context.Context, m bus.Message) error {
			calls.Add(1)
			<-leave
			got <- string(m.Data)
			return nil
		})
	publish(t, b, message(1))
	publish(t, b, message(2))           // waits for the first one
	for extended := 0; extended < 20; { // more than three times the time the server waits
		ack, err := acks.NextMsg(patience)
		require.NoError(t, err)
		if string(ack.Data) == "+WPI" {
			extended++
		}
	}
	require.EqualValues(t, 1, calls.Load())
	close(leave)
	expect(t, got, "1", "2")
	stop()
	require.EqualValues(t, 2, state(t, watcher, "reader").Delivered.Consumer)
}
