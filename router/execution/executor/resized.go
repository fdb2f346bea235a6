package executor

import "slices"

// resized returns the slice with count items. It resets each item and reuses its memory.
func resized[T any](s []T, count int, reset func(*T)) []T {
	s = slices.Grow(s[:0], count)[:count]
	for i := range s {
		reset(&s[i])
	}
	return s
}
