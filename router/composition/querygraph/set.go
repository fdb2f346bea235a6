package querygraph

import (
	"iter"
	"math/bits"
	"slices"
)

// Set is a set of a graph's object types: a bit for each. Sets are values: operations return new
// ones.
type Set []uint64

// Has reports whether the set has all of the other's types.
func (s Set) Has(other Set) bool {
	for i, word := range other {
		if word != 0 && (i >= len(s) || word&^s[i] != 0) {
			return false
		}
	}
	return true
}

// And returns the types that are in both.
func (s Set) And(other Set) Set {
	both := make(Set, min(len(s), len(other)))
	for i := range both {
		both[i] = s[i] & other[i]
	}
	return both
}

// Or returns the types that are in one or both.
func (s Set) Or(other Set) Set {
	if len(s) < len(other) {
		s, other = other, s
	}
	union := slices.Clone(s)
	for i, word := range other {
		union[i] |= word
	}
	return union
}

// Empty reports whether the set has no type.
func (s Set) Empty() bool {
	for _, word := range s {
		if word != 0 {
			return false
		}
	}
	return true
}

// Equal reports whether both have the same types.
func (s Set) Equal(other Set) bool { return s.Has(other) && other.Has(s) }

// Len is the number of types.
func (s Set) Len() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// All yields the places of the types, ascending.
func (s Set) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, word := range s {
			for word != 0 {
				if !yield(i*64 + bits.TrailingZeros64(word)) {
					return
				}
				word &= word - 1
			}
		}
	}
}

// Each yields the types one by one, as sets of one.
func (s Set) Each() iter.Seq[Set] {
	return func(yield func(Set) bool) {
		for i := range s.All() {
			if !yield(Set(nil).with(i)) {
				return
			}
		}
	}
}

func (s Set) with(i int) Set {
	grown := make(Set, max(len(s), i/64+1))
	copy(grown, s)
	grown[i/64] |= 1 << (i % 64)
	return grown
}
