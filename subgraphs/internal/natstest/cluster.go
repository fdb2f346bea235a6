package natstest

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

const startWait = 10 * time.Second

// Cluster is several message servers that keep streams together.
type Cluster struct {
	URL     string // of all of them, with commas
	servers []*server.Server
}

// StartCluster runs servers on loopback until the test ends. It returns when they have found each
// other and chosen a leader, which takes seconds.
func StartCluster(t testing.TB, size int) *Cluster {
	t.Helper()
	for range 3 { // a port that was free is taken, now and then
		if c := newCluster(t, size); c.start() {
			t.Cleanup(c.stop)
			return c
		}
	}
	t.Fatal("no cluster of nats-servers starts")
	return nil
}

// KillLeader ends the server that leads a stream.
func (c *Cluster) KillLeader(t testing.TB, stream string) {
	t.Helper()
	for _, s := range c.servers {
		if s.JetStreamIsStreamLeader("$G", stream) {
			s.Shutdown()
			s.WaitForShutdown()
			return
		}
	}
	t.Fatalf("nobody leads %s", stream)
}

func newCluster(t testing.TB, size int) *Cluster {
	t.Helper()
	folder, ports := t.TempDir(), freePorts(t, size)
	var routes []*url.URL
	for _, port := range ports {
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", port)})
	}
	c := &Cluster{}
	for i, port := range ports {
		name := fmt.Sprintf("n%d", i)
		s, err := server.NewServer(&server.Options{
			ServerName: name, Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true,
			JetStream: true, StoreDir: filepath.Join(folder, name), Routes: routes,
			Cluster: server.ClusterOpts{Name: "test", Host: "127.0.0.1", Port: port},
		})
		if err != nil {
			t.Fatalf("nats-server: %v", err)
		}
		c.servers = append(c.servers, s)
	}
	return c
}

func (c *Cluster) start() bool {
	for _, s := range c.servers {
		s.Start()
	}
	var urls []string
	for _, s := range c.servers {
		if !s.ReadyForConnections(startWait) {
			c.stop()
			return false
		}
		urls = append(urls, s.ClientURL())
	}
	c.URL = strings.Join(urls, ",")
	return c.agreed()
}

// agreed waits until a server leads all others.
func (c *Cluster) agreed() bool {
	look, end := time.NewTicker(10*time.Millisecond), time.After(2*startWait)
	defer look.Stop()
	for {
		for _, s := range c.servers {
			if s.JetStreamIsLeader() && len(s.JetStreamClusterPeers()) == len(c.servers) {
				return true
			}
		}
		select {
		case <-look.C:
		case <-end:
			c.stop()
			return false
		}
	}
}

func (c *Cluster) stop() {
	for _, s := range c.servers {
		s.Shutdown()
		s.WaitForShutdown()
	}
}

// freePorts are needed before the servers start: each is told of all.
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
