package saga_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
)

// network is a bus that keeps nothing it promised.
type network struct {
	random    *rand.Rand
	calm      bool // what is sent arrives, once and in order
	commands  []bus.Message
	replies   []bus.Message
	catalogue []bus.Message
}

// errDown says that a message was not taken; it may have got through all the same.
var errDown = errors.New("the network is down")

type wire struct {
	network *network
	lane    *[]bus.Message
}

func (n *network) to(lane *[]bus.Message) wire { return wire{n, lane} }

// Publish takes a message, and may lose or double it, or say that it did not.
func (w wire) Publish(_ context.Context, m bus.Message) error {
	lane := w.lane
	if strings.HasPrefix(m.Subject, "product.") {
		lane = &w.network.catalogue
	}
	if w.network.calm {
		*lane = append(*lane, m)
		return nil
	}
	switch w.network.random.IntN(10) {
	case 0:
		return nil // lost
	case 1:
		return errDown
	case 2:
		*lane = append(*lane, m)
		return errDown // the acknowledgement is lost
	case 3:
		*lane = append(*lane, m, m)
	default:
		*lane = append(*lane, m)
	}
	return nil
}

// take removes a message from a lane: any of them, or the first when all is calm.
func (n *network) take(lane *[]bus.Message) (bus.Message, bool) {
	if len(*lane) == 0 {
		return bus.Message{}, false
	}
	i := 0
	if !n.calm {
		i = n.random.IntN(len(*lane))
	}
	m := (*lane)[i]
	*lane = slices.Delete(*lane, i, i+1)
	return m, true
}

// forget loses all that is under way, as with the server's directory.
func (n *network) forget() { n.commands, n.replies, n.catalogue = nil, nil, nil }

// forgetOld loses what the server keeps for an hour only: all about stock.
func (n *network) forgetOld() { n.commands, n.replies = nil, nil }
