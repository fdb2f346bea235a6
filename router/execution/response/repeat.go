package response

// printed is an object that was completed without an error, and its position in the output.
type printed struct {
	object     *object
	seats      [4]Ref
	count      int
	start, end int
}

// repeats reports whether output may be repeated for an equal object. After an error it may not:
// the path matters then, and output may have been truncated.
func (c *completer) repeats() bool { return c.patience > 0 && len(c.errors) == 0 }

// repeat writes an object's earlier output if there is any. Otherwise it returns its slot, or nil.
func (c *completer) repeat(v Value, o *object) (slot *printed, done bool) {
	c.patience--
	if len(v.seats) > len(printed{}.seats) {
		return nil, false
	}
	slot = &c.data.printed[slotOf(uint64(v.seats[0].node), uint64(v.seats[0].source), 0)]
	if slot.object != o || slot.count != len(v.seats) {
		return slot, false
	}
	for i := range v.seats {
		if v.seats[i].Ref != slot.seats[i] {
			return slot, false
		}
	}
	c.out = append(c.out, c.out[slot.start:slot.end]...)
	c.patience = patience
	return slot, true
}

// keep remembers an object whose output begins at start.
func (c *completer) keep(slot *printed, v Value, o *object, start int) {
	slot.object, slot.count, slot.start, slot.end = o, len(v.seats), start, len(c.out)
	for i := range v.seats {
		slot.seats[i] = v.seats[i].Ref
	}
}
