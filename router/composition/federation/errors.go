package federation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Location is a position in a subgraph's SDL. An error that concerns the whole SDL has its first
// line; Line is 0 only if there is no SDL.
type Location struct {
	Subgraph string `json:"subgraph"`
	File     string `json:"-"`
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
}

// At returns the location of a position in the SDL of a subgraph.
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

// Start returns the location of a document as a whole, which is its beginning.
func Start(subgraph, file string) Location {
	return Location{Subgraph: subgraph, File: file, Line: 1, Column: 1}
}

// Error is one reason why subgraphs do not compose. Its message has the form "what is wrong; what
// to change".
type Error struct {
	Code      Code       `json:"code"`
	Message   string     `json:"message"`
	Locations []Location `json:"locations"`
}

// Error returns one line: CODE subgraph file:line:column what is wrong; what to change. A dash
// replaces an unknown part.
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
	text := strings.ReplaceAll(e.text(), "\n", " ")
	return fmt.Sprintf("%s %s %s %s", e.Code, subgraph, place, text)
}

// changeMark separates what is wrong from what to change in a message.
const changeMark = "; "

// Remedy returns what to change, from the message or else from the catalogue.
func (e *Error) Remedy() string {
	if i := strings.LastIndex(e.Message, changeMark); i >= 0 {
		return e.Message[i+len(changeMark):]
	}
	return e.Code.Remedy()
}

// text returns the message with what to change.
func (e *Error) text() string {
	remedy := e.Remedy()
	if remedy == "" || strings.Contains(e.Message, changeMark) {
		return e.Message
	}
	return strings.TrimSuffix(e.Message, ".") + changeMark + remedy
}

// Errors is a list of reasons.
type Errors []*Error

// Error returns one line for each reason.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// maxErrors is how many errors are listed. A document of 90 KB can have 10,000.
const maxErrors = 200

// First returns the first errors if there are too many, and one more that says how many are left
// out.
func (e Errors) First() Errors {
	if len(e) <= maxErrors {
		return e
	}
	return append(slices.Clone(e[:maxErrors]), &Error{
		Code: TooManyErrors, Locations: e[maxErrors].Locations,
		Message: fmt.Sprintf("there are %d more errors that are not listed; "+
			"correct the listed ones and compose again", len(e)-maxErrors),
	})
}

// maxPart is the greatest length of a name, a list or a value in a message.
const maxPart = 1000

// Brief returns the arguments of a message with long texts cut off. Otherwise an error for each of
// n fields in a field set would repeat the whole field set.
func Brief(args []any) []any {
	brief := slices.Clone(args)
	for i, arg := range brief {
		switch a := arg.(type) {
		case string:
			brief[i] = Cut(a, maxPart)
		case error:
			brief[i] = Cut(a.Error(), maxPart)
		case fmt.Stringer:
			brief[i] = Cut(a.String(), maxPart)
		}
	}
	return brief
}

// Cut returns the text, or only its beginning if it has more than length bytes.
func Cut(text string, length int) string {
	if len(text) <= length {
		return text
	}
	return strings.ToValidUTF8(text[:length], "") + "…"
}

// Err returns nil if the list is empty, so that an empty list does not become a non-nil error.
func (e Errors) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// Sort sorts the errors by subgraph, line, column, code and message.
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
