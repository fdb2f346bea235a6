package mail

import (
	"sync"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// sent remembers the mails that were sent but are still in the store. It cannot outgrow the
// store: expired mails are removed from both.
type sent struct {
	mu   sync.Mutex
	ends map[string]time.Time // by id: when the mail's link ends
}

func newSent() *sent { return &sent{ends: map[string]time.Time{}} }

func (s *sent) has(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, found := s.ends[id]
	return found
}

func (s *sent) add(mail account.Mail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ends[mail.ID] = mail.ExpiresAt
}

func (s *sent) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.ends, id)
}

// drop removes expired mails; they are not sent again.
func (s *sent) drop(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, end := range s.ends {
		if !now.Before(end) {
			delete(s.ends, id)
		}
	}
}
