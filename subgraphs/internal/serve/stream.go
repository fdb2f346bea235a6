package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/apierror"
)

const typeEvents = "text/event-stream"

// streamsKey is where a request's context has the context that ends when the service stops.
type streamsKey struct{}

// untilStop is a request's context that ends when the service stops, too.
func untilStop(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	streams, found := ctx.Value(streamsKey{}).(context.Context)
	if !found {
		return ctx, cancel
	}
	forget := context.AfterFunc(streams, cancel)
	return ctx, func() { forget(); cancel() }
}

// stream answers a subscription with server-sent events: `next` for each response, and `complete` at the end.
func stream(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, operation *graphql.OperationContext) {
	if !strings.Contains(r.Header.Get("Accept"), typeEvents) {
		const message = "A subscription is answered with events: accept " + typeEvents + "."
		writeErrors(w, http.StatusNotAcceptable, apierror.New(apierror.BadUserInput, message))
		return
	}
	connection := http.NewResponseController(w)
	// A subscription lasts for as long as its client stays.
	_ = connection.SetReadDeadline(time.Time{})
	_ = connection.SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", typeEvents)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	_ = connection.Flush()
	ctx, cancel := untilStop(r.Context())
	defer cancel()
	respond, ctx := exec.DispatchOperation(ctx, operation)
	for response := respond(ctx); response != nil; response = respond(ctx) {
		data, err := json.Marshal(body{response.Errors, response.Data, response.Extensions})
		if err != nil {
			return
		}
		if _, err := fmt.Fprintf(w, "event: next\ndata: %s\n\n", data); err != nil {
			return // the client has gone
		}
		_ = connection.Flush()
	}
	_, _ = fmt.Fprint(w, "event: complete\ndata:\n\n")
}
