// Package bus carries messages between services over NATS JetStream.
//
// A service publishes a Message, the server keeps it in a Stream, and each service that consumes
// the stream gets it at least once. The databases hold the truth, not the bus: a service starts
// and serves what it can while no server answers, and the services can fill an empty stream again
// from their databases.
//
//	outbox ──Publish──▶ Stream (on the server's disk) ──Consume──▶ Handler
//
// The server creates the streams when it starts (package busserver). A service that could create
// or change a stream could make it copy messages under any subject. Access says what each service
// may do, and the server refuses everything else. The server can be a cluster. Then the URL names
// several servers, each stream is kept by some of them, and the service works on when one of them
// fails.
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

// Message is a message on the bus. If several with the same ID are published within the stream's
// window for duplicates, the server keeps the first.
type Message struct {
	ID      string
	Subject string
	Data    []byte
}

// Stream says how the server keeps the messages of some subjects.
type Stream struct {
	Name     string   // in capitals: CATALOGUE
	Subjects []string // patterns: product.changed.*
	// MaxAge is how long the server keeps a message; zero means forever.
	MaxAge time.Duration
	// LastPerSubject keeps only the newest message of each subject.
	LastPerSubject bool
}

// Config configures Connect.
type Config struct {
	URL string // nats://host:port or tls://host:port, or several separated by commas
	// Name is the name of the service. Replies to it arrive below Inbox(Name), which no other
	// service may read.
	Name string
	// Key is the seed of the nkey that proves the name. It is empty if the URL has a user or the
	// server needs no authentication.
	Key string
	// CA is a file of the certificates that sign the server's certificate; empty means those of
	// the system.
	CA  string
	Log *slog.Logger
}

// Bus is a connection to the message server. It reconnects until it is closed.
type Bus struct {
	connection *nats.Conn
	jetstream  jetstream.JetStream
	log        *slog.Logger
}

// Connect returns at once, whether or not the server answers. It fails only if the configuration
// is malformed.
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

// Close closes the connection.
func (b *Bus) Close() { b.connection.Close() }

// Publish returns nil once the message is on the server's disk. After an error it may be there or
// not: publish it again with the same ID.
func (b *Bus) Publish(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, publishWait)
	defer cancel()
	if !b.connection.IsConnected() {
		return nats.ErrConnectionReconnecting // fail now, not after the timeout
	}
	message := &nats.Msg{Subject: m.Subject, Data: m.Data}
	_, err := b.jetstream.PublishMsg(ctx, message,
		jetstream.WithMsgID(m.ID), jetstream.WithRetryAttempts(0))
	if err != nil {
		return fmt.Errorf("publish %s: %w", m.Subject, err)
	}
	return nil
}

// Held returns how many messages the stream holds. If it holds fewer than its owner has
// published, because the stream is new or the server lost it, the owner publishes all of them
// again.
func (b *Bus) Held(ctx context.Context, s Stream) (int, error) {
	if !b.connection.IsConnected() {
		return 0, nats.ErrConnectionReconnecting // fail now, not after the timeout
	}
	ctx, cancel := context.WithTimeout(ctx, publishWait)
	defer cancel()
	stream, err := b.jetstream.Stream(ctx, s.Name)
	if err != nil {
		return 0, fmt.Errorf("look at stream %s: %w", s.Name, err)
	}
	return int(stream.CachedInfo().State.Msgs), nil
}
