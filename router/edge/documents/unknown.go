package documents

import (
	"log/slog"
	"sync"
	"time"
)

// unknownEvery is the least time between two lines about documents that are not in the list.
const unknownEvery = time.Second

// unknownLog logs documents that are not in the list. A flood of them does not flood the log: in a
// second it has one line, which says how many others there were.
type unknownLog struct {
	log    *slog.Logger
	mu     sync.Mutex
	next   time.Time
	others int
}

// add logs a document by its hash: its text may have values that are nobody else's business.
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
