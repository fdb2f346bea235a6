package executor

import "slices"

// anew gives a slice so many items, each reset. The memory that items hold is used again.
func anew[T any](s []T, count int, reset func(*T)) []T {
	s = slices.Grow(s[:0], count)[:count]
	for i := range s {
		reset(&s[i])
	}
	return s
}
