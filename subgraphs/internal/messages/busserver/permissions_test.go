package busserver_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/natstest"
)

const patience = 20 * time.Second

// attacker is a client with a service's key that may send anything.
type attacker struct {
	*nats.Conn

	violations chan string
}

func attack(t *testing.T, server *natstest.Server, service string) attacker {
	t.Helper()
	a := attacker{violations: make(chan string, 100)}
	connection, err := nats.Connect(server.URL, sign(t, server.Key(t, service)), nats.CustomInboxPrefix(bus.Inbox(service)),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { a.violations <- err.Error() }))
	require.NoError(t, err)
	t.Cleanup(connection.Close)
	a.Conn = connection
	return a
}

func sign(t *testing.T, seed string) nats.Option {
	t.Helper()
	pair, err := nkeys.FromSeed([]byte(seed))
	require.NoError(t, err)
	public, err := pair.PublicKey()
	require.NoError(t, err)
	return nats.Nkey(public, pair.Sign)
}

// mayPublish publishes under a subject and then under one that is forbidden to all. The server
// reports violations in order, so the second report ends the wait in either case.
func (a attacker) mayPublish(t *testing.T, subject string) bool {
	t.Helper()
	require.NoError(t, a.Publish(subject, []byte("{}")))
	return a.unviolated(t, subject)
}

func (a attacker) maySubscribe(t *testing.T, subject string) bool {
	t.Helper()
	subscription, err := a.SubscribeSync(subject)
	require.NoError(t, err)
	defer func() { _ = subscription.Unsubscribe() }()
	return a.unviolated(t, subject)
}

func (a attacker) unviolated(t *testing.T, subject string) bool {
	t.Helper()
	const end = "nobody.may.use.this"
	require.NoError(t, a.Publish(end, nil))
	for seen := ""; ; {
		select {
		case violation := <-a.violations:
			if strings.Contains(violation, end) {
				return seen == ""
			}
			require.Contains(t, violation, fmt.Sprintf("%q", subject))
			seen = violation
		case <-time.After(patience):
			t.Fatal("the server reports no violation")
		}
	}
}

// subjectsOf returns one subject for each pattern of a stream.
func subjectsOf(s bus.Stream) (subjects []string) {
	for _, pattern := range s.Subjects {
		subjects = append(subjects, strings.ReplaceAll(pattern, "*", "x"))
	}
	return subjects
}

// TestAServicePublishesOnlyItsOwn tries all subjects of all services with each service's key.
func TestAServicePublishesOnlyItsOwn(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	for _, own := range events.Access() {
		a := attack(t, server, own.Service)
		for _, owner := range events.Access() {
			for _, stream := range owner.Publishes {
				for _, subject := range subjectsOf(stream) {
					require.Equal(t, owner.Service == own.Service, a.mayPublish(t, subject), "%s publishes %s", own.Service, subject)
				}
			}
			if owner.Service != own.Service {
				require.False(t, a.mayPublish(t, bus.Inbox(owner.Service)+".x"), "a reply to %s", owner.Service)
			}
		}
		for _, subject := range []string{"$KV.bucket.key", "$SYS.REQ.SERVER.PING", "$O.store.C.x", "anything"} {
			require.False(t, a.mayPublish(t, subject), "%s publishes %s", own.Service, subject)
		}
	}
}

// TestAServiceAdministersNoStream includes the service's own streams, because a stream can copy
// messages to any subject.
func TestAServiceAdministersNoStream(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	held := publishOne(t, server)
	for _, own := range events.Access() {
		a := attack(t, server, own.Service)
		for _, stream := range events.Streams() {
			for _, verb := range []string{
				"STREAM.CREATE.%s", "STREAM.UPDATE.%s", "STREAM.DELETE.%s", "STREAM.PURGE.%s", "STREAM.SNAPSHOT.%s", "STREAM.RESTORE.%s",
				"STREAM.MSG.GET.%s", "STREAM.MSG.DELETE.%s", "DIRECT.GET.%s", "STREAM.LEADER.STEPDOWN.%s", "STREAM.PEER.REMOVE.%s",
				"CONSUMER.LIST.%s", "CONSUMER.NAMES.%s", "CONSUMER.DELETE.%s.order", "CONSUMER.DELETE.%s.product", "CONSUMER.CREATE.%s",
				"CONSUMER.DURABLE.CREATE.%s.product", "CONSUMER.PAUSE.%s.product", "CONSUMER.RESET.%s.product",
			} {
				subject := "$JS.API." + fmt.Sprintf(verb, stream.Name)
				require.False(t, a.mayPublish(t, subject), "%s publishes %s", own.Service, subject)
			}
			owns := slices.ContainsFunc(own.Publishes, func(s bus.Stream) bool { return s.Name == stream.Name })
			require.Equal(t, owns, a.mayPublish(t, "$JS.API.STREAM.INFO."+stream.Name), "%s looks at %s", own.Service, stream.Name)
		}
		for _, subject := range []string{"$JS.API.STREAM.LIST", "$JS.API.STREAM.NAMES", "$JS.API.INFO", "$JS.API.ACCOUNT.PURGE.$G", "$JS.API.STREAM.CREATE.NEW"} {
			require.False(t, a.mayPublish(t, subject), "%s publishes %s", own.Service, subject)
		}
	}
	require.Equal(t, held, publishOne(t, server)-1, "nothing is purged")
}

