package response

const (
	// slots is how many objects are remembered. Objects with the same hash replace each other.
	slots    = 1 << slotBits
	slotBits = 6
	// patience is how many new objects in a row end the search for repeated ones.
	patience = 64
)

// slotOf chooses a slot by hashing three words of a text.
func slotOf(a, b, c uint64) uint32 {
	hash := a*0x9e3779b97f4a7c15 ^ b*0xc2b2ae3d27d4eb4f ^ c*0x165667b19e3779f9
	return uint32((hash ^ hash>>32) * 0x9e3779b97f4a7c15 >> (64 - slotBits))
}
