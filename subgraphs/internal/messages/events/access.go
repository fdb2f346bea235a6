package events

import "github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"

// Access returns which service publishes and reads which streams. The message server's
// permissions are made from this table, so a service can do nothing on the bus that is not listed
// here.
func Access() []bus.Access {
	return []bus.Access{
		{Service: "user", Publishes: []bus.Stream{Sessions()}},
		{
			Service:   "product",
			Publishes: []bus.Stream{Catalogue(), StockReplies()},
			Reads:     []bus.Consumer{ReadCommands(), ReadSessions()},
		},
		{
			Service:   "order",
			Publishes: []bus.Stream{StockCommands()},
			Reads:     []bus.Consumer{ReadCatalogue(), ReadReplies(), ReadSessions()},
		},
		{Service: "router", Reads: []bus.Consumer{ReadSessions()}},
	}
}

// Streams returns all streams. Each has one publisher, so each appears once.
func Streams() (all []bus.Stream) {
	for _, access := range Access() {
		all = append(all, access.Publishes...)
	}
	return all
}

// ReadCatalogue returns the consumer that reads the state of all products, from the beginning at
// each start.
func ReadCatalogue() bus.Consumer { return bus.Consumer{Stream: Catalogue()} }

// ReadSessions returns the consumer that reads the revoked sessions, from the beginning at each
// start.
func ReadSessions() bus.Consumer { return bus.Consumer{Stream: Sessions()} }

// ordersAtOnce is how many orders a process handles in parallel. A slow order does not hold up
// the others.
const ordersAtOnce = 4

// ReadCommands returns the consumer by which product reads order's commands. The processes of
// product share the commands.
func ReadCommands() bus.Consumer {
	return bus.Consumer{
		Stream: StockCommands(), Durable: "product", AtOnce: ordersAtOnce, Key: OrderOf,
	}
}

// ReadReplies returns the consumer by which order reads product's replies. The processes of order
// share the replies.
func ReadReplies() bus.Consumer {
	return bus.Consumer{Stream: StockReplies(), Durable: "order", AtOnce: ordersAtOnce, Key: OrderOf}
}
