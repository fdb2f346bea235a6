package busserver

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/shared/logging"
)

func TestNATSLogsInTheFormatOfTheShop(t *testing.T) {
	t.Parallel()
	var written bytes.Buffer
	log, err := logging.New("nats", &written, func(string) string { return "" })
	require.NoError(t, err)
	fatal := make(chan error, 1)
	to := logger{log: log, fatal: fatal}
	to.Debugf("hidden")
	to.Tracef("hidden")
	to.Noticef("  Store Directory: %q", "/data")
	to.Warnf("slow")
	to.Errorf("bad")
	to.Fatalf("over: %s", "no disk")
	to.Fatalf("and so on")
	require.EqualError(t, <-fatal, "the bus: over: no disk")
	lines := json.NewDecoder(&written)
	for _, want := range [][2]string{{"INFO", `Store Directory: "/data"`}, {"WARN", "slow"}, {"ERROR", "bad"}, {"ERROR", "and so on"}} {
		var line struct{ Time, Level, Msg, Service string }
		require.NoError(t, lines.Decode(&line))
		require.Equal(t, want, [2]string{line.Level, line.Msg})
		require.Equal(t, "nats", line.Service)
		require.NotEmpty(t, line.Time)
	}
}
