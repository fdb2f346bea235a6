package executor

import "slices"

// anew returns the slice with that many items, each reset. The items' memory is reused.
func anew[T any](s []T, count int, reset func(*T)) []T {
	s = slices.Grow(s[:0], count)[:count]
	for i := range s {
		reset(&s[i])
	}
	return s
}
