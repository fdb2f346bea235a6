package bus

import (
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// Inbox returns the subject below which the server's answers to a service arrive.
func Inbox(service string) string { return "_INBOX." + service }

func optionsOf(config Config) ([]nats.Option, error) {
	options := append([]nats.Option{
		nats.Name(config.Name),
		nats.CustomInboxPrefix(Inbox(config.Name)),
		nats.RetryOnFailedConnect(true),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(reconnectWait),
		// A server that refuses the key now may accept it later, after a restart with new keys.
		nats.IgnoreAuthErrorAbort(),
		// No message waits in memory for the server; the outbox keeps it.
		nats.ReconnectBufSize(-1),
	}, reports(config)...)
	if config.CA != "" {
		options = append(options, nats.RootCAs(config.CA))
	}
	if config.Key == "" {
		return options, nil
	}
	pair, err := nkeys.FromSeed([]byte(config.Key))
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	public, err := pair.PublicKey()
	if err != nil || !nkeys.IsValidPublicUserKey(public) {
		return nil, fmt.Errorf("key: want the seed of a user, which begins with SU")
	}
	return append(options, nats.Nkey(public, pair.Sign)), nil
}

// reports returns options that log changes of the connection. An error that repeats is logged
// once.
func reports(config Config) []nats.Option {
	last := "" // NATS runs a connection's callbacks one after the other
	return []nats.Option{
		nats.ConnectHandler(func(*nats.Conn) { last = ""; config.Log.Info("bus connected") }),
		nats.ReconnectHandler(func(*nats.Conn) { last = ""; config.Log.Info("bus reconnected") }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			config.Log.Warn("bus disconnected", "error", err)
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			config.Log.Warn("bus error", "error", err)
		}),
		nats.ReconnectErrHandler(func(_ *nats.Conn, err error) {
			if err.Error() != last {
				last = err.Error()
				config.Log.Warn("cannot connect to the bus", "error", err, "remedy", remedy(err))
			}
		}),
	}
}

// remedy says what an operator can do when connecting fails.
func remedy(err error) string {
	switch {
	case errors.Is(err, nats.ErrAuthorization):
		return "the server does not know the key: set NATS_KEY or NATS_KEY_FILE to the service's key"
	case errors.Is(err, nats.ErrNkeysNotSupported):
		return "the server has no users: make them with nats config, or set NATS_KEY=none"
	}
	return "none needed: the service retries until the server answers"
}
