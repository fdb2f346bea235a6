// Package bus carries messages between services over NATS JetStream.
//
// A service that publishes hands in a Message, and the server keeps it in a
// Stream; a service that consumes gets it at least once. The bus is transport,
// never truth: a service starts, and serves what it can, while no server
// answers, and the databases can fill an empty stream again.
//
//	outbox ──Publish──▶ Stream (on the server's disk) ──Consume──▶ Handler
//
// Streams are made on demand, by whoever comes first, and again after the
// server lost them. The server can be a cluster: then the URL names several,
// each stream is kept by some of them, and the loss of one stops nothing.
package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	reconnectWait = 250 * time.Millisecond
	publishWait   = 5 * time.Second
)

// Message is one message. Of several with the same ID, published within the
// stream's window, the server keeps the first.
type Message struct {
	ID      string
	Subject string
	Data    []byte
}

// Stream says how the server keeps the messages of some subjects.
type Stream struct {
	Name     string   // in capitals: CATALOGUE
	Subjects []string // patterns: product.changed.*
	// MaxAge is how long a message is kept; zero is for ever.
	MaxAge time.Duration
	// LastPerSubject keeps only the newest message of each subject.
	LastPerSubject bool
}

// Config is what Connect needs.
type Config struct {
	URL     string // nats://host:port, or several with commas
	Name    string // of the service, for the server's log
	Streams []Stream
	// Replicas is how many servers of a cluster keep each stream; 0 is 1. All services that use a
	// stream say the same of it.
	Replicas int
	Log      *slog.Logger
}

// Bus is a connection to the message server that is mended for ever.
type Bus struct {
	connection *nats.Conn
	jetstream  jetstream.JetStream
	streams    []Stream
	replicas   int
	log        *slog.Logger
}

// Connect returns at once, whether or not the server answers: only a malformed
// configuration is an error. The streams are those that the service publishes to.
func Connect(config Config) (*Bus, error) {
	connection, err := nats.Connect(config.URL,
		nats.Name(config.Name),
		nats.RetryOnFailedConnect(true),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(reconnectWait),
		// No message waits in memory for the server: the outbox keeps it.
		nats.ReconnectBufSize(-1),
		nats.ConnectHandler(func(*nats.Conn) { config.Log.Info("bus connected") }),
		nats.ReconnectHandler(func(*nats.Conn) { config.Log.Info("bus connected again") }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { config.Log.Warn("bus lost", "error", err) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			config.Log.Warn("bus", "error", err)
		}),
	)
	if err != nil {
		return nil, fmt.Errorf("connect to bus: %w", err)
	}
	js, err := jetstream.New(connection)
	if err != nil {
		connection.Close()
		return nil, fmt.Errorf("connect to bus: %w", err)
	}
	return &Bus{connection: connection, jetstream: js, streams: config.Streams, replicas: max(config.Replicas, 1), log: config.Log}, nil
}

// Close ends the connection.
func (b *Bus) Close() { b.connection.Close() }

// Publish returns nil when the server has the message on its disk. After an
// error the message may or may not be there: publish it again, with its ID.
func (b *Bus) Publish(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, publishWait)
	defer cancel()
	err := b.publish(ctx, m)
	if errors.Is(err, jetstream.ErrNoStreamResponse) {
		if err = b.ensure(ctx, b.streams...); err == nil {
			err = b.publish(ctx, m)
		}
	}
	if err != nil {
		return fmt.Errorf("publish %s: %w", m.Subject, err)
	}
	return nil
}

func (b *Bus) publish(ctx context.Context, m Message) error {
	if !b.connection.IsConnected() {
		return nats.ErrConnectionReconnecting // now, not after the timeout
	}
	message := &nats.Msg{Subject: m.Subject, Data: m.Data}
	_, err := b.jetstream.PublishMsg(ctx, message,
		jetstream.WithMsgID(m.ID), jetstream.WithRetryAttempts(0))
	return err
}

// Held tells how many messages the stream holds. An owner who finds fewer than
// the things it has told of, because the stream is new or the server lost it,
// tells of all again.
func (b *Bus) Held(ctx context.Context, s Stream) (int, error) {
	if !b.connection.IsConnected() {
		return 0, nats.ErrConnectionReconnecting // now, not after the timeout
	}
	ctx, cancel := context.WithTimeout(ctx, publishWait)
	defer cancel()
	if err := b.ensure(ctx, s); err != nil {
		return 0, err
	}
	stream, err := b.jetstream.Stream(ctx, s.Name)
	if err != nil {
		return 0, fmt.Errorf("look at stream %s: %w", s.Name, err)
	}
	return int(stream.CachedInfo().State.Msgs), nil
}

func (b *Bus) ensure(ctx context.Context, streams ...Stream) error {
	for _, s := range streams {
		config := jetstream.StreamConfig{Name: s.Name, Subjects: s.Subjects, MaxAge: s.MaxAge, Replicas: b.replicas}
		if s.LastPerSubject {
			config.MaxMsgsPerSubject = 1
		}
		if err := b.ensureAs(ctx, config); err != nil {
			return fmt.Errorf("make stream %s: %w", s.Name, err)
		}
	}
	return nil
}

// ensureAs leaves a stream alone that is as it shall be. To update it all the same races, within the server, with those who make
// consumers.
func (b *Bus) ensureAs(ctx context.Context, config jetstream.StreamConfig) error {
	stream, err := b.jetstream.Stream(ctx, config.Name)
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound):
		_, err = b.jetstream.CreateStream(ctx, config)
	case err == nil && !isAs(config, stream.CachedInfo().Config):
		_, err = b.jetstream.UpdateStream(ctx, config)
	}
	return err
}

// isAs compares what we choose; the server fills in the rest, and -1 for no limit.
func isAs(wanted, is jetstream.StreamConfig) bool {
	return slices.Equal(wanted.Subjects, is.Subjects) && wanted.MaxAge == is.MaxAge && wanted.Replicas == is.Replicas &&
		wanted.MaxMsgsPerSubject == max(is.MaxMsgsPerSubject, 0)
}
