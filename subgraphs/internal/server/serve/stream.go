package serve

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/trefoil-graph/trefoil/router/shared/graphqlhttp"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
)

const (
	typeEvents = "text/event-stream"
	// aliveInterval is shorter than proxies wait on a silent connection.
	aliveInterval = 15 * time.Second
	// sendTimeout bounds how long a client may take to read an event. A client that does not read
	// would hold a subscription and its memory.
	sendTimeout = 10 * time.Second
)

// streamsKey is the key, in a request's context, of the context that ends when the service stops.
type streamsKey struct{}

// untilStop returns a request's context that also ends when the service stops.
func untilStop(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	streams, found := ctx.Value(streamsKey{}).(context.Context)
	if !found {
		return ctx, cancel
	}
	forget := context.AfterFunc(streams, cancel)
	return ctx, func() { forget(); cancel() }
}

// stream answers a subscription with server-sent events: `next` for each response, and `complete`
// at the end. Between responses it sends comments, which keep the connection alive and fail if
// the client has disconnected.
func stream(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor,
	operation *graphql.OperationContext, limits *budget,
) {
	if !acceptsEvents(r) {
		const message = "A subscription is answered with events. " +
			"Send the header Accept: " + typeEvents + "."
		writeErrors(w, http.StatusNotAcceptable, apierror.New(apierror.BadUserInput, message))
		return
	}
	to := openEvents(w)
	ctx, cancel := untilStop(r.Context())
	defer cancel()
	ended := to.keepAlive(ctx, cancel)
	defer limits.watch(ctx)()
	respond, ctx := exec.DispatchOperation(ctx, operation)
	for response := respond(ctx); response != nil; response = respond(ctx) {
		event := body{response.Errors, response.Data, response.Extensions}
		if _, exceeded := limits.check(ctx, response); exceeded != nil {
			event = body{Errors: gqlerror.List{shownError(exceeded)}}
		}
		text, err := event.json()
		if err == nil {
			err = to.send("event: next\ndata: " + string(text) + "\n\n")
		}
		if err != nil {
			break // the client has gone
		}
		limits.renew()
	}
	cancel()
	<-ended // so that keepAlive does not write after the handler returns
	_ = to.send("event: complete\ndata:\n\n")
}

func acceptsEvents(r *http.Request) bool {
	return strings.Contains(graphqlhttp.List(r.Header, "Accept"), typeEvents)
}

// events is a connection for server-sent events.
type events struct {
	mutex      sync.Mutex // held while writing
	to         io.Writer
	connection *http.ResponseController
}

// openEvents starts a response without a time limit.
func openEvents(w http.ResponseWriter) *events {
	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(time.Time{})
	e := &events{to: w, connection: connection}
	e.extend()
	w.Header().Set("Content-Type", typeEvents)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	_ = connection.Flush()
	return e
}

// extend gives the client sendTimeout to read what is sent next.
func (e *events) extend() {
	_ = e.connection.SetWriteDeadline(time.Now().Add(sendTimeout))
}

func (e *events) send(text string) error {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.extend()
	if _, err := io.WriteString(e.to, text); err != nil {
		return err
	}
	return e.connection.Flush()
}

// keepAlive sends comments, which clients ignore, until ctx ends. If sending fails it calls gone.
func (e *events) keepAlive(ctx context.Context, gone func()) (ended <-chan struct{}) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		loop := repeat.Loop{Pause: aliveInterval, PauseFirst: true}
		_ = loop.Run(ctx, func(context.Context) error {
			if e.send(": alive\n\n") != nil {
				gone()
			}
			return nil
		})
	}()
	return done
}
