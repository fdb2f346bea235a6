package saga_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
)

// network is a bus that loses, repeats and reorders messages.
type network struct {
	random    *rand.Rand
	calm      bool // each message arrives once, in order
	commands  []bus.Message
	replies   []bus.Message
	catalogue []bus.Message
}

// errDown says that Publish failed; the message may have been sent all the same.
var errDown = errors.New("the network is down")

type wire struct {
	network *network
	lane    *[]bus.Message
}

func (n *network) to(lane *[]bus.Message) wire { return wire{n, lane} }

// Publish sends a message. It may lose or repeat it, and it may fail although it sent it.
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

// take removes a message from a lane: the first while the network is calm, otherwise any.
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

// forget loses all messages, as if the server lost its directory.
func (n *network) forget() { n.commands, n.replies, n.catalogue = nil, nil, nil }

// forgetOld loses the messages about stock, which the server keeps for only an hour.
func (n *network) forgetOld() { n.commands, n.replies = nil, nil }
