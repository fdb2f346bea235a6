package bus

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
)

const (
	retryWait = 250 * time.Millisecond
	setupWait = 5 * time.Second
	// ackWait is how long the server waits for an acknowledgement before it delivers a message
	// again. A message in flight to a consumer that ended is therefore delivered this much later.
	ackWait    = 10 * time.Second
	longestNak = 30 * time.Second
	pullExpiry = 10 * time.Second
	heartbeat  = 2 * time.Second
	// handleWait bounds one call of a handler. Until then, the server learns that it is still
	// working.
	handleWait = time.Minute
	// windowPerHandler is how many messages are fetched for each worker. It is large enough that
	// no worker waits for the next message.
	windowPerHandler = 16
)

// Handler handles one message. If it returns nil, the message is done; if it fails, the message
// is delivered again later, so a handler can see a message twice. Its context ends after a
// minute.
type Handler func(ctx context.Context, m Message) error

// Consumer configures Consume.
type Consumer struct {
	Stream Stream
	// Durable is the name under which the server remembers which messages are handled, so that
	// only the others are delivered after a restart. Without a name, each start reads the stream
	// from its beginning.
	Durable string
	// Subject selects some of the stream's subjects; empty selects all.
	Subject string
	// AtOnce is how many messages are handled in parallel, in any order. If it is at most 1,
	// messages are handled one after the other, in the order of the stream.
	AtOnce int
	// Key, if set, returns what a message is about. Messages with the same key are handled one
	// after the other, in the order of the stream, and do not hold up messages with other keys.
	Key func(Message) string

	ackWait time.Duration // for tests; 0 means the constant ackWait
}

// Consume calls handle for each message until ctx ends; then it returns nil. It starts again if
// the server, the stream or the consumer is lost.
func (b *Bus) Consume(ctx context.Context, c Consumer, handle Handler) error {
	c.AtOnce = max(c.AtOnce, 1)
	if c.ackWait == 0 {
		c.ackWait = ackWait
	}
	failed := func(err error, _ bool) {
		b.log.Debug("consumer starts again", "stream", c.Stream.Name, "error", err)
	}
	return repeat.Loop{Pause: retryWait, Failed: failed}.Run(ctx, func(ctx context.Context) error {
		return b.consumeOnce(ctx, c, handle)
	})
}

// consumeOnce fetches as many messages as its window has room for. The NATS library would
// prefetch 500 messages. The last of those waited longer than ackWait, so they were delivered
// twice.
func (b *Bus) consumeOnce(ctx context.Context, c Consumer, handle Handler) error {
	consumer, err := b.subscribe(ctx, c)
	if err != nil {
		return err
	}
	w := newWindow(c)
	var work errgroup.Group
	for range c.AtOnce {
		work.Go(func() error {
			w.handleAll(func(m jetstream.Msg) { b.deliver(ctx, m, handle) })
			return nil
		})
	}
	stopExtending := w.extendAll(c.ackWait / 3)
	defer func() {
		w.close()
		_ = work.Wait() // messages that failed or were not started are delivered again
		stopExtending()
	}()
	for {
		if err := w.fill(ctx, consumer); err != nil {
			return fmt.Errorf("next messages: %w", err)
		}
	}
}

func (b *Bus) subscribe(ctx context.Context, c Consumer) (jetstream.Consumer, error) {
	ctx, cancel := context.WithTimeout(ctx, setupWait)
	defer cancel()
	consumer, err := b.jetstream.CreateOrUpdateConsumer(ctx, c.Stream.Name, jetstream.ConsumerConfig{
		Durable:       c.Durable,
		FilterSubject: c.Subject,
		DeliverPolicy: jetstream.DeliverAllPolicy,
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       c.ackWait,
		MaxDeliver:    -1, // package deadletter stops the retries of a hopeless message
	})
	if err != nil {
		return nil, fmt.Errorf("make consumer of %s: %w", c.Stream.Name, err)
	}
	return consumer, nil
}

func (b *Bus) deliver(ctx context.Context, delivered jetstream.Msg, handle Handler) {
	ctx, cancel := context.WithTimeout(ctx, handleWait)
	defer cancel()
	m := messageOf(delivered)
	err := handle(ctx, m)
	if err == nil {
		err = delivered.Ack()
	} else {
		b.log.Warn("message not handled", "subject", m.Subject, "id", m.ID, "error", err)
		err = delivered.NakWithDelay(nakDelay(delivered))
	}
	if err != nil { // then the server delivers it again after ackWait
		b.log.Debug("answer to the bus lost", "subject", m.Subject, "error", err)
	}
}

func messageOf(delivered jetstream.Msg) Message {
	return Message{
		ID:      delivered.Headers().Get(jetstream.MsgIDHeader),
		Subject: delivered.Subject(),
		Data:    delivered.Data(),
	}
}

func nakDelay(delivered jetstream.Msg) time.Duration {
	metadata, err := delivered.Metadata()
	if err != nil {
		return retryWait
	}
	return repeat.Doubled(retryWait, int(metadata.NumDelivered)-1, longestNak)
}
