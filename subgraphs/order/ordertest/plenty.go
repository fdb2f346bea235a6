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

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/command"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

const patience = 30 * time.Second

// plenty is a stock that has enough of everything and replies at once.
type plenty struct {
	*command.Queue

	db    *sqldb.DB
	wake  chan struct{}
	mutex sync.Mutex // held while commands are delivered

	refuses atomic.Bool
	stop    func() // ends serve
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
	delivery := agreeing{orders, &p.refuses}
	courier := command.NewCourier(p.Queue, delivery, slog.New(slog.DiscardHandler))
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
	_ = courier.Deliver(ctx) // a command that fails stays in the queue
}

// idle reports whether all commands have been answered.
func (p *plenty) idle(ctx context.Context) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	pending, err := p.Pending(ctx)
	return err == nil && pending == 0
}

// agreeing delivers commands and settles a reply for each: consent, or refusal of reservations
// while refuses is set.
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
		events.Reserve: sales.IsReserved,
		events.Commit:  sales.IsCommitted,
		events.Release: sales.IsReleased,
		events.Ship:    sales.IsShipped,
	}
	attempt := sales.Attempt{OrderID: asked.OrderID, Number: asked.Attempt}
	reply := sales.Reply{Attempt: attempt, Outcome: yes[asked.Kind]}
	if asked.Kind == events.Reserve && a.refuses.Load() {
		reply.Outcome = sales.IsRejected
		for _, item := range asked.Items {
			problem := sales.OrderProblem{Reason: sales.TooFew, ProductID: item.ProductID}
			reply.Problems = append(reply.Problems, problem)
		}
	}
	return a.orders.Settle(ctx, reply)
}

// Refuse sets whether the stock refuses reservations.
func (s *Shop) Refuse(t testing.TB, refuses bool) {
	t.Helper()
	s.plenty.refuses.Store(refuses)
}

// Silence keeps commands from the stock until answer is called or the test ends.
func (s *Shop) Silence(t testing.TB) (answer func()) {
	t.Helper()
	s.plenty.mutex.Lock()
	answer = sync.OnceFunc(s.plenty.mutex.Unlock)
	t.Cleanup(answer)
	return answer
}

// Rest waits until the stock has answered all commands, and stops it. Then only the test uses the
// database.
func (s *Shop) Rest(t testing.TB) {
	t.Helper()
	s.Settled(t)
	s.plenty.stop()
}

// AskAgain adds a command to the stock but does not deliver it.
func (s *Shop) AskAgain(t testing.TB, o sales.Order, ask sales.Ask) {
	t.Helper()
	s.Silence(t)
	require.NoError(t, s.Store.Write(t.Context(), func(ctx context.Context, tx sales.Tx) error {
		attempt := sales.Attempt{OrderID: o.ID, Number: o.Attempt}
		return tx.Ask(ctx, sales.Command{Attempt: attempt, Ask: ask})
	}))
}

// Buy places an order and waits until it is no longer pending.
func (s *Shop) Buy(ctx context.Context, userID string, p sales.Placing) (sales.Order, error) {
	order, err := s.Place(ctx, userID, p)
	if err != nil {
		return order, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.Await(ctx, userID, order)
}

// Settled waits until the stock has answered all commands.
func (s *Shop) Settled(t testing.TB) {
	t.Helper()
	idle := func() bool { return s.plenty.idle(t.Context()) }
	require.Eventually(t, idle, patience, time.Millisecond)
}
