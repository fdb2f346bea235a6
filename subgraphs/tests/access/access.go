// Package access holds the rules of who may see what in the shop: for every root field and every
// field of every type, what each kind of asker gets. The rules are text for people to read,
// rules.txt; tests check the services against it.
//
//	rules.txt ──Parse──▶ Table ◀──Missing── schema/*.graphqls
//	                       └──▶ end-to-end test: every door as every asker, at router and service
//
// A door is a way to read data: a root field, or an entity that is looked up by a key. A call is
// a mutation. In the answers of both, the rule of each field says what the asker sees of an
// object that is shown.
package access

import (
	_ "embed" // for rules.txt
	"fmt"
	"slices"
	"strings"
)

//go:embed rules.txt
var rules string

// Asker is a kind of asker: a column of the table.
type Asker int

// The askers, in the order of the columns. All of them ask for the owner's data.
const (
	Nobody  Asker = iota // has no token
	Bad                  // has a token that is expired, revoked or foreign
	Owner                // is the user whose data it is
	Other                // is another user
	Support              // is staff that may read
	Admin                // is staff that may change
	askers
)

// Askers returns all askers.
func Askers() []Asker { return []Asker{Nobody, Bad, Owner, Other, Support, Admin} }

func (a Asker) String() string {
	return [...]string{"nobody", "bad", "owner", "other", "support", "admin"}[a]
}

// Outcome is what an asker gets: one of the constants below, or the code of a payload's first
// error.
type Outcome string

// The outcomes other than error codes of payloads.
const (
	Shown Outcome = "shown" // a value
	Null  Outcome = "null"  // null, without an error
	Login Outcome = "login" // null, and an UNAUTHENTICATED error
	Role  Outcome = "role"  // null, and a FORBIDDEN error
)

// Row has one outcome for each asker.
type Row [askers]Outcome

// Door is a way to read data.
type Door struct {
	Service string
	Own     bool   // it shows the asker's own data
	Live    bool   // it is a subscription, which only the service has
	Entity  string // the type that the service looks up by a key; empty for a root field
	Text    string // the root field with its arguments, or the entity's type with its key
	Row
}

// Call is a mutation.
type Call struct {
	Service string
	Own     bool // about the asker's account; askers without a valid token use the owner's secrets
	Spends  bool // it ends the asker's session
	Text    string
	Row
}

// Table holds all rules.
type Table struct {
	Doors  []Door
	Calls  []Call
	Kinds  map[string]Row    // what is seen of a field of the kind, if its object is shown
	Fields map[string]string // kinds, by Type.field
	Unseen map[string]string // why the test shows it to nobody, by Type or Type.field
}

// Load reads the table.
func Load() (*Table, error) { return Parse(rules) }

// Parse reads a table with one rule on each line; # begins a comment.
func Parse(text string) (*Table, error) {
	t := &Table{Kinds: map[string]Row{}, Fields: map[string]string{}, Unseen: map[string]string{}}
	number := 0
	for line := range strings.Lines(text) {
		number++
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if err := t.add(words[0], words[1:]); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	return t, nil
}

func (t *Table) add(keyword string, words []string) error {
	switch keyword {
	case "door":
		return t.addDoor(words)
	case "live":
		return t.addLive(words)
	case "call":
		return t.addCall(words)
	case "unseen":
		return t.addUnseen(words)
	case "kind":
		rest, row, err := outcomes(words, 1)
		if err == nil {
			t.Kinds[rest[0]] = row
		}
		return err
	default:
		return t.addFields(keyword, words)
	}
}

func (t *Table) addDoor(words []string) error {
	rest, row, err := outcomes(words, 3)
	if err != nil {
		return err
	}
	d := Door{Service: rest[0], Own: rest[1] == "own", Text: strings.Join(rest[2:], " "), Row: row}
	if rest[1] == "entity" {
		d.Entity = Root(d.Text)
	}
	t.Doors = append(t.Doors, d)
	return nil
}

func (t *Table) addLive(words []string) error {
	rest, row, err := outcomes(words, 2)
	if err == nil {
		text := strings.Join(rest[1:], " ")
		t.Doors = append(t.Doors, Door{Service: rest[0], Live: true, Text: text, Row: row})
	}
	return err
}

func (t *Table) addCall(words []string) error {
	c := Call{Service: words[0]}
	words = words[1:]
	for ; len(words) > 0 && (words[0] == "own" || words[0] == "spends"); words = words[1:] {
		c.Own, c.Spends = c.Own || words[0] == "own", c.Spends || words[0] == "spends"
	}
	at := slices.IndexFunc(words, func(word string) bool { return strings.Contains(word, "=") })
	if at < 1 {
		return fmt.Errorf("%q has no outcomes", strings.Join(words, " "))
	}
	c.Text = strings.Join(words[:at], " ")
	for _, word := range words[at:] {
		if err := c.assign(word); err != nil {
			return err
		}
	}
	t.Calls = append(t.Calls, c)
	return nil
}

// assign sets the outcome of the askers that a word names: "nobody,bad=login", "else=shown".
func (c *Call) assign(word string) error {
	names, outcome, _ := strings.Cut(word, "=")
	known := 0
	for _, asker := range Askers() {
		named := slices.Contains(strings.Split(names, ","), asker.String())
		if named || names == "else" && c.Row[asker] == "" {
			c.Row[asker] = Outcome(outcome)
			known++
		}
	}
	if known == 0 || !outcomeOf(outcome) {
		return fmt.Errorf("%q does not name an asker and an outcome", word)
	}
	return nil
}

func (t *Table) addFields(kind string, words []string) error {
	if _, known := t.Kinds[kind]; !known || len(words) < 2 {
		return fmt.Errorf("%q is neither a keyword nor a kind with a type and fields", kind)
	}
	for _, field := range words[1:] {
		name := words[0] + "." + field
		if t.Fields[name] != "" {
			return fmt.Errorf("%s has two rules", name)
		}
		t.Fields[name] = kind
	}
	return nil
}

func (t *Table) addUnseen(words []string) error {
	if len(words) < 2 {
		return fmt.Errorf("unseen %q needs a reason", strings.Join(words, " "))
	}
	t.Unseen[words[0]] = strings.Join(words[1:], " ")
	return nil
}

// Excused reports whether the table gives a reason why nobody is shown a field, for the field
// itself or for its type.
func (t *Table) Excused(field string) bool {
	typeName, _, _ := strings.Cut(field, ".")
	return t.Unseen[field] != "" || t.Unseen[typeName] != ""
}

// outcomes splits the outcomes off the end of a line that has at least least words before them.
func outcomes(words []string, least int) (rest []string, row Row, err error) {
	at := len(words) - int(askers)
	if at < least {
		return nil, row, fmt.Errorf("%q needs %d words and %d outcomes",
			strings.Join(words, " "), least, askers)
	}
	for i, word := range words[at:] {
		if !outcomeOf(word) {
			return nil, row, fmt.Errorf("%q is not an outcome", word)
		}
		row[i] = Outcome(word)
	}
	return words[:at], row, nil
}

func outcomeOf(word string) bool {
	isCode := word != "" && word == strings.ToUpper(word)
	return isCode || slices.Contains([]Outcome{Shown, Null, Login, Role}, Outcome(word))
}

// Root returns the name of a root field or an entity without its arguments: "order" for
// "order(id: $order)".
func Root(text string) string {
	name, _, _ := strings.Cut(text, "(")
	return strings.TrimSpace(name)
}
