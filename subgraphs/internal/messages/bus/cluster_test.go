package bus_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/natstest"
)

// TestAClusterSurvivesTheLossOfTheStreamsLeader kills the one of three servers that leads the
// stream.
func TestAClusterSurvivesTheLossOfTheStreamsLeader(t *testing.T) {
	t.Parallel()
	cluster := natstest.StartCluster(t, 3, reader(numbers()))
	b := cluster.Connect(t, "test")
	got := make(chan string, 1000)
	stop := consume(t, b, bus.Consumer{Stream: numbers(), Durable: "reader"}, collect(got))
	defer stop()
	publish(t, b, message(0))
	expect(t, got, "0")
	publish(t, b, message(1))
	cluster.KillLeader(t, "NUMBERS")
	for n := 2; n < 10; n++ {
		publish(t, b, message(n))
	}
	seen := map[string]bool{"0": true}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for len(seen) < 10 {
		select {
		case digits := <-got: // may come twice if the acknowledgement was lost
			seen[digits] = true
		case <-ctx.Done():
			t.Fatalf("got only %v", seen)
		}
	}
	held, err := b.Held(t.Context(), numbers())
	require.NoError(t, err)
	require.Equal(t, 10, held, "each is kept once")
}
