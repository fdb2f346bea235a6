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
)

// Handler takes one message. The message is done when it returns nil, and comes
// again, later, when it fails: a handler can be called twice with one message.
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
}

// Consume hands each message to handle until ctx ends; then it returns nil. It
// survives the loss of the server, of the stream and of the consumer.
func (b *Bus) Consume(ctx context.Context, c Consumer, handle Handler) error {
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

func (b *Bus) consumeOnce(ctx context.Context, c Consumer, handle Handler) error {
	messages, err := b.subscribe(ctx, c)
	if err != nil {
		return err
	}
	defer messages.Stop()
	var handling errgroup.Group
	handling.SetLimit(max(c.AtOnce, 1))
	defer func() { _ = handling.Wait() }() // what failed comes again
	for {
		delivered, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return fmt.Errorf("next message: %w", err)
		}
		handling.Go(func() error {
			b.deliver(ctx, delivered, handle)
			return nil
		})
	}
}

func (b *Bus) subscribe(ctx context.Context, c Consumer) (jetstream.MessagesContext, error) {
	ctx, cancel := context.WithTimeout(ctx, setupWait)
	defer cancel()
	consumer, err := b.jetstream.CreateOrUpdateConsumer(ctx, c.Stream.Name, jetstream.ConsumerConfig{
		Durable:       c.Durable,
		FilterSubject: c.Subject,
		DeliverPolicy: jetstream.DeliverAllPolicy,
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       ackWait,
		MaxDeliver:    -1, // package deadletter ends the tries of what fails for ever
	})
	if err != nil {
		return nil, fmt.Errorf("make consumer of %s: %w", c.Stream.Name, err)
	}
	messages, err := consumer.Messages(
		jetstream.PullExpiry(pullExpiry), jetstream.PullHeartbeat(heartbeat),
		// A server that came back without our consumer sends no heartbeat: the
		// error makes us begin anew.
		jetstream.WithMessagesErrOnMissingHeartbeat(true))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", c.Stream.Name, err)
	}
	return messages, nil
}

func (b *Bus) deliver(ctx context.Context, delivered jetstream.Msg, handle Handler) {
	m := Message{
		ID:      delivered.Headers().Get(jetstream.MsgIDHeader),
		Subject: delivered.Subject(),
		Data:    delivered.Data(),
	}
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

func nakDelay(delivered jetstream.Msg) time.Duration {
	metadata, err := delivered.Metadata()
	if err != nil {
		return retryWait
	}
	doublings := min(metadata.NumDelivered-1, 7)
	return min(retryWait<<doublings, longestNak)
}
