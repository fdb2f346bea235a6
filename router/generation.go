package main

import (
	"sync"
	"sync/atomic"

	"github.com/trefoil-graph/trefoil/router/edge/gateway"
)

// generation is a gateway with the number of requests that it answers. What only they use is
// closed after the last of them, and not after a time limit: a request that reads a slow body can
// take longer than limits.requestTimeout.
type generation struct {
	*gateway.Gateway
	// state is the number of requests in flight, plus retired once the gateway is replaced.
	state atomic.Int64
	once  sync.Once
	// ended is closed when the gateway is replaced and its last request has ended.
	ended chan struct{}
}

// retired is more than the number of requests in flight can be.
const retired = 1 << 40

func newGeneration(g *gateway.Gateway) *generation {
	return &generation{Gateway: g, ended: make(chan struct{})}
}

// begin counts a request. It returns false if the gateway is replaced: then another is in use.
func (g *generation) begin() bool {
	if g.state.Add(1) < retired {
		return true
	}
	g.end()
	return false
}

// end ends a request that begin has counted.
func (g *generation) end() { g.check(g.state.Add(-1)) }

// retire lets no further request begin. Call it once, after the gateway is replaced.
func (g *generation) retire() { g.check(g.state.Add(retired)) }

func (g *generation) check(state int64) {
	if state == retired {
		g.once.Do(func() { close(g.ended) })
	}
}

// swap lets requests that start from now on use the next gateway. When all requests of the one
// before have ended, and those of all earlier ones, it calls unused, which closes what only they
// used.
func (s *server) swap(next *gateway.Gateway, unused func()) {
	before, earlier := s.gateway.Swap(newGeneration(next)), s.ended
	ended := make(chan struct{})
	s.ended = ended
	before.Close()
	before.retire()
	go func() {
		defer close(ended)
		<-before.ended
		before.Close() // the connections of its last requests
		if earlier != nil {
			<-earlier
		}
		unused()
	}()
}
