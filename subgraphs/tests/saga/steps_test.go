package saga_test

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/order/catalogue"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
)

// buyer is a client that remembers the answers it got.
type buyer struct {
	id    string
	last  *sales.Placing // kept to send it again with its key
	order string
}

// step does one thing, and may crash the services during it.
func (w *world) step(ctx context.Context) {
	w.maybeDie()
	name, err := w.act(ctx)
	w.log("%s %s: %v", w.now.Format(time.TimeOnly), name, err)
	if errors.Is(err, errCrash) {
		w.startOrder()
		w.startProduct()
	}
	w.orderDB.Interpose(func() error { return nil })
	w.productDB.Interpose(func() error { return nil })
}

// maybeDie crashes the services in one of five steps, after up to 20 more statements. Then every
// statement fails until they are started again.
func (w *world) maybeDie() {
	if w.random.IntN(5) > 0 {
		return
	}
	left := w.random.IntN(20)
	die := func() error {
		if left--; left < 0 {
			return errCrash
		}
		return nil
	}
	w.orderDB.Interpose(die)
	w.productDB.Interpose(die)
}

func (w *world) act(ctx context.Context) (name string, err error) {
	b := w.buyers[w.random.IntN(len(w.buyers))]
	switch w.random.IntN(22) {
	case 0, 1, 2:
		return "place", w.place(ctx, b)
	case 3:
		return "place again", w.placeAgain(ctx, b)
	case 4:
		return "cancel", w.cancel(ctx, b)
	case 5:
		return "adjust", w.adjust(ctx)
	case 6:
		return "reprice", w.reprice(ctx)
	case 7:
		return "wait", w.wait()
	case 8:
		return "timers", errors.Join(w.order.sales.GiveUp(ctx), w.product.stock.Expire(ctx))
	case 9:
		if w.random.IntN(10) == 0 {
			w.net.forget()
		}
		return "network forgets", nil
	case 10, 11, 12:
		return "courier", w.order.courier.Deliver(ctx)
	case 13, 14:
		return "relay", w.product.relay.Drain(ctx)
	case 15, 16:
		return "command", w.deliver(ctx, &w.net.commands, w.product.commands.Handle)
	case 19:
		return "advance", w.advance(ctx, b)
	case 20:
		return "prune", w.product.stock.Prune(ctx)
	case 17, 18:
		return "reply", w.deliver(ctx, &w.net.replies, w.order.replies.Handle)
	}
	return "catalogue", w.deliver(ctx, &w.net.catalogue, w.learn)
}

// deliver delivers a message; if handling fails, the message is queued again.
func (w *world) deliver(ctx context.Context, lane *[]bus.Message, handle bus.Handler) error {
	m, found := w.net.take(lane)
	if !found {
		return nil
	}
	w.log("  %s %s", m.Subject, m.Data)
	err := handle(ctx, m)
	if err != nil {
		*lane = append(*lane, m)
	}
	return err
}

func (w *world) learn(ctx context.Context, m bus.Message) error {
	var changed events.ProductChanged
	if err := json.Unmarshal(m.Data, &changed); err != nil {
		return err
	}
	return w.order.sales.Learn(ctx, catalogue.Product(changed))
}

func (w *world) wait() error {
	pauses := []time.Duration{time.Second, 5 * time.Second, time.Minute, 6 * time.Minute, 20 * time.Minute, 8 * 24 * time.Hour}
	pause := pauses[w.random.IntN(len(pauses))]
	if w.now = w.now.Add(pause); pause > time.Hour {
		w.net.forgetOld()
	}
	return nil
}

func (w *world) productID(ctx context.Context) (string, error) {
	p, err := w.product.catalog.Product(ctx, nil, &w.slugs[w.random.IntN(len(w.slugs))])
	if err != nil || p == nil {
		return "", err
	}
	return p.ID, nil
}

// place fills the basket and places it as it is shown.
func (w *world) place(ctx context.Context, b *buyer) error {
	var changes []sales.Change
	for range 1 + w.random.IntN(2) {
		id, err := w.productID(ctx)
		if err != nil {
			return err
		}
		quantity := 1 + w.random.IntN(3)
		changes = append(changes, sales.Change{Action: sales.Set, ProductID: id, Quantity: &quantity})
	}
	draft, err := w.order.sales.Change(ctx, b.id, sales.Changes{Changes: changes})
	if err != nil {
		return err
	}
	b.last = &sales.Placing{OrderID: &draft.ID, ExpectedVersion: draft.Version, IdempotencyKey: ids.New("key")}
	b.order = draft.ID
	return w.placeAgain(ctx, b)
}

func (w *world) placeAgain(ctx context.Context, b *buyer) error {
	if b.last == nil {
		return nil
	}
	_, err := w.order.sales.Place(ctx, b.id, *b.last)
	return err
}

func (w *world) cancel(ctx context.Context, b *buyer) error {
	_, err := w.order.sales.Cancel(ctx, b.id, sales.Cancelling{OrderID: b.order})
	return err
}

// advance moves an order to its next status or, sometimes, cancels it.
func (w *world) advance(ctx context.Context, b *buyer) error {
	order, err := w.order.sales.Order(ctx, b.id, b.order, sales.Parts{})
	if err != nil || order == nil {
		return err
	}
	next := map[sales.Status]sales.Status{
		sales.Confirmed: sales.Processing, sales.Processing: sales.Shipped, sales.Shipped: sales.Delivered,
	}[order.Status]
	if next == sales.Shipped && w.random.IntN(4) == 0 {
		next = sales.Cancelled
	}
	_, err = w.order.sales.Advance(ctx, sales.Advancing{OrderID: order.ID, ExpectedVersion: order.Version, Status: next})
	return err
}

func (w *world) adjust(ctx context.Context) error {
	id, err := w.productID(ctx)
	if err != nil || id == "" {
		return err
	}
	_, err = w.product.stock.Adjust(ctx, "staff", stock.Adjustment{
		ProductID: id, Delta: 1 + w.random.IntN(6) - 3, Reason: "counted", Key: ids.New("key"),
	})
	return err
}

func (w *world) reprice(ctx context.Context) error {
	id, err := w.productID(ctx)
	if err != nil || id == "" {
		return err
	}
	price := money.Money{AmountMinor: int64(100 + w.random.IntN(3)), Currency: "EUR"}
	_, err = w.product.catalog.Update(ctx, id, catalog.Change{Price: &price})
	return err
}
