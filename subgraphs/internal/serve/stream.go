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

	"github.com/trefoil-graph/trefoil/subgraphs/internal/apierror"
)

const (
	typeEvents = "text/event-stream"
	// aliveInterval is shorter than what proxies wait for a connection that says nothing.
	aliveInterval = 15 * time.Second
	// sendTimeout bounds how long a client may take to read an event: one that does not read holds
	// a subscription and its memory.
	sendTimeout = 10 * time.Second
)

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

// stream answers a subscription with server-sent events: `next` for each response, and `complete` at the end. While
// there is nothing to tell, comments keep the connection alive, and find out that the client has gone.
func stream(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor,
	operation *graphql.OperationContext, limits *budget,
) {
	if !strings.Contains(r.Header.Get("Accept"), typeEvents) {
		const message = "A subscription is answered with events: accept " + typeEvents + "."
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
	<-ended // nobody writes after the handler has returned
	_ = to.send("event: complete\ndata:\n\n")
}

// events is a connection on which events are sent.
type events struct {
	mutex      sync.Mutex // of who writes
	to         io.Writer
	connection *http.ResponseController
}

// openEvents begins an answer that lasts for as long as its client stays.
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

// extend gives the client time to read what is sent next.
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

// keepAlive sends comments, which clients ignore, until ctx ends, and calls gone when they do not get through.
func (e *events) keepAlive(ctx context.Context, gone func()) (ended <-chan struct{}) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		timer := time.NewTicker(aliveInterval)
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
				if e.send(": alive\n\n") != nil {
					gone()
				}
			}
		}
	}()
	return done
}
