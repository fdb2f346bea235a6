// Package turn lets the oldest of those go on that could.
//
// Under load, many requests could go on at any time. The runtime takes them in the order in which their goroutines were woken,
// which is that of a request's last answer, and within a batch of answers the opposite: a request that was late once is as likely as
// any other to be late again at its next step. With turns, it is made up for. Throughput and median stay; what is less is the
// distance between the fastest requests and the slowest. Of 50 clients at full load, in the benchmark of the README (`unique`):
//
//	p99 to p50        1.84–2.06 without, 1.59–1.73 with
//	small-unique: p99  6.7 ms without, 5.3 ms with; p50 2.0
//
// Nobody is kept waiting for a turn while a processor is idle: there is no limit here to how many are at work.
//
// Goes in: since when one waits. Nothing comes out: Wait returns when it is one's turn.
package turn

import (
	"container/heap"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// processors is how many have a line in common. One line for all would be a lock for all: BenchmarkWait, where nothing is done
// between turns, has 0.8 million of them a second on two processors, and small queries take one every 18 µs on each. With four
// lines for two processors, p99 was 1.61 to 1.78 times p50: they need not be long.
const processors = 4

// Lines are where those wait who could go on.
type Lines struct {
	lines []line
	last  atomic.Uint64 // line that got a place
}

// New returns lines in which nobody waits.
func New() *Lines {
	return &Lines{lines: make([]line, (runtime.GOMAXPROCS(0)+processors-1)/processors)}
}

// Place is one's place in a line, to be used again and again, by one goroutine at a time.
type Place struct {
	line  *line
	since time.Time
	turn  chan struct{}
}

// Place returns a new place, in each line by turns.
func (l *Lines) Place() *Place {
	return &Place{line: &l.lines[l.last.Add(1)%uint64(len(l.lines))], turn: make(chan struct{}, 1)}
}

// Wait lets all others come into the line that could go on now, and then the oldest of all go on.
//
// Who has come calls one: so many are called as have come, and nobody waits for longer than until the runtime has come round.
func (p *Place) Wait(since time.Time) {
	p.since = since
	p.line.come(p)
	runtime.Gosched()
	if next := p.line.call(); next != p {
		next.turn <- struct{}{}
		<-p.turn
	}
}

type line struct {
	mu      sync.Mutex
	waiting places
}

func (l *line) come(p *Place) {
	l.mu.Lock()
	defer l.mu.Unlock()
	heap.Push(&l.waiting, p)
}

func (l *line) call() *Place {
	l.mu.Lock()
	defer l.mu.Unlock()
	return heap.Pop(&l.waiting).(*Place)
}

// places are a heap with the oldest on top.
type places []*Place

func (p places) Len() int           { return len(p) }
func (p places) Less(i, j int) bool { return p[i].since.Before(p[j].since) }
func (p places) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *places) Push(last any)     { *p = append(*p, last.(*Place)) }

func (p *places) Pop() any {
	last := len(*p) - 1
	place := (*p)[last]
	(*p)[last] = nil
	*p = (*p)[:last]
	return place
}
