package natstest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/buskey"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/busserver"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
)

const startWait = 10 * time.Second

// Cluster is a group of message servers that keep streams together.
type Cluster struct {
	URL     string // of all servers, separated by commas
	data    string
	servers []*busserver.Server
}

// StartCluster runs servers on loopback until the test ends. It returns when they have found each
// other, elected a leader and created the streams on all servers, which takes seconds.
func StartCluster(t testing.TB, size int, access ...bus.Access) *Cluster {
	t.Helper()
	for range 3 { // sometimes another process takes a free port first
		c := newCluster(t, size, access)
		if !c.start() {
			continue
		}
		t.Cleanup(c.stop)
		if err := c.servers[0].Streams(t.Context()); err != nil {
			t.Fatalf("make streams: %v", err)
		}
		return c
	}
	t.Fatal("cannot start a cluster of message servers")
	return nil
}

// Connect connects as a service until the test ends.
func (c *Cluster) Connect(t testing.TB, service string) *bus.Bus {
	t.Helper()
	return connect(t, bus.Config{URL: c.URL, Name: service, Key: key(t, c.data, service)})
}

// KillLeader stops the server that leads a stream.
func (c *Cluster) KillLeader(t testing.TB, stream string) {
	t.Helper()
	for _, s := range c.servers {
		if s.Leads(stream) {
			s.Stop()
			return
		}
	}
	t.Fatalf("no server leads %s", stream)
}

func newCluster(t testing.TB, size int, access []bus.Access) *Cluster {
	t.Helper()
	c, ports := &Cluster{data: t.TempDir()}, freePorts(t, size)
	var routes []string
	for _, port := range ports {
		routes = append(routes, fmt.Sprintf("nats://127.0.0.1:%d", port))
	}
	for i, port := range ports {
		name := fmt.Sprintf("n%d", i)
		cluster := fmt.Sprintf("cluster {name: test, listen: \"127.0.0.1:%d\", routes: [%s]}\n",
			port, strings.Join(routes, ", "))
		s, err := busserver.New(defaults(busserver.Options{
			Name: name, Listen: "127.0.0.1:0", Folder: filepath.Join(c.data, name),
			Access: access, Replicas: size, Cluster: cluster,
			Keys: buskey.Folder(c.data), OperatorKeys: buskey.Folder(c.data),
		}))
		if err != nil {
			t.Fatalf("message server: %v", err)
		}
		c.servers = append(c.servers, s)
	}
	return c
}

func (c *Cluster) start() bool {
	started := make(chan error, len(c.servers))
	for _, s := range c.servers {
		go func() { started <- s.Run() }()
	}
	failed := false
	for range c.servers {
		failed = <-started != nil || failed
	}
	if failed {
		c.stop()
		return false
	}
	var urls []string
	for _, s := range c.servers {
		urls = append(urls, s.URL())
	}
	c.URL = strings.Join(urls, ",")
	return c.agreed()
}

// agreed waits until one server leads all others, and reports whether that happened in time.
func (c *Cluster) agreed() bool {
	ctx, cancel := context.WithTimeout(context.Background(), 2*startWait)
	defer cancel()
	err := repeat.UntilNil(ctx, 10*time.Millisecond, func(context.Context) error {
		for _, s := range c.servers {
			if s.Peers() == len(c.servers) {
				return nil
			}
		}
		return errors.New("no server leads all others")
	})
	if err != nil {
		c.stop()
	}
	return err == nil
}

func (c *Cluster) stop() {
	for _, s := range c.servers {
		s.Stop()
	}
}

// freePorts returns free ports. They are chosen before the servers start, because each server
// must know the ports of all.
func freePorts(t testing.TB, count int) (ports []int) {
	t.Helper()
	for range count {
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatalf("free port: %v", err)
		}
		defer func() { _ = listener.Close() }()
		ports = append(ports, listener.Addr().(*net.TCPAddr).Port)
	}
	return ports
}
