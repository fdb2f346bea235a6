package ratelimit

import "time"

// Bounds of a quota. With them, no product overflows an int64.
const (
	maxLimit  = 1_000_000
	minPeriod = time.Millisecond
	maxPeriod = 31 * 24 * time.Hour
)

// quota is the number of operations or fields that one key may use: limit in each period, and
// burst at once.
type quota struct {
	limit, burst int64
	period       int64 // in µs
}

// moment is the time at which a bucket is full: µs since the clock's start, and a fraction of a
// microsecond in units of 1/limit, so that rounding errors do not add up.
type moment struct{ micros, parts int64 }

// state is the state of a quota after a charge, or before a charge that does not fit.
type state struct {
	remaining int64
	// reset is the time until the full quota is available again.
	reset time.Duration
	// wait is the time after which the charge fits; 0 if it fits now.
	wait time.Duration
}

// debt returns how much of the quota is used, in units of 1/limit µs.
func (q quota) debt(full moment, now int64) int64 {
	return max(0, (full.micros-now)*q.limit+full.parts)
}

// take returns the time at which the bucket is full after a charge. The cost is at most the burst.
// If the charge does not fit, the state's wait is positive.
func (q quota) take(full moment, now, cost int64) (moment, state) {
	capacity := q.burst * q.period
	before := q.debt(full, now)
	after := before + cost*q.period
	if after > capacity {
		s := q.left(capacity, before)
		s.wait = micros(ceil(after-capacity, q.limit))
		return full, s
	}
	return moment{now + after/q.limit, after % q.limit}, q.left(capacity, after)
}

func (q quota) left(capacity, debt int64) state {
	return state{remaining: (capacity - debt) / q.period, reset: micros(ceil(debt, q.limit))}
}

func ceil(a, b int64) int64 { return (a + b - 1) / b }

func micros(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
