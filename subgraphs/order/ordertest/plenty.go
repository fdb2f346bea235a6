package ordertest

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/command"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

const patience = 30 * time.Second

// plenty is a stock that has all that is asked for, and says so at once.
type plenty struct {
	*command.Queue

	db    *sqldb.DB
	wake  chan struct{}
	mutex sync.Mutex // held while commands are delivered

	refuses atomic.Bool
	stop    func() // answers no more
}

func newPlenty(db *sqldb.DB, queue *command.Queue) *plenty {
	return &plenty{Queue: queue, db: db, wake: make(chan struct{}, 1)}
}

// Add implements store.Commands.
func (p *plenty) Add(ctx context.Context, tx *sqlx.Tx, m bus.Message) error {
	p.db.AfterCommit(tx, p.wake)
	return p.Queue.Add(ctx, tx, m)
}

// serve answers commands until the test ends.
func (p *plenty) serve(t testing.TB, orders *sales.Service) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	courier := command.NewCourier(p.Queue, agreeing{orders, &p.refuses}, slog.New(slog.DiscardHandler))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-ctx.Done():
				return
			case <-p.wake:
				p.deliver(ctx, courier)
			}
		}
	}()
	p.stop = func() { cancel(); <-ended }
	t.Cleanup(p.stop)
}

func (p *plenty) deliver(ctx context.Context, courier *command.Courier) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	_ = courier.Deliver(ctx) // what fails waits
}

// idle tells whether all commands are answered.
func (p *plenty) idle(ctx context.Context) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	pending, err := p.Pending(ctx)
	return err == nil && pending == 0
}

// agreeing is a way to the stock that brings its consent back, unless it is to refuse what is to be reserved.
type agreeing struct {
	orders  *sales.Service
	refuses *atomic.Bool
}

// Publish implements command.Publisher.
func (a agreeing) Publish(ctx context.Context, m bus.Message) error {
	var asked events.StockCommand
	if err := json.Unmarshal(m.Data, &asked); err != nil {
		return err
	}
	yes := map[events.StockKind]sales.Outcome{
		events.Reserve: sales.IsReserved, events.Commit: sales.IsCommitted, events.Release: sales.IsReleased,
		events.Ship: sales.IsShipped,
	}
	reply := sales.Reply{Attempt: sales.Attempt{OrderID: asked.OrderID, Number: asked.Attempt}, Outcome: yes[asked.Kind]}
	if asked.Kind == events.Reserve && a.refuses.Load() {
		reply.Outcome = sales.IsRejected
		for _, item := range asked.Items {
			reply.Problems = append(reply.Problems, sales.OrderProblem{Reason: sales.TooFew, ProductID: item.ProductID})
		}
	}
	return a.orders.Settle(ctx, reply)
}

// Refuse has the stock refuse what is to be reserved, or no longer.
func (s *Shop) Refuse(t testing.TB, refuses bool) {
	t.Helper()
	s.plenty.refuses.Store(refuses)
}

// Silence keeps all questions from the stock, until it may answer or the test ends.
func (s *Shop) Silence(t testing.TB) (answer func()) {
	t.Helper()
	s.plenty.mutex.Lock()
	answer = sync.OnceFunc(s.plenty.mutex.Unlock)
	t.Cleanup(answer)
	return answer
}

// Rest has the stock answer what it was asked, and then no more: nothing but the test uses the database from then on.
func (s *Shop) Rest(t testing.TB) {
	t.Helper()
	s.Settled(t)
	s.plenty.stop()
}

// AskAgain asks the stock for something and keeps the question from it.
func (s *Shop) AskAgain(t testing.TB, o sales.Order, ask sales.Ask) {
	t.Helper()
	s.Silence(t)
	require.NoError(t, s.Store.Write(t.Context(), func(ctx context.Context, tx sales.Tx) error {
		return tx.Ask(ctx, sales.Command{Attempt: sales.Attempt{OrderID: o.ID, Number: o.Attempt}, Ask: ask})
	}))
}

// Buy places an order and waits for what becomes of it.
func (s *Shop) Buy(ctx context.Context, userID string, p sales.Placing) (sales.Order, error) {
	order, err := s.Place(ctx, userID, p)
	if err != nil {
		return order, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.Await(ctx, userID, order)
}

// Settled waits until the stock has answered all it was asked.
func (s *Shop) Settled(t testing.TB) {
	t.Helper()
	require.Eventually(t, func() bool { return s.plenty.idle(t.Context()) }, patience, time.Millisecond)
}