// publishOne makes product publish a product, and returns how many messages the stream holds
// then.
func publishOne(t *testing.T, server *natstest.Server) int {
	t.Helper()
	product := server.Connect(t, "product")
	id := fmt.Sprintf("prd_%d", time.Now().UnixNano())
	data, err := json.Marshal(events.ProductChanged{ID: id, Version: 1})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		return product.Publish(t.Context(), bus.Message{ID: id, Subject: events.ProductSubject(id), Data: data}) == nil
	}, patience, 10*time.Millisecond)
	held, err := product.Held(t.Context(), events.Catalogue())
	require.NoError(t, err)
	return held
}

// TestAServiceReadsOnlyItsOwnStreamsAndReplies checks that messages and replies arrive only in
// the service's own inbox.
func TestAServiceReadsOnlyItsOwnStreamsAndReplies(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	for _, own := range events.Access() {
		a := attack(t, server, own.Service)
		require.True(t, a.maySubscribe(t, bus.Inbox(own.Service)+".x"))
		for _, other := range events.Access() {
			for _, stream := range other.Publishes {
				require.False(t, a.maySubscribe(t, stream.Subjects[0]), "%s subscribes to %s", own.Service, stream.Subjects[0])
			}
			if other.Service != own.Service {
				require.False(t, a.maySubscribe(t, bus.Inbox(other.Service)+".>"), "%s reads replies to %s", own.Service, other.Service)
			}
		}
		for _, subject := range []string{">", "_INBOX.>", "$SYS.>", "$JS.>", "$JS.API.>", "$JS.EVENT.ADVISORY.>", "$KV.>"} {
			require.False(t, a.maySubscribe(t, subject), "%s subscribes to %s", own.Service, subject)
		}
		for _, stream := range events.Streams() {
			for _, name := range []string{"user", "product", "order"} {
				subject := "$JS.API.CONSUMER.MSG.NEXT." + stream.Name + "." + name
				require.Equal(t, reads(own, stream, name), a.mayPublish(t, subject), "%s asks %s", own.Service, subject)
			}
		}
	}
}

// reads reports whether the table lets a service read a stream through a consumer of this name.
func reads(a bus.Access, s bus.Stream, name string) bool {
	return slices.ContainsFunc(a.Reads, func(c bus.Consumer) bool {
		return c.Stream.Name == s.Name && (c.Durable == "" || c.Durable == name)
	})
}

func TestAClientWithoutAKeyIsRefused(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	stranger, err := nkeys.CreateUser()
	require.NoError(t, err)
	seed, err := stranger.Seed()
	require.NoError(t, err)
	for name, option := range map[string]nats.Option{
		"no key": nats.Name("stranger"), "unknown key": sign(t, string(seed)), "password": nats.UserInfo("order", "order"),
	} {
		_, err := nats.Connect(server.URL, option)
		require.ErrorIs(t, err, nats.ErrAuthorization, name)
	}
}

// TestCopiesByTheServerAreRefused makes product ask the server to deliver messages and answers
// under another service's subject. The server's permissions do not prevent that, but receivers
// refuse such messages.
func TestCopiesByTheServerAreRefused(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	order, a := server.Connect(t, "order"), attack(t, server, "product")
	command, err := json.Marshal(events.StockCommand{Kind: events.Release, OrderID: "ord_1", Attempt: 1})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		return order.Publish(t.Context(), bus.Message{ID: "1", Subject: events.StockSubject(events.Release), Data: command}) == nil
	}, patience, 10*time.Millisecond)

	js, err := jetstream.New(a.Conn)
	require.NoError(t, err)
	_, err = js.CreateConsumer(t.Context(), events.StockCommands().Name, jetstream.ConsumerConfig{
		Durable: "product", AckPolicy: jetstream.AckExplicitPolicy,
	})
	require.NoError(t, err)
	for _, ask := range []string{"$JS.API.STREAM.INFO.CATALOGUE", "$JS.API.CONSUMER.MSG.NEXT.STOCK_COMMANDS.product"} {
		require.NoError(t, a.PublishRequest(ask, events.SessionSubject, []byte("1")))
	}
	require.NoError(t, a.Flush())

	operator, err := jetstream.New(server.Operator(t))
	require.NoError(t, err)
	stream, err := operator.Stream(t.Context(), events.Sessions().Name)
	require.NoError(t, err)
	for n := uint64(1); n <= 2; n++ {
		var raw *jetstream.RawStreamMsg
		require.Eventually(t, func() bool { raw, err = stream.GetMsg(t.Context(), n); return err == nil }, patience, 10*time.Millisecond)
		_, err := events.DecodeSessionRevoked(bus.Message{
			ID: raw.Header.Get(jetstream.MsgIDHeader), Subject: raw.Subject, Data: raw.Data,
		})
		require.True(t, errors.Is(err, events.ErrMalformed), "%s: %s", raw.Subject, raw.Data)
	}
}
