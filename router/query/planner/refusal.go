package planner

import "fmt"

// Codes of an Error.
const (
	// CodeUnreachable means that no subgraph can resolve a field at its position. Of a supergraph
	// that passed the satisfiability check, only fields below a shared root field are refused, if
	// no subgraph alone leads to all of them: see testdata/not-in-one-piece.txtar.
	CodeUnreachable = "FIELD_UNREACHABLE"
	// CodeTooLarge means that there are too many ways to answer the operation, or that the plan
	// would be too large.
	CodeTooLarge = "PLAN_TOO_LARGE"
)

// Error is why an operation cannot be planned.
type Error struct {
	Code    string
	Message string
}

func (e *Error) Error() string { return e.Message }

func unreachable(format string, args ...any) *Error {
	return &Error{Code: CodeUnreachable, Message: fmt.Sprintf(format, args...)}
}

func tooLarge() *Error {
	return &Error{
		Code: CodeTooLarge,
		Message: "The operation is too complex to plan, or its plan would be too large. " +
			"Request less data at once.",
	}
}

// bounds limit the work for one operation. They count work, not time, so the plan is the same on
// every machine. Each stage counts its own work in a copy.
type bounds struct {
	// candidates is how many candidates and requirements the operation's fields may lead to.
	candidates allowance
	budget     budget
	// selections is how many fields the plan's documents may have in total.
	selections allowance
}

func defaultBounds() bounds {
	return bounds{
		candidates: allowance{limit: 64_000},
		budget:     budget{choices: 2_000, work: 100_000, reserve: 100_000},
		selections: allowance{limit: 100_000},
	}
}

// allowance is the work of a stage so far, and its limit.
type allowance struct{ used, limit int }

func (a *allowance) exceeded() bool { return a.used > a.limit }

// budget is the work that is left to the search.
type budget struct {
	// choices is how many choices may be tried. When it is spent, the first plan that is found is
	// taken.
	choices int
	// work is how many look-ups and options may be examined. When it is spent, options are no
	// longer compared: the nearest is taken. When reserve is spent, too, the operation is refused.
	work, reserve int
}

// enough reports whether the search stops trying options that look worse. planned is true if it
// has found a plan.
func (b *budget) enough(planned bool) bool {
	switch {
	case b.work > 0:
		return b.choices <= 0
	case b.reserve > 0:
		return planned // the option that was tried may have led to no plan
	default:
		return true
	}
}

// spend counts one look-up or option that is examined. It returns false when none is left.
func (b *budget) spend() bool {
	if b.work > 0 {
		b.work--
		return true
	}
	b.reserve--
	return b.reserve > 0
}
