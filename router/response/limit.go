package response

import "fmt"

// CodeTooLarge is the code of the only error of a response that would take more bytes than it may.
const CodeTooLarge = "RESPONSE_TOO_LARGE"

// budget is how many bytes a client request may take, and has taken. Each answer has a limit of its own, but an operation may
// have many; and one entity of 60 KB that stands at a thousand places is a response of 60 MB, though it came once.
type budget struct {
	most                    int64 // 0: there is no limit
	answers, copies, errors int64
	refused                 bool
}

// Limit bounds three things, each by so many bytes: the texts of the answers, with what is made of them beside the response; the
// index of their values, which takes about as much as they as a rule; and the response. The zero limit is none.
//
// An answer for whose index there is no room is not read.
func (d *Data) Limit(bytes int64) {
	d.budget = budget{most: bytes}
	d.room.limit(bytes)
	d.room.none.Store(false) // here, and not where the room is given anew: Restart forgets no refusal
}

// Refuse says that it is too much already, as one found who did not read an answer to its end.
func (d *Data) Refuse() { d.budget.refused = true }

// Exceeded reports whether it is more than the limit. Then the response is an error, and nothing else: what is left out would
// depend on which subgraph answers first.
func (d *Data) Exceeded() bool {
	b := &d.budget
	return b.refused || d.room.none.Load() || b.most > 0 && b.answers+b.copies+b.errors > b.most
}

// restart forgets all but the answers.
func (b *budget) restart() { b.copies, b.errors = 0, 0 }

// weight is about what an error takes.
func (e *Error) weight() int64 {
	return int64(100 + len(e.Failure.Message) + len(e.Failure.Extensions) + 16*len(e.Path))
}

// over reports whether the response is too large as far as it is written: then it is not written to its end.
func (c *completer) over() bool {
	if most := c.data.budget.most; most > 0 && int64(len(c.out)-c.start)+c.weight > most {
		c.data.Refuse()
	}
	return c.data.budget.refused
}

// refuse makes the response the error alone.
func (c *completer) refuse() {
	c.out = append(c.out[:c.start], `"data":null`...)
	c.errors = []Error{{Failure: Failure{Code: CodeTooLarge, Message: "The response is larger than the router gives: ask for less at once."}}}
}

const (
	// mostErrors is how many errors a response has, but for one that says how many more there are. A subgraph that is down can
	// be the reason for thousands.
	mostErrors = 1000
	// codeMoreErrors is the code of that one.
	codeMoreErrors = "TOO_MANY_ERRORS"
)

// limitErrors leaves out the errors that are too many, after all of them are in order.
func (c *completer) limitErrors() {
	more := len(c.errors) - mostErrors
	if more <= 0 {
		return
	}
	message := fmt.Sprintf("There are %d more errors. Other fields are null because of them.", more)
	c.errors = append(c.errors[:mostErrors], Error{Failure: Failure{Code: codeMoreErrors, Message: message}})
}
