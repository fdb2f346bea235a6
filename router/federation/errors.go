package federation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Location is a place in a subgraph's SDL. What is said of all of it is said of its first line; Line is 0 only where there is
// no SDL.
type Location struct {
	Subgraph string `json:"subgraph"`
	File     string `json:"-"`
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
}

// At is the location of a position in the SDL of a subgraph.
func At(subgraph string, position *ast.Position) Location {
	l := Location{Subgraph: subgraph}
	if position != nil {
		l.Line, l.Column = position.Line, position.Column
		if position.Src != nil {
			l.File = position.Src.Name
		}
	}
	return l
}

// Start is the location of a document as a whole: its beginning.
func Start(subgraph, file string) Location {
	return Location{Subgraph: subgraph, File: file, Line: 1, Column: 1}
}

// Error is one reason why subgraphs do not compose. Its message says what is wrong; what to change.
type Error struct {
	Code      Code       `json:"code"`
	Message   string     `json:"message"`
	Locations []Location `json:"locations"`
}

// Error is one line: CODE subgraph file:line:column what is wrong; what to change. What is not known is a dash.
func (e *Error) Error() string {
	subgraph, place := "-", "-"
	if len(e.Locations) > 0 {
		l := e.Locations[0]
		subgraph = cmp.Or(l.Subgraph, "-")
		place = cmp.Or(l.File, "-")
		if l.Line > 0 {
			place += fmt.Sprintf(":%d:%d", l.Line, l.Column)
		}
	}
	return fmt.Sprintf("%s %s %s %s", e.Code, subgraph, place, strings.ReplaceAll(e.text(), "\n", " "))
}

// changeMark stands in a message between what is wrong and what to change.
const changeMark = "; "

// Remedy says what to change: what the message says of its case, or else what the catalogue says of the code.
func (e *Error) Remedy() string {
	if i := strings.LastIndex(e.Message, changeMark); i >= 0 {
		return e.Message[i+len(changeMark):]
	}
	return e.Code.Remedy()
}

// text is the message, with what to change.
func (e *Error) text() string {
	remedy := e.Remedy()
	if remedy == "" || strings.Contains(e.Message, changeMark) {
		return e.Message
	}
	return strings.TrimSuffix(e.Message, ".") + changeMark + remedy
}

// Errors are all reasons.
type Errors []*Error

// Error is a line for each reason.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Err is nil if there are none, so that an empty list does not become an error by being returned as one.
func (e Errors) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// Sort puts them in the order of subgraph, line, column, code and message.
func (e Errors) Sort() {
	slices.SortStableFunc(e, func(a, b *Error) int {
		la, lb := a.first(), b.first()
		return cmp.Or(
			cmp.Compare(la.Subgraph, lb.Subgraph),
			cmp.Compare(la.Line, lb.Line),
			cmp.Compare(la.Column, lb.Column),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Message, b.Message),
		)
	})
}

func (e *Error) first() Location {
	if len(e.Locations) == 0 {
		return Location{}
	}
	return e.Locations[0]
}
