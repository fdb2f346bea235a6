package planner

// planID tells plans apart by the look-ups that are in them and their steps: whatever order they came in. That two plans have
// one by chance is as good as impossible; if it happened, a worse place would be chosen, and the plan would be right.
type planID uint64

// with is the plan with a look-up more.
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

// decision is what came of it: the places that answer the look-up's inputs, its step, and what the plan costs then.
type decision struct {
	places []*place
	step   int
	cost   cost
}

// memory is what was found of look-ups by comparing options, which would take as long again: without it, the search is
// exponential in the number of look-ups that wait for each other.
type memory struct {
	decided map[addition]decision
	// compared counts the times that options were compared. What took none is found as quickly as remembered.
	compared int
	// circles counts the times that a look-up was found to wait for itself. What was found in a circle holds there only.
	circles int
}

// decide remembers the places that were chosen for a look-up's inputs.
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
