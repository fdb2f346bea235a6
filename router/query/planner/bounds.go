package planner

// bounds limit the work for one operation. They count work, not time, so the plan is the same on
// every machine.
type bounds struct {
	// candidates is how many places and wants the operation's fields may lead to.
	candidates int
	budget     budget
	// selections is how many fields the plan's documents may have in total.
	selections int
}

func defaultBounds() bounds {
	return bounds{
		candidates: 64_000,
		budget:     budget{choices: 2_000, work: 100_000, reserve: 100_000},
		selections: 100_000,
	}
}

// budget is the work that is left to the search.
type budget struct {
	// choices is how many choices may be tried. When it is spent, the first plan that is found is
	// taken.
	choices int
	// work is how many look-ups and options may be examined. When it is spent, options are no
	// longer compared: the nearest is taken. When reserve is spent, too, the operation is refused.
	work, reserve int
}

// enough reports whether the search stops trying options that look worse.
func (s *search) enough() bool {
	switch {
	case s.work > 0:
		return s.choices <= 0
	case s.reserve > 0:
		return s.best != nil // the option that was tried may have led to no plan
	default:
		return true
	}
}

// spend counts one look-up or option that is examined. It returns false when none is left.
func (s *search) spend() bool {
	if s.work > 0 {
		s.work--
		return true
	}
	s.reserve--
	return s.reserve > 0
}

func tooLarge() *Error {
	return &Error{Code: CodeTooLarge, Message: "The operation is too complex to plan, or its plan would be too large. Request less data at once."}
}
