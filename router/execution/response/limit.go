package response

import "fmt"

// CodeTooLarge is the code of the only error of a response that would exceed its limit in bytes.
const CodeTooLarge = "RESPONSE_TOO_LARGE"

// budget counts the bytes that a client request takes, and limits them. Each answer has a limit of
// its own, but an operation may need many answers, and one entity of 60 KB that is selected at a
// thousand positions makes a response of 60 MB, although it came once.
type budget struct {
	most                    int64 // 0 for no limit
	answers, copies, errors int64
	refused                 bool
}

// Limit sets one limit in bytes for each of three things: the texts of the answers with the data
// derived from them, apart from the response; the index of their values, which is usually about as
// large as the texts; and the response. Zero means no limit.
//
// An answer whose index does not fit is not read.
func (d *Data) Limit(bytes int64) {
	d.budget = budget{most: bytes}
	d.room.limit(bytes)
	d.room.none.Store(false) // here and not in room.limit: Restart must not forget a refusal
}

// Refuse records that the limit is exceeded. Its caller stopped reading an answer for that reason.
func (d *Data) Refuse() { d.budget.refused = true }

// Exceeded reports whether a limit is exceeded. Then the response is that error and nothing else:
// otherwise the order of the answers would decide which data is left out.
func (d *Data) Exceeded() bool {
	b := &d.budget
	return b.refused || d.room.none.Load() || b.most > 0 && b.answers+b.copies+b.errors > b.most
}

// restart forgets everything except the answers.
func (b *budget) restart() { b.copies, b.errors = 0, 0 }

// weight is an estimate of the bytes that an error takes.
func (e *Error) weight() int64 {
	return int64(100 + len(e.Failure.Message) + len(e.Failure.Extensions) + 16*len(e.Path))
}

// over reports whether the response is too large already, so that the completion can stop.
func (c *completer) over() bool {
	if most := c.data.budget.most; most > 0 && int64(len(c.out)-c.start)+c.weight > most {
		c.data.Refuse()
	}
	return c.data.budget.refused
}

// refuse replaces the response with the error.
func (c *completer) refuse() {
	c.out = append(c.out[:c.start], `"data":null`...)
	c.errors = []Error{{Failure: Failure{Code: CodeTooLarge, Message: "The response is larger than the router allows: request less data at once."}}}
}

const (
	// maxErrors is how many errors a response has, apart from one that says how many more there
	// are. A subgraph that is down can cause thousands.
	maxErrors = 1000
	// codeMoreErrors is the code of the error that says how many more there are.
	codeMoreErrors = "TOO_MANY_ERRORS"
)

// limitErrors drops the errors above the limit, after all errors have been sorted.
func (c *completer) limitErrors() {
	more := len(c.errors) - maxErrors
	if more <= 0 {
		return
	}
	message := fmt.Sprintf("There are %d more errors. Other fields are null because of them.", more)
	c.errors = append(c.errors[:maxErrors], Error{Failure: Failure{Code: codeMoreErrors, Message: message}})
}
