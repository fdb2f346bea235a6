package limits

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
)

const (
	// MaxErrors is the number of different errors after which validation stops.
	MaxErrors = 20
	// maxMessage is the length of the longest message of an error, in bytes.
	maxMessage = 400
	// maxLocations bounds the locations of one error.
	maxLocations = 5
	// maxRepeats is the number of repeated errors after which validation stops.
	maxRepeats = 100
)

// guardName begins with A, so that gqlgen, which sorts rules, applies the guard first.
const guardName = "AllowedSteps"

// guard bounds the validation of one document. It refuses a document whose walk would take too
// many steps. It collects the errors of all rules, merges equal errors, and stops the walk when it
// has enough.
type guard struct {
	walker  *core.Walker
	began   bool
	stopped bool
	found   map[string]*gqlerror.Error // by message
	repeats int
}

func newGuard() *guard { return &guard{} }

// observe is the guard's own rule. The events that it observes are the first of each walk.
func (g *guard) observe(observers *core.Events, fail core.AddErrFunc) {
	observers.OnVariable(func(w *core.Walker, _ *ast.VariableDefinition) { g.begin(w, fail) })
	observers.OnDirectiveList(func(w *core.Walker, _ []*ast.Directive) { g.begin(w, fail) })
}

func (g *guard) begin(w *core.Walker, fail core.AddErrFunc) {
	if g.began {
		return
	}
	g.began, g.walker = true, w
	if !stepsWithin(w.Document, maxSteps) {
		fail(tooLarge("The document takes more than %d steps to validate. "+
			"Use fewer fragments, or send several documents.", maxSteps))
		g.stop()
	}
}

// guarded returns a rule whose errors go through the guard.
func (g *guard) guarded(rule core.Rule) core.RuleFunc {
	return func(observers *core.Events, fail core.AddErrFunc) {
		rule.RuleFunc(observers, func(options ...core.ErrorOption) { g.add(fail, options) })
	}
}

func (g *guard) add(fail core.AddErrFunc, options []core.ErrorOption) {
	if g.stopped {
		return
	}
	var made gqlerror.Error
	for _, option := range options {
		option(&made)
	}
	made.Message = Shorten(made.Message)
	if before := g.found[made.Message]; before != nil {
		g.repeat(before, made.Locations)
		return
	}
	if g.found == nil {
		g.found = map[string]*gqlerror.Error{}
	}
	fail(func(err *gqlerror.Error) {
		err.Message, err.Locations, err.Extensions = made.Message, made.Locations, made.Extensions
		g.found[err.Message] = err
	})
	if len(g.found) >= MaxErrors {
		g.stop()
	}
}

// repeat adds further locations to an error.
func (g *guard) repeat(err *gqlerror.Error, locations []gqlerror.Location) {
	for _, location := range locations {
		if len(err.Locations) < maxLocations && !slices.Contains(err.Locations, location) {
			err.Locations = append(err.Locations, location)
		}
	}
	if g.repeats++; g.repeats >= maxRepeats {
		g.stop()
	}
}

// stop ends the walk: it removes the observers, and empties the operations and fragments that the
// walk has not entered. It may do that because a document with errors is not used afterwards.
func (g *guard) stop() {
	g.stopped = true
	if g.walker == nil {
		return
	}
	g.walker.Observers = &core.Events{}
	for _, operation := range g.walker.Document.Operations {
		operation.SelectionSet = nil
	}
	for _, fragment := range g.walker.Document.Fragments {
		fragment.SelectionSet = nil
	}
}

// tooLarge gives an error a message and the code CodeTooLarge.
func tooLarge(format string, args ...any) core.ErrorOption {
	return withCode(CodeTooLarge, format, args...)
}

func withCode(code, format string, args ...any) core.ErrorOption {
	return func(err *gqlerror.Error) {
		err.Message += fmt.Sprintf(format, args...)
		err.Extensions = map[string]any{"code": code}
	}
}

// Shorten cuts the message of an error to 400 bytes. A message can quote a long text of the
// client.
func Shorten(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	end := maxMessage
	for !utf8.RuneStart(message[end]) {
		end--
	}
	return message[:end] + "…"
}
