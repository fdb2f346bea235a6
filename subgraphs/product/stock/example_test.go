package stock_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
	"github.com/trefoil-graph/trefoil/subgraphs/product/store"
)

// An order reserves three of ten pieces, commits to them, and is shipped.
func ExampleService() {
	folder := must(os.MkdirTemp("", "product"))
	defer os.RemoveAll(folder)
	ctx := context.Background()
	db := must(sqldb.Open(ctx, filepath.Join(folder, "product.db")))
	defer db.Close()
	products := must(store.New(ctx, db, must(outbox.New(ctx, db))))
	shelf := producttest.Shelf("kitchen", producttest.Priced("Tea", 500)) // ten pieces
	must(products.LoadEmpty(ctx, []catalog.Shelf{shelf}))
	tea := shelf.Items[0].Product

	service, catalogue := stock.NewService(products, time.Now), catalog.NewService(products, time.Now)
	order := stock.Attempt{OrderID: "ord_1", Number: 1}
	show := func(command string, err error) {
		if err != nil {
			log.Fatal(err)
		}
		p := must(catalogue.Product(ctx, &tea.ID, nil))
		fmt.Printf("%s: %d on hand, %d held for orders\n", command, p.OnHand, p.Reserved)
	}
	show("reserve", service.Reserve(ctx, order, []stock.Item{
		{Piece: stock.Piece{ProductID: tea.ID, Quantity: 3}, Price: tea.Price},
	}))
	show("commit", service.Commit(ctx, order))
	show("ship", service.Ship(ctx, order))
	// Output:
	// reserve: 10 on hand, 3 held for orders
	// commit: 10 on hand, 3 held for orders
	// ship: 7 on hand, 0 held for orders
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
