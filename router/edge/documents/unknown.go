package documents

import (
	"log/slog"
	"sync"
	"time"
)

// unknownEvery is the shortest time between two log entries about documents that are not in the
// list.
const unknownEvery = time.Second

// unknownLog logs documents that are not in the list. It writes at most one entry each second; the
// entry says how many documents were left out since the one before.
type unknownLog struct {
	log    *slog.Logger
	mu     sync.Mutex
	next   time.Time
	others int
}

// add logs a document by its hash, because its text may contain personal values.
func (u *unknownLog) add(text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	now := time.Now()
	if now.Before(u.next) {
		u.others++
		return
	}
	u.log.Warn("a document is not in the list of trusted documents",
		"sha256", hash(text), "bytes", len(text), "others", u.others)
	u.next, u.others = now.Add(unknownEvery), 0
}
