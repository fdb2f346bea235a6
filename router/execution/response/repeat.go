package response

// printed is an object that was completed without an error, and its position in the output.
type printed struct {
	object     *object
	seats      [4]Ref
	count      int
	start, end int
}

// repeats finds objects that were completed before, so that their output is copied.
// BenchmarkStandard, processor time: 82 µs without it, 33 with it.
type repeats struct {
	printed  *[slots]printed
	patience int // how many more new objects before the search ends
}

// find returns an object's earlier output if there is any. Otherwise it returns its slot, or nil.
func (r *repeats) find(v Value, o *object) (slot *printed, found bool) {
	r.patience--
	if len(v.seats) > len(printed{}.seats) {
		return nil, false
	}
	slot = &r.printed[slotOf(uint64(v.seats[0].node), uint64(v.seats[0].source), 0)]
	if slot.object != o || slot.count != len(v.seats) {
		return slot, false
	}
	for i := range v.seats {
		if v.seats[i].Ref != slot.seats[i] {
			return slot, false
		}
	}
	r.patience = patience
	return slot, true
}

// keep remembers an object and its output.
func (p *printed) keep(v Value, o *object, start, end int) {
	p.object, p.count, p.start, p.end = o, len(v.seats), start, end
	for i := range v.seats {
		p.seats[i] = v.seats[i].Ref
	}
}
