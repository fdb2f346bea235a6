package federation

import (
	_ "embed"
	"strings"
)

//go:generate go test . -run TestPageIsCurrent -update

//go:embed CODES.md
var page string

// Page returns the catalogue of all codes as Markdown, with one table row for each. It is
// generated from the comments of the codes.
func Page() string { return page }

// Entry is a code of the catalogue, for an error or a hint.
type Entry struct {
	Code  string
	Level Level
	// Means says what is wrong, and Change how to fix it, without the details of a case.
	Means, Change string
}

// Catalogue returns all codes: errors first, then hints.
func Catalogue() []Entry {
	var entries []Entry
	for line := range strings.Lines(page) {
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		if code, isCode := strings.CutPrefix(cells[0], "`"); isCode && len(cells) == 4 {
			code = strings.TrimSuffix(code, "`")
			entries = append(entries, Entry{code, Level(cells[1]), cells[2], cells[3]})
		}
	}
	return entries
}

// Remedy says in general how to fix the error. The message of an Error may be more specific.
func (c Code) Remedy() string {
	for _, e := range Catalogue() {
		if e.Level == Fault && e.Code == string(c) {
			return e.Change
		}
	}
	return ""
}

// Level returns the importance of the hint.
func (c HintCode) Level() Level {
	for _, e := range Catalogue() {
		if e.Level != Fault && e.Code == string(c) {
			return e.Level
		}
	}
	return ""
}
