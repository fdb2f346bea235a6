package busserver

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"
	"golang.org/x/sync/errgroup"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/buskey"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
)

// ConnectOperator connects with the operator's key.
func ConnectOperator(url, key string, options ...nats.Option) (*nats.Conn, error) {
	pair, err := nkeys.FromSeed([]byte(key))
	if err != nil {
		return nil, fmt.Errorf("operator's key: %w", err)
	}
	public, err := pair.PublicKey()
	if err != nil {
		return nil, fmt.Errorf("operator's key: %w", err)
	}
	options = append(options, nats.Name(buskey.Operator), nats.Nkey(public, pair.Sign))
	connection, err := nats.Connect(url, options...)
	if err != nil {
		return nil, fmt.Errorf("connect as operator: %w", err)
	}
	return connection, nil
}

// EnsureStreams creates missing streams and updates those that differ. It does not touch the
// others: inside the server, an update races with clients that create consumers.
func EnsureStreams(
	ctx context.Context, operator *nats.Conn, access []bus.Access, replicas int,
) error {
	js, err := jetstream.New(operator)
	if err != nil {
		return fmt.Errorf("make streams: %w", err)
	}
	for _, a := range access {
		for _, s := range a.Publishes {
			if err := ensure(ctx, js, configOf(s, replicas)); err != nil {
				return fmt.Errorf("make stream %s: %w", s.Name, err)
			}
		}
	}
	return nil
}

func configOf(s bus.Stream, replicas int) jetstream.StreamConfig {
	config := jetstream.StreamConfig{
		Name: s.Name, Subjects: s.Subjects, MaxAge: s.MaxAge, Replicas: max(replicas, 1),
	}
	if s.LastPerSubject {
		config.MaxMsgsPerSubject = 1
	}
	return config
}

func ensure(ctx context.Context, js jetstream.JetStream, config jetstream.StreamConfig) error {
	stream, err := js.Stream(ctx, config.Name)
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound):
		_, err = js.CreateStream(ctx, config)
	case err == nil && !isUpToDate(config, stream.CachedInfo().Config):
		_, err = js.UpdateStream(ctx, config)
	}
	return err
}

// isUpToDate compares the settings that we choose, and those that could copy messages to another
// subject. The server fills in the rest, and reports no limit as -1.
func isUpToDate(wanted, is jetstream.StreamConfig) bool {
	return slices.Equal(wanted.Subjects, is.Subjects) && wanted.MaxAge == is.MaxAge &&
		wanted.Replicas == is.Replicas && wanted.MaxMsgsPerSubject == max(is.MaxMsgsPerSubject, 0) &&
		is.RePublish == nil && is.SubjectTransform == nil && is.Mirror == nil && len(is.Sources) == 0
}

// KeepStreams creates the streams, and again any that somebody deletes, until ctx ends; then it
// returns nil. It returns an error if the server has failed for good.
func (s *Server) KeepStreams(ctx context.Context) error {
	failed := func(err error, repeated bool) {
		if !repeated { // log once, not every time
			s.options.Log.Error("cannot create the streams", "error", err)
		}
	}
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error {
		return repeat.Loop{Pause: interval, Failed: failed}.Run(ctx, s.Streams)
	})
	work.Go(func() error {
		select {
		case err := <-s.fatal:
			return err
		case <-ctx.Done():
			return nil
		}
	})
	return work.Wait()
}
