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

// restart forgets everything except the answers.
func (b *budget) restart() { b.copies, b.errors = 0, 0 }

const (
	// maxErrors is how many errors a response has, apart from one that says how many more there
	// are. A subgraph that is down can cause thousands.
	maxErrors = 1000
	// codeMoreErrors is the code of the error that says how many more there are.
	codeMoreErrors = "TOO_MANY_ERRORS"
)

// tooLarge returns the only error of a response that would exceed its limit.
func tooLarge() Error {
	message := "The response is larger than the router allows: request less data at once."
	return Error{Failure: Failure{Code: CodeTooLarge, Message: message}}
}

// limitErrors drops the errors above the limit. They are in the order of the response.
func limitErrors(errors []Error) []Error {
	more := len(errors) - maxErrors
	if more <= 0 {
		return errors
	}
	message := fmt.Sprintf("There are %d more errors. Other fields are null because of them.", more)
	return append(errors[:maxErrors], Error{Failure: Failure{Code: codeMoreErrors, Message: message}})
}
