// Package bus carries messages between services over NATS JetStream.
//
// A service that publishes hands in a Message, and the server keeps it in a
// Stream; a service that consumes gets it at least once. The bus is transport,
// never truth: a service starts, and serves what it can, while no server
// answers, and the databases can fill an empty stream again.
//
//	outbox ──Publish──▶ Stream (on the server's disk) ──Consume──▶ Handler
//
// The server makes the streams when it starts (package busserver): a service that
// could make or change a stream could have it copy messages under any subject.
// Access says what each service may do, and the server refuses the rest. The server
// can be a cluster: then the URL names several servers, each stream is kept by some
// of them, and the loss of one stops nothing.
package bus

import (
	"context"
	"fmt"
	"log/slog"
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
	URL string // nats://host:port or tls://host:port, or several with commas
	// Name is the service. Its replies arrive below Inbox(Name), which no other service may read.
	Name string
	// Key is the seed of the nkey that proves the name; empty if the URL has a user, or the server
	// asks for nothing.
	Key string
	// CA is a file with the certificates that sign the server's; empty for those of the system.
	CA  string
	Log *slog.Logger
}

// Bus is a connection to the message server. It reconnects until it is closed.
type Bus struct {
	connection *nats.Conn
	jetstream  jetstream.JetStream
	log        *slog.Logger
}

// Connect returns at once, whether or not the server answers: only a malformed
// configuration is an error.
func Connect(config Config) (*Bus, error) {
	options, err := optionsOf(config)
	if err != nil {
		return nil, fmt.Errorf("connect to bus: %w", err)
	}
	connection, err := nats.Connect(config.URL, options...)
	if err != nil {
		return nil, fmt.Errorf("connect to bus: %w", err)
	}
	js, err := jetstream.New(connection)
	if err != nil {
		connection.Close()
		return nil, fmt.Errorf("connect to bus: %w", err)
	}
	return &Bus{connection: connection, jetstream: js, log: config.Log}, nil
}

// Close ends the connection.
func (b *Bus) Close() { b.connection.Close() }

// Publish returns nil when the server has the message on its disk. After an
// error the message may or may not be there: publish it again, with its ID.
func (b *Bus) Publish(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, publishWait)
	defer cancel()
	if !b.connection.IsConnected() {
		return nats.ErrConnectionReconnecting // now, not after the timeout
	}
	message := &nats.Msg{Subject: m.Subject, Data: m.Data}
	_, err := b.jetstream.PublishMsg(ctx, message,
		jetstream.WithMsgID(m.ID), jetstream.WithRetryAttempts(0))
	if err != nil {
		return fmt.Errorf("publish %s: %w", m.Subject, err)
	}
	return nil
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
	stream, err := b.jetstream.Stream(ctx, s.Name)
	if err != nil {
		return 0, fmt.Errorf("look at stream %s: %w", s.Name, err)
	}
	return int(stream.CachedInfo().State.Msgs), nil
}
