package events

import "github.com/trefoil-graph/trefoil/subgraphs/internal/bus"

// Access is the table of who publishes what and who reads what. The message server's permissions
// are made of it, so a service can do nothing on the bus that is not here.
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
	}
}

// Streams are all streams, those of each service once.
func Streams() (all []bus.Stream) {
	for _, access := range Access() {
		all = append(all, access.Publishes...)
	}
	return all
}

// ReadCatalogue reads the state of all products, at each start from the beginning.
func ReadCatalogue() bus.Consumer { return bus.Consumer{Stream: Catalogue()} }

// ReadSessions reads the revoked sessions, at each start from the beginning.
func ReadSessions() bus.Consumer { return bus.Consumer{Stream: Sessions()} }

// ordersAtOnce is how many orders a process works on at once: none waits for a slow one.
const ordersAtOnce = 4

// ReadCommands is how product reads what order asks: the processes of product share the commands.
func ReadCommands() bus.Consumer {
	return bus.Consumer{Stream: StockCommands(), Durable: "product", AtOnce: ordersAtOnce, Key: OrderOf}
}

// ReadReplies is how order reads what product answers: the processes of order share the replies.
func ReadReplies() bus.Consumer {
	return bus.Consumer{Stream: StockReplies(), Durable: "order", AtOnce: ordersAtOnce, Key: OrderOf}
}
