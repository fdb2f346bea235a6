package logging_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/shared/logging"
)

func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestALineIsJSONWithTheSameFieldsEverywhere(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log, err := logging.New("order", &out, environment())
	require.NoError(t, err)
	log.Debug("hidden")
	log.Info("request", "requestId", "r1", "duration", 1234567*time.Nanosecond, "status", 200)

	var line map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &line))
	require.NotEmpty(t, line["time"])
	delete(line, "time")
	require.Equal(t, map[string]any{
		"level": "INFO", "msg": "request", "service": "order", "requestId": "r1", "durationMs": 1.235, "status": 200.0,
	}, line)
}

func TestDurationsInGroupsHaveTheUnitToo(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log, err := logging.New("order", &out, environment())
	require.NoError(t, err)
	log.With("wait", 2*time.Second).WithGroup("fetch").Info("slow", slog.Duration("duration", time.Minute))
	require.Contains(t, out.String(), `"waitMs":2000,"fetch":{"durationMs":60000}`)
}

func TestTextAndLevel(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log, err := logging.New("order", &out, environment("LOG_FORMAT", "text", "LOG_LEVEL", "Debug"))
	require.NoError(t, err)
	log.Debug("shown", "duration", 1500*time.Microsecond)
	require.True(t, strings.HasPrefix(out.String(), "time="), out.String())
	require.Contains(t, out.String(), "level=DEBUG msg=shown service=order durationMs=1.5\n")
}

func TestUnknownWordsAreRefused(t *testing.T) {
	t.Parallel()
	_, err := logging.New("order", io.Discard, environment("LOG_FORMAT", "xml"))
	require.ErrorContains(t, err, `LOG_FORMAT is "xml"; write json or text`)
	_, err = logging.New("order", io.Discard, environment("LOG_LEVEL", "loud"))
	require.ErrorContains(t, err, `LOG_LEVEL is "loud"; write debug, info, warn or error`)
}

func BenchmarkRequestLine(b *testing.B) {
	log, err := logging.New("router", io.Discard, environment())
	require.NoError(b, err)
	for b.Loop() {
		log.Info("request", "requestId", "5f0c", "method", "POST", "status", 200, "duration", time.Millisecond)
	}
}
