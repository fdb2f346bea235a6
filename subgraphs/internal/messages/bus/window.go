package bus

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
)

// window holds the messages that were fetched from the server and are not handled yet.
//
//	server ──fill──▶ lanes, one for each key ──handleAll, by AtOnce workers──▶ handler
//	                        extendAll ──▶ server: these are being worked on
//
// At most one message of a lane is with a worker. The lanes take turns, so a key with many
// messages does not hold up the others.
type window struct {
	key   func(jetstream.Msg) string // nil: each message is a lane of its own
	room  chan struct{}              // a token for each message that the window can still take
	ready chan *lane                 // lanes whose first message no worker has
	ended chan struct{}              // closed by close

	mutex sync.Mutex
	lanes map[string]*lane
	held  map[jetstream.Msg]struct{}
}

// lane holds the waiting messages of one key. Its first message may be with a worker.
type lane struct {
	key      string
	messages []jetstream.Msg
}

func newWindow(c Consumer) *window {
	size := c.AtOnce * windowPerHandler
	w := &window{
		room: make(chan struct{}, size), ready: make(chan *lane, size),
		ended: make(chan struct{}), lanes: map[string]*lane{}, held: map[jetstream.Msg]struct{}{},
	}
	for range size {
		w.room <- struct{}{}
	}
	switch {
	case c.Key != nil:
		w.key = func(m jetstream.Msg) string { return c.Key(messageOf(m)) }
	case c.AtOnce == 1:
		w.key = func(jetstream.Msg) string { return "" }
	}
	return w
}

// fill waits for room, fetches as many messages as there is room for, and adds them to the window
// as they arrive.
func (w *window) fill(ctx context.Context, from jetstream.Consumer) error {
	select {
	case <-w.room:
	case <-ctx.Done():
		return ctx.Err()
	}
	room := 1
	for more := true; more; {
		select {
		case <-w.room:
			room++
		default:
			more = false
		}
	}
	defer func() {
		for range room {
			w.room <- struct{}{}
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, pullExpiry)
	defer cancel()
	// A server that restarted without our consumer sends no heartbeat, and Fetch reports that as
	// an error.
	batch, err := from.Fetch(room, jetstream.FetchContext(ctx), jetstream.FetchHeartbeat(heartbeat))
	if err != nil {
		return err
	}
	for m := range batch.Messages() {
		room--
		w.put(m)
	}
	return batch.Error()
}

func (w *window) put(m jetstream.Msg) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.held[m] = struct{}{}
	if w.key == nil {
		w.ready <- &lane{messages: []jetstream.Msg{m}}
		return
	}
	key := w.key(m)
	if busy := w.lanes[key]; busy != nil {
		busy.messages = append(busy.messages, m)
		return
	}
	w.lanes[key] = &lane{key, []jetstream.Msg{m}}
	w.ready <- w.lanes[key]
}

// handleAll hands messages to handle until the window is closed.
func (w *window) handleAll(handle func(jetstream.Msg)) {
	for !w.isClosed() {
		select {
		case <-w.ended:
		case next := <-w.ready:
			handle(w.first(next))
			w.done(next)
		}
	}
}

func (w *window) isClosed() bool {
	select {
	case <-w.ended:
		return true
	default:
		return false
	}
}

func (w *window) first(of *lane) jetstream.Msg {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return of.messages[0]
}

// done removes the first message of a lane, and puts the lane at the end of the queue.
func (w *window) done(of *lane) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	delete(w.held, of.messages[0])
	w.room <- struct{}{}
	if of.messages = of.messages[1:]; len(of.messages) > 0 {
		w.ready <- of
		return
	}
	if w.lanes[of.key] == of {
		delete(w.lanes, of.key)
	}
}

// extendAll tells the server at each interval that the messages in the window are being worked
// on, so that it does not deliver them again. The caller calls stop after the last worker has
// ended.
func (w *window) extendAll(interval time.Duration) (stop func()) {
	var extending sync.WaitGroup
	ctx, end := context.WithCancel(context.Background())
	extending.Go(func() {
		loop := repeat.Loop{Pause: interval, PauseFirst: true}
		_ = loop.Run(ctx, func(context.Context) error {
			for _, m := range w.holding() {
				_ = m.InProgress() // if this is lost, the next one replaces it
			}
			return nil
		})
	})
	return func() {
		end()
		extending.Wait()
	}
}

func (w *window) holding() []jetstream.Msg {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return slices.Collect(maps.Keys(w.held))
}

// close stops the workers after their current message.
func (w *window) close() { close(w.ended) }
