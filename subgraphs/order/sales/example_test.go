package sales_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/command"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
	"github.com/trefoil-graph/trefoil/subgraphs/order/store"
)

// A user fills the basket and places it, and the stock replies that it has reserved the items.
func ExampleService() {
	folder := must(os.MkdirTemp("", "order"))
	defer os.RemoveAll(folder)
	ctx, user := context.Background(), ids.New("usr")
	now := func() time.Time { return time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC) }
	db := must(sqldb.Open(ctx, filepath.Join(folder, "order.db")))
	defer db.Close()
	service := sales.NewService(must(store.New(ctx, db, must(command.NewQueue(ctx, db, now)))), now)

	tea, quantity := ordertest.Product(1290), 3
	if err := service.Learn(ctx, tea); err != nil { // a message of the catalogue
		log.Fatal(err)
	}
	order := must(service.Change(ctx, user, sales.Changes{Changes: []sales.Change{
		{Action: sales.Add, ProductID: tea.ID, Quantity: &quantity},
	}}))
	fmt.Println(order.Status, order.Total)

	order = must(service.Place(ctx, user, sales.Placing{
		ExpectedVersion: order.Version, IdempotencyKey: ids.New("key"),
	}))
	fmt.Println(order.Status, order.Total)

	attempt := sales.Attempt{OrderID: order.ID, Number: order.Attempt}
	reply := sales.Reply{Attempt: attempt, Outcome: sales.IsReserved} // a message of the stock
	if err := service.Settle(ctx, reply); err != nil {
		log.Fatal(err)
	}
	settled := must(service.Order(ctx, user, order.ID, sales.Whole()))
	fmt.Println(settled.Status, settled.Total, "invoice", settled.Invoice.Number())
	// Output:
	// DRAFT 38.70 EUR
	// PENDING 38.70 EUR
	// CONFIRMED 38.70 EUR invoice 2026-000001
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
