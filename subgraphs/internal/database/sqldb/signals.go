package sqldb

import (
	"sync"

	"github.com/jmoiron/sqlx"
)

// signals holds the channels to signal when a transaction commits, each at most once.
type signals struct {
	mutex sync.Mutex
	of    map[*sqlx.Tx]map[chan<- struct{}]struct{}
}

func (s *signals) add(tx *sqlx.Tx, signal chan<- struct{}) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.of == nil {
		s.of = map[*sqlx.Tx]map[chan<- struct{}]struct{}{}
	}
	if s.of[tx] == nil {
		s.of[tx] = map[chan<- struct{}]struct{}{}
	}
	s.of[tx][signal] = struct{}{}
}

func (s *signals) send(tx *sqlx.Tx) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for signal := range s.of[tx] {
		select {
		case signal <- struct{}{}:
		default:
		}
	}
}

func (s *signals) forget(tx *sqlx.Tx) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.of, tx)
}
