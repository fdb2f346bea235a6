package catalog

import "slices"

// align returns the found value for each key: nil for a key without one, and the same value for a
// repeated key.
func align[T any](keys []string, found []*T, keyOf func(*T) string) []*T {
	byKey := index(found, keyOf)
	aligned := make([]*T, len(keys))
	for i, key := range keys {
		aligned[i] = byKey[key]
	}
	return aligned
}

func index[T any](values []*T, keyOf func(*T) string) map[string]*T {
	byKey := make(map[string]*T, len(values))
	for _, value := range values {
		byKey[keyOf(value)] = value
	}
	return byKey
}

// distinct returns the values sorted and without duplicates.
func distinct(values []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}

// IsKey reports whether a text is short enough to be an id or a slug. The database is not asked
// for a longer one, which can be as long as the request, a megabyte.
func IsKey(text string) bool { return len(text) <= maximumSlug }

// possible returns the values that can be keys, sorted and without duplicates.
func possible(values []string) []string {
	return slices.DeleteFunc(distinct(values), func(value string) bool { return !IsKey(value) })
}

func first[T any](values []*T, err error) (*T, error) {
	if err != nil || len(values) == 0 {
		return nil, err
	}
	return values[0], nil
}
