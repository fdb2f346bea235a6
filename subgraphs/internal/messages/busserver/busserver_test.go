package busserver_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/buskey"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/busserver"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/natstest"
)

// TestStreamsOfAServerWithoutUsersAreKept upgrades a data folder that has streams but no keys.
func TestStreamsOfAServerWithoutUsersAreKept(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	old, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: filepath.Join(data, "nats"), NoLog: true, NoSigs: true,
	})
	require.NoError(t, err)
	old.Start()
	require.True(t, old.ReadyForConnections(patience))
	anybody, err := nats.Connect(old.ClientURL())
	require.NoError(t, err)
	require.NoError(t, busserver.EnsureStreams(t.Context(), anybody, events.Access(), 1))
	js, err := jetstream.New(anybody)
	require.NoError(t, err)
	subject := events.StockSubject(events.Release)
	for _, id := range []string{"1", "2"} {
		_, err = js.Publish(t.Context(), subject, []byte(id), jetstream.WithMsgID(id))
		require.NoError(t, err)
	}
	consumer, err := js.CreateConsumer(t.Context(), "STOCK_COMMANDS", jetstream.ConsumerConfig{
		Durable: "product", AckPolicy: jetstream.AckExplicitPolicy, AckWait: 10 * time.Second, MaxDeliver: -1,
	})
	require.NoError(t, err)
	first, err := consumer.Next()
	require.NoError(t, err)
	require.NoError(t, first.DoubleAck(t.Context()))
	anybody.Close()
	old.Shutdown()
	old.WaitForShutdown()

	upgraded, err := busserver.Start(t.Context(), busserver.Options{
		Folder: filepath.Join(data, "nats"), Keys: buskey.Folder(data), OperatorKeys: buskey.Folder(data), Listen: "127.0.0.1:0", Access: events.Access(),
	})
	require.NoError(t, err)
	t.Cleanup(upgraded.Stop)
	require.Equal(t, []string{"2"}, read(t, upgraded.URL(), data))
}

// read returns the first message that product has not handled yet.
func read(t *testing.T, url, data string) (got []string) {
	t.Helper()
	key, err := buskey.Ensure(buskey.Folder(data), "product")
	require.NoError(t, err)
	product, err := bus.Connect(bus.Config{URL: url, Name: "product", Key: key, Log: quiet()})
	require.NoError(t, err)
	t.Cleanup(product.Close)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	require.NoError(t, product.Consume(ctx, events.ReadCommands(), func(_ context.Context, m bus.Message) error {
		got = append(got, string(m.Data))
		cancel()
		return nil
	}))
	return got
}

// TestStreamsAreChangedOnlyIfTheyDiffer counts the updates that the server reports.
func TestStreamsAreChangedOnlyIfTheyDiffer(t *testing.T) {
	t.Parallel()
	operator := natstest.Start(t).Operator(t)
	updates, err := operator.SubscribeSync("$JS.EVENT.ADVISORY.STREAM.*.NUMBERS")
	require.NoError(t, err)
	ensure := func(s bus.Stream) {
		t.Helper()
		access := []bus.Access{{Service: "test", Publishes: []bus.Stream{s}}}
		require.NoError(t, busserver.EnsureStreams(t.Context(), operator, access, 1))
	}
	free := bus.Stream{Name: "NUMBERS", Subjects: []string{"numbers.*"}}
	bounded := free
	bounded.MaxAge, bounded.LastPerSubject = time.Hour, true
	for _, s := range []bus.Stream{free, free, bounded, bounded, free} {
		ensure(s)
	}
	js, err := jetstream.New(operator)
	require.NoError(t, err)
	copying := jetstream.StreamConfig{Name: "NUMBERS", Subjects: free.Subjects, RePublish: &jetstream.RePublish{Source: ">", Destination: "elsewhere.>"}}
	_, err = js.UpdateStream(t.Context(), copying)
	require.NoError(t, err)
	ensure(free)
	for _, want := range []string{"CREATED", "UPDATED", "UPDATED", "UPDATED", "UPDATED"} {
		update, err := updates.NextMsg(patience)
		require.NoError(t, err)
		require.Contains(t, update.Subject, want)
	}
	require.NoError(t, operator.Flush())
	pending, _, err := updates.Pending()
	require.NoError(t, err)
	require.Zero(t, pending)
	stream, err := js.Stream(t.Context(), "NUMBERS")
	require.NoError(t, err)
	require.Nil(t, stream.CachedInfo().Config.RePublish, "the copying of messages is removed")
}

