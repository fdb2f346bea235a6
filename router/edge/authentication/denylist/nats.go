package denylist

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"
)

const (
	natsRetry = 250 * time.Millisecond
	natsSetup = 2 * time.Second
	// natsHeartbeat bounds how long the loss of a consumer stays unnoticed: two of them. A lost
	// connection is noticed at once.
	natsHeartbeat = 500 * time.Millisecond
	natsExpiry    = 10 * time.Second
	// natsBatch is how many messages the server sends ahead.
	natsBatch = 500
)

// NATS names a stream of entries on a NATS server with JetStream.
type NATS struct {
	// URL is nats://host:port or tls://host:port, or several separated by commas.
	URL string
	// Stream is the stream's name. It has to keep each message until its tokens have expired.
	Stream string
	// Name is the name of the client. The server's answers arrive below _INBOX.Name.
	Name string
	// Key is the seed of the nkey that proves the name, and KeyFile a file with it. The file may
	// come later than the router. Without both, the client connects without a key.
	Key, KeyFile string
	// CA is a file of the certificates that sign the server's; empty means those of the system.
	CA string
}

// FollowNATS adds the messages of a stream until ctx ends. It begins again whenever something
// fails.
func (l *List) FollowNATS(ctx context.Context, from NATS) {
	last := ""
	for ctx.Err() == nil {
		err := l.connectAndRead(ctx, from)
		if ctx.Err() != nil {
			return
		}
		if text := err.Error(); text != last { // an error that repeats is logged once
			last = text
			l.options.Log.Warn("cannot read the deny list; will retry",
				"url", withoutUser(from.URL), "stream", from.Stream, "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(natsRetry):
		}
	}
}

// withoutUser removes users and passwords from a list of addresses.
func withoutUser(list string) string {
	addresses := strings.Split(list, ",")
	for i, address := range addresses {
		scheme, rest, _ := strings.Cut(address, "://")
		if at := strings.LastIndex(rest, "@"); at >= 0 {
			addresses[i] = scheme + "://" + rest[at+1:]
		}
	}
	return strings.Join(addresses, ",")
}

// connectAndRead uses one connection for as long as it works.
func (l *List) connectAndRead(ctx context.Context, from NATS) error {
	options, err := natsOptions(from)
	if err != nil {
		return err
	}
	lost := make(chan struct{}, 1)
	options = append(options, nats.DisconnectErrHandler(func(*nats.Conn, error) {
		select {
		case lost <- struct{}{}:
		default:
		}
	}))
	connection, err := nats.Connect(from.URL, options...)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer connection.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stopped := context.AfterFunc(ctx, connection.Close)
	defer stopped()
	go func() {
		select {
		case <-lost:
			cancel()
		case <-ctx.Done():
		}
	}()
	if err = l.readStream(ctx, connection, from.Stream); err == nil {
		err = errors.New("the connection was lost")
	}
	return err
}

func natsOptions(from NATS) ([]nats.Option, error) {
	options := []nats.Option{
		nats.Name(from.Name), nats.CustomInboxPrefix("_INBOX." + from.Name),
		nats.NoReconnect(), // a new connection reads the stream from its beginning
		nats.Timeout(natsSetup),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}), // not to stderr
	}
	if from.CA != "" {
		options = append(options, nats.RootCAs(from.CA))
	}
	seed := from.Key
	if seed == "" && from.KeyFile != "" {
		text, err := os.ReadFile(from.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("key: %w", err)
		}
		seed = string(text)
	}
	if seed = strings.TrimSpace(seed); seed == "" {
		return options, nil
	}
	pair, err := nkeys.FromSeed([]byte(seed))
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	public, err := pair.PublicKey()
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	return append(options, nats.Nkey(public, pair.Sign)), nil
}

// readStream reads the stream from its beginning, until something fails or a message is missing.
func (l *List) readStream(ctx context.Context, c *nats.Conn, stream string) error {
	js, err := jetstream.New(c)
	if err != nil {
		return err
	}
	setup, cancel := context.WithTimeout(ctx, natsSetup)
	defer cancel()
	consumer, err := js.CreateOrUpdateConsumer(setup, stream, jetstream.ConsumerConfig{
		DeliverPolicy: jetstream.DeliverAllPolicy, AckPolicy: jetstream.AckNonePolicy,
		MemoryStorage: true, InactiveThreshold: time.Minute,
	})
	if err != nil {
		return fmt.Errorf("make a consumer: %w", err)
	}
	messages, err := consumer.Messages(jetstream.PullMaxMessages(natsBatch),
		jetstream.PullExpiry(natsExpiry), jetstream.PullHeartbeat(natsHeartbeat))
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	stopped := context.AfterFunc(ctx, messages.Stop)
	defer stopped()
	defer messages.Stop()
	for expected := uint64(1); ; expected++ {
		message, err := messages.Next()
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		metadata, err := message.Metadata()
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		if metadata.Sequence.Consumer != expected {
			return fmt.Errorf("message %d is missing", expected)
		}
		if err := l.read(message.Data()); err != nil {
			l.options.Log.Warn("a message of the deny list is ignored",
				"stream", stream, "sequence", metadata.Sequence.Stream, "error", err)
		}
	}
}
