package planner

// bounds are how much is done for one operation. They count what is done, not how long it takes: so a plan is the same wherever
// it is made.
type bounds struct {
	// candidates is how many places and wants the operation's fields may lead to.
	candidates int
	budget     budget
	// selections is how many fields the plan's documents may have, all together.
	selections int
}

func defaultBounds() bounds {
	return bounds{
		candidates: 64_000,
		budget:     budget{choices: 2_000, work: 100_000, reserve: 100_000},
		selections: 100_000,
	}
}

// budget is what is left to the search.
type budget struct {
	// choices is how many may be tried. When they are spent, the first plan that is found is taken.
	choices int
	// work is how many look-ups and options may be looked at. When it is spent, options are compared no more: the one that
	// takes least to get to is taken. When reserve is spent, too, the operation is refused.
	work, reserve int
}

// enough reports whether the search shall not go back to try what seems worse.
func (s *search) enough() bool {
	switch {
	case s.work > 0:
		return s.choices <= 0
	case s.reserve > 0:
		return s.best != nil // what was tried may not have been possible
	default:
		return true
	}
}

// spend counts one look-up or option that is looked at; false if no more may be.
func (s *search) spend() bool {
	if s.work > 0 {
		s.work--
		return true
	}
	s.reserve--
	return s.reserve > 0
}

func tooLarge() *Error {
	return &Error{Code: CodeTooLarge, Message: "The operation can be answered in too many ways, or by too much. Ask for less at once."}
}
