package federation

import (
	_ "embed"
	"strings"
)

//go:generate go test . -run TestPageIsCurrent -update

//go:embed CODES.md
var page string

// Page is the catalogue of all codes as Markdown, a table line each. It is made of the comments of the codes.
func Page() string { return page }

// Entry is a code of the catalogue: of an error or of a hint.
type Entry struct {
	Code  string
	Level Level
	// Means says what is wrong, and Change what to do about it, without the particulars of one case.
	Means, Change string
}

// Catalogue returns all codes: errors first, then hints.
func Catalogue() []Entry {
	var entries []Entry
	for line := range strings.Lines(page) {
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		if code, isCode := strings.CutPrefix(cells[0], "`"); isCode && len(cells) == 4 {
			entries = append(entries, Entry{strings.TrimSuffix(code, "`"), Level(cells[1]), cells[2], cells[3]})
		}
	}
	return entries
}

// Remedy says what to change, in general: the message of an Error says it of its case.
func (c Code) Remedy() string {
	for _, e := range Catalogue() {
		if e.Level == Fault && e.Code == string(c) {
			return e.Change
		}
	}
	return ""
}

// Level says how much the hint matters.
func (c HintCode) Level() Level {
	for _, e := range Catalogue() {
		if e.Level != Fault && e.Code == string(c) {
			return e.Level
		}
	}
	return ""
}