// TestADeletedStreamComesBack deletes a stream while the server runs.
func TestADeletedStreamComesBack(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s, err := busserver.Start(t.Context(), busserver.Options{
		Folder: filepath.Join(data, "nats"), Keys: buskey.Folder(data), OperatorKeys: buskey.Folder(data), Listen: "127.0.0.1:0", Access: events.Access(),
	})
	require.NoError(t, err)
	t.Cleanup(s.Stop)
	key, err := buskey.Ensure(buskey.Folder(data), buskey.Operator)
	require.NoError(t, err)
	operator, err := busserver.ConnectOperator(s.URL(), key)
	require.NoError(t, err)
	t.Cleanup(operator.Close)
	js, err := jetstream.New(operator)
	require.NoError(t, err)
	require.NoError(t, js.DeleteStream(t.Context(), "SESSIONS"))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.KeepStreams(ctx) }()
	require.Eventually(t, func() bool { _, err := js.Stream(t.Context(), "SESSIONS"); return err == nil }, patience, 10*time.Millisecond)
	stop()
	require.NoError(t, <-ended)
}

// TestAServerThatCannotServeEnds also checks that the error gives the reason.
func TestAServerThatCannotServeEnds(t *testing.T) {
	t.Parallel()
	running, data := natstest.Start(t), t.TempDir()
	_, port, err := net.SplitHostPort(running.URL[len("nats://"):])
	require.NoError(t, err)
	options := busserver.Options{
		Folder: filepath.Join(data, "nats"), Keys: buskey.Folder(data), OperatorKeys: buskey.Folder(data),
		Listen: "127.0.0.1:" + port, Access: events.Access(),
	}
	_, err = busserver.Start(t.Context(), options)
	require.ErrorContains(t, err, "address already in use")

	options.Listen, options.Folder = "127.0.0.1:0", "/dev/null/nats"
	_, err = busserver.Start(t.Context(), options)
	require.ErrorContains(t, err, "not a directory")
}

func TestTLS(t *testing.T) {
	t.Parallel()
	ca, cert, key := certificates(t)
	s := natstest.StartWith(t, busserver.Options{TLSCert: cert, TLSKey: key})
	seed := s.Key(t, "product")
	product, err := bus.Connect(bus.Config{URL: s.URL, Name: "product", Key: seed, CA: ca, Log: quiet()})
	require.NoError(t, err)
	t.Cleanup(product.Close)
	require.Eventually(t, func() bool { _, err := product.Held(t.Context(), events.Catalogue()); return err == nil }, patience, 10*time.Millisecond)

	_, err = nats.Connect(s.URL, sign(t, seed))
	require.ErrorContains(t, err, "certificate signed by unknown authority")
	tls, err := nats.Connect(s.URL, sign(t, seed), nats.RootCAs(ca))
	require.NoError(t, err)
	_, err = tls.TLSConnectionState()
	require.NoError(t, err, "the connection is encrypted")
	tls.Close()
}

// certificates creates an authority and a certificate for 127.0.0.1 that it signs.
func certificates(t *testing.T) (ca, cert, key string) {
	t.Helper()
	folder := t.TempDir()
	write := func(name, kind string, der []byte) string {
		file := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
		return file
	}
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, authority, authority, &caKey.PublicKey, caKey)
	require.NoError(t, err)
	ca = write("ca.pem", "CERTIFICATE", der)
	ownKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	own := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "bus"}, NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err = x509.CreateCertificate(rand.Reader, own, authority, &ownKey.PublicKey, caKey)
	require.NoError(t, err)
	cert = write("cert.pem", "CERTIFICATE", der)
	encoded, err := x509.MarshalPKCS8PrivateKey(ownKey)
	require.NoError(t, err)
	return ca, cert, write("key.pem", "PRIVATE KEY", encoded)
}

func TestMistakesAreExplained(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	good := busserver.Options{Folder: filepath.Join(data, "nats"), Keys: buskey.Folder(data), OperatorKeys: buskey.Folder(data), Listen: "127.0.0.1:0"}
	for name, spoil := range map[string]func(*busserver.Options){
		"address": func(o *busserver.Options) { o.Listen = "nowhere" },
		"TLS":     func(o *busserver.Options) { o.TLSCert, o.TLSKey = "/nonexistent", "/nonexistent" },
		"key":     func(o *busserver.Options) { o.OperatorKeys = "/dev/null/bus" },
	} {
		o := good
		spoil(&o)
		_, err := busserver.New(o)
		require.ErrorContains(t, err, name)
	}
}
