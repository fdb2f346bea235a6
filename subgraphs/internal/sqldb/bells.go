package sqldb

import (
	"sync"

	"github.com/jmoiron/sqlx"
)

// bells holds the channels to signal when a transaction commits, each at most once.
type bells struct {
	mutex sync.Mutex
	of    map[*sqlx.Tx]map[chan<- struct{}]struct{}
}

func (b *bells) hang(tx *sqlx.Tx, bell chan<- struct{}) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.of == nil {
		b.of = map[*sqlx.Tx]map[chan<- struct{}]struct{}{}
	}
	if b.of[tx] == nil {
		b.of[tx] = map[chan<- struct{}]struct{}{}
	}
	b.of[tx][bell] = struct{}{}
}

func (b *bells) ring(tx *sqlx.Tx) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for bell := range b.of[tx] {
		select {
		case bell <- struct{}{}:
		default:
		}
	}
}

func (b *bells) forget(tx *sqlx.Tx) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	delete(b.of, tx)
}
