package bus

import (
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// Inbox is the subject below which the server's answers to a service arrive.
func Inbox(service string) string { return "_INBOX." + service }

func optionsOf(config Config) ([]nats.Option, error) {
	options := append([]nats.Option{
		nats.Name(config.Name),
		nats.CustomInboxPrefix(Inbox(config.Name)),
		nats.RetryOnFailedConnect(true),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(reconnectWait),
		// A server that refuses the key now may know it later: after a restart with new keys.
		nats.IgnoreAuthErrorAbort(),
		// No message waits in memory for the server: the outbox keeps it.
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
		return nil, fmt.Errorf("key: not the seed of a user, which begins with SU")
	}
	return append(options, nats.Nkey(public, pair.Sign)), nil
}

// reports logs what happens to the connection. A failure that repeats at each try is logged once.
func reports(config Config) []nats.Option {
	last := "" // the callbacks of a connection run one after the other
	return []nats.Option{
		nats.ConnectHandler(func(*nats.Conn) { last = ""; config.Log.Info("bus connected") }),
		nats.ReconnectHandler(func(*nats.Conn) { last = ""; config.Log.Info("bus connected again") }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			config.Log.Warn("bus lost", "error", err)
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			config.Log.Warn("bus", "error", err)
		}),
		nats.ReconnectErrHandler(func(_ *nats.Conn, err error) {
			if err.Error() != last {
				last = err.Error()
				config.Log.Warn("no connection to the bus", "error", err, "remedy", remedy(err))
			}
		}),
	}
}

// remedy says what an operator can do about a connection that fails.
func remedy(err error) string {
	switch {
	case errors.Is(err, nats.ErrAuthorization):
		return "the server does not know the key: set NATS_KEY or NATS_KEY_FILE to the service's key"
	case errors.Is(err, nats.ErrNkeysNotSupported):
		return "the server has no users: make them with nats config, or set NATS_KEY=none"
	}
	return "none: the service tries again until the server answers"
}
