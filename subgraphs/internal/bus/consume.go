package bus

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"
)

const (
	retryWait = 250 * time.Millisecond
	setupWait = 5 * time.Second
	// ackWait is also how late a message comes that was on its way to a consumer when that ended.
	ackWait    = 10 * time.Second
	longestNak = 30 * time.Second
	pullExpiry = 10 * time.Second
	heartbeat  = 2 * time.Second
	// handleWait bounds one call of a handler; until then the server is told that it works.
	handleWait = time.Minute
	// windowPerHandler is how many messages are taken from the server for each one that is handled
	// at once: enough that no handler waits for the next message.
	windowPerHandler = 16
)

// Handler takes one message. The message is done when it returns nil, and comes
// again, later, when it fails: a handler can be called twice with one message.
// Its context ends after a minute.
type Handler func(ctx context.Context, m Message) error

// Consumer says what to read.
type Consumer struct {
	Stream Stream
	// Durable is the name under which the server remembers what was handled, so
	// that after a restart only the rest comes. Without a name nothing is
	// remembered: each start reads the stream from its beginning.
	Durable string
	// Subject narrows the stream's subjects; empty is all of them.
	Subject string
	// AtOnce is how many messages are handled at once, in any order. Up to 1: one
	// after the other, in that of the stream.
	AtOnce int
	// Key, if set, names what a message is about. Messages with the same key are handled one after
	// the other, in the order of the stream, and the others do not wait for them.
	Key func(Message) string

	ackWait time.Duration // for tests; 0 is ackWait
}

// Consume hands each message to handle until ctx ends; then it returns nil. It
// survives the loss of the server, of the stream and of the consumer.
func (b *Bus) Consume(ctx context.Context, c Consumer, handle Handler) error {
	c.AtOnce = max(c.AtOnce, 1)
	if c.ackWait == 0 {
		c.ackWait = ackWait
	}
	for ctx.Err() == nil {
		err := b.consumeOnce(ctx, c, handle)
		if ctx.Err() != nil {
			break
		}
		b.log.Debug("consumer starts again", "stream", c.Stream.Name, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(retryWait):
		}
	}
	return nil
}

// consumeOnce takes as many messages from the server as its window has room for. The library's own
// prefetch of 500 messages let those at its end wait for longer than ackWait, so that they were
// delivered twice.
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
		_ = work.Wait() // what failed, or was not begun, comes again
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
		MaxDeliver:    -1, // package deadletter ends the tries of what fails for ever
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
	if err != nil { // then it comes again after ackWait
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
	doublings := min(metadata.NumDelivered-1, 7)
	return min(retryWait<<doublings, longestNak)
}
