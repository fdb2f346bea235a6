package response

import "slices"

// maxKept is the greatest capacity, in items, of a slice that is kept for another request.
const maxKept = 1 << 16

// Keep empties a slice for another request. It drops a slice that has grown unusually large.
func Keep[T any](s []T) []T {
	if cap(s) > maxKept {
		return nil
	}
	return s[:0]
}

// Push is append for slices that may become long: it doubles their capacity. append adds a
// quarter, and so copies four times the final size in total. BenchmarkAnswer/80000 in the
// executor: 126 MB a request with append, 87 with this function.
func Push[T any](s []T, item T) []T {
	if len(s) == cap(s) {
		s = slices.Grow(s, max(len(s), 8))
	}
	return append(s, item)
}
