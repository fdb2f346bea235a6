package planner

// planID identifies a plan by its look-ups and their steps, whatever their order. A collision of
// two plans is practically impossible; if it happened, the plan would be correct but might be
// worse.
type planID uint64

// with returns the ID of the plan with one more look-up.
func (p planID) with(id, step int) planID {
	x := uint64(id)<<32 ^ uint64(step) // any bits will do
	x += 0x9e3779b97f4a7c15            // splitmix64
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return p ^ planID(x^x>>31)
}

// addition is a look-up to be added to a plan.
type addition struct {
	plan planID
	jump *jump
}

// decision is the result of an addition: the places for the look-up's inputs, its step, and the
// cost of the plan.
type decision struct {
	places []*place
	step   int
	cost   cost
}

// memory caches results of comparing options for look-ups. Without it, the search is exponential
// in the number of look-ups that wait for each other.
type memory struct {
	decided map[addition]decision
	// compared counts how often options were compared. A result that needed no comparison is as
	// fast to compute as to look up.
	compared int
	// circles counts how often a look-up waited for itself. A result that depends on such a cycle
	// is valid only inside it.
	circles int
}

// decide caches the places that were chosen for a look-up's inputs.
func (s *search) decide(at addition, step int, chosen []choice) {
	places := []*place{}
	for _, c := range chosen {
		if c.owner == at.jump {
			places = append(places, c.place)
		}
	}
	if s.decided == nil {
		s.decided = map[addition]decision{}
	}
	s.decided[at] = decision{places, step, s.cost}
}
