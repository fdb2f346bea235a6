package deadletter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
)

// Command returns the help for Run, which a service offers as its command "dead".
func Command() cli.Command {
	return cli.Command{Usage: "dead [list|retry ID|retry all|drop ID]", Does: "" +
		`lists, retries or drops messages that the service could not handle
  dead list       prints the messages and their last errors; so does dead alone
  dead retry ID   handles a message again, and drops it on success
  dead retry all  handles every message again
  dead drop ID    drops a message
The service may run meanwhile.`}
}

// Run executes the command with the arguments in words. It retries a message with the handler of
// its stream.
func Run(
	ctx context.Context, b *Box, handlers map[string]bus.Handler, words []string, stdout io.Writer,
) error {
	switch {
	case len(words) == 0, len(words) == 1 && words[0] == "list":
		return list(ctx, b, stdout)
	case len(words) == 2 && words[0] == "retry" && words[1] == "all":
		return retryAll(ctx, b, handlers, stdout)
	case len(words) == 2 && words[0] == "retry":
		return b.Retry(ctx, words[1], handlers)
	case len(words) == 2 && words[0] == "drop":
		return b.Drop(ctx, words[1])
	}
	return errors.New("want list, retry ID, retry all or drop ID; see help dead")
}

func list(ctx context.Context, b *Box, stdout io.Writer) error {
	letters, err := b.List(ctx)
	for _, l := range letters {
		_, failure := fmt.Fprintf(stdout, "%s  %s %s  %s to %s, tried %d times\n    %q\n    %q\n",
			l.ID, l.Stream, l.Subject, at(l.FirstSeen), at(l.LastSeen), l.Deliveries, l.Reason, l.Data)
		err = errors.Join(err, failure)
	}
	return err
}

func at(micros int64) string { return time.UnixMicro(micros).UTC().Format(time.RFC3339) }

func retryAll(
	ctx context.Context, b *Box, handlers map[string]bus.Handler, stdout io.Writer,
) error {
	letters, err := b.List(ctx)
	if err != nil {
		return err
	}
	failed := 0
	for _, l := range letters {
		outcome := "handled"
		if err := b.Retry(ctx, l.ID, handlers); err != nil {
			outcome = "failed: " + err.Error()
			failed++
		}
		_, _ = fmt.Fprintf(stdout, "%s  %s\n", l.ID, outcome)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d dead letters failed again", failed, len(letters))
	}
	return nil
}
