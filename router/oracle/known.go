//go:build oracle

package oracle

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed known.txt
var knownText string

// Known are the differences that have a reason: see known.txt. It may be used by many goroutines.
type Known struct {
	rules []*rule
	mu    sync.Mutex
}

// rule says of a problem that only one side may tell it.
type rule struct {
	text     string
	theirs   bool
	code     string
	ends     bool // the rest of the verdicts cannot be compared
	stops    bool // the other side must only refuse the set, too
	beside   string
	message  *regexp.Regexp
	explains int
}

// ReadKnown reads known.txt. A line at the margin is a rule; what is indented under it is the reason.
func ReadKnown() (*Known, error) {
	k := &Known{}
	for _, line := range strings.Split(knownText, "\n") {
		if line == "" || line[0] == '#' || line[0] == ' ' {
			continue
		}
		head, message, ok := strings.Cut(line, ": ")
		words := strings.Fields(head)
		if head == "gateway" {
			words = []string{"theirs", head}
		}
		if !ok || len(words) < 2 || words[0] != "ours" && words[0] != "theirs" {
			return nil, fmt.Errorf("known.txt: %q is not SIDE CODE [stops|ends]: MESSAGE", line)
		}
		expression, err := regexp.Compile("(?s)" + message)
		if err != nil {
			return nil, fmt.Errorf("known.txt: %w", err)
		}
		beside := ""
		if i := slices.Index(words, "beside"); i > 0 && i+1 < len(words) {
			beside = words[i+1]
		}
		r := &rule{
			text: line, theirs: words[0] == "theirs", code: words[1], beside: beside, message: expression,
			stops: slices.Contains(words, "stops"), ends: slices.Contains(words, "ends"),
		}
		k.rules = append(k.rules, r)
	}
	return k, nil
}

// Explains reports whether the rules explain the difference: one of them ends the comparison, or each code that one
// side alone has is of problems that they name.
func (k *Known) Explains(d *Difference) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch d.Kind {
	case "verdict", "codes":
	case "api":
		return k.note(k.match([]Problem{{"API", d.Detail}}, true))
	default:
		return false
	}
	ours, theirs := k.match(d.Ours, false), k.match(d.Theirs, true)
	for _, r := range append(slices.Clone(ours), theirs...) {
		if r != nil && (r.ends || r.stops && d.Kind == "codes") {
			return k.note([]*rule{r})
		}
	}
	used, ok := odd(d.Ours, ours, d.Theirs)
	more, too := odd(d.Theirs, theirs, d.Ours)
	return ok && too && k.note(append(used, more...))
}

// ExplainsAnswer reports whether it is known that @apollo/gateway answers so, and wrongly.
func (k *Known) ExplainsAnswer(answer string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.note(k.match([]Problem{{"gateway", answer}}, true))
}

// match gives each problem its rule, or nil.
func (k *Known) match(problems []Problem, theirs bool) []*rule {
	rules := make([]*rule, len(problems))
	for i, p := range problems {
		at := slices.IndexFunc(k.rules, func(r *rule) bool {
			return r.theirs == theirs && r.code == p.Code && r.message.MatchString(p.Message) &&
				(r.beside == "" || slices.ContainsFunc(problems, func(o Problem) bool { return o.Code == r.beside }))
		})
		if at >= 0 {
			rules[i] = k.rules[at]
		}
	}
	return rules
}

// odd are the rules of the problems whose codes the other side does not have; ok is false if one has none.
func odd(problems []Problem, rules []*rule, others []Problem) (used []*rule, ok bool) {
	for i, p := range problems {
		if slices.ContainsFunc(others, func(o Problem) bool { return o.Code == p.Code }) {
			continue
		}
		if rules[i] == nil {
			return nil, false
		}
		used = append(used, rules[i])
	}
	return used, true
}

// note counts the rules; it is false if one of them is nil.
func (k *Known) note(rules []*rule) bool {
	if slices.Contains(rules, nil) {
		return false
	}
	for _, r := range rules {
		r.explains++
	}
	return true
}

// Counts are the rules that explained differences, and how many.
func (k *Known) Counts() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	text := ""
	for _, r := range k.rules {
		if r.explains > 0 {
			text += fmt.Sprintf("%6d  %s\n", r.explains, r.text)
		}
	}
	return text
}

// Unmatched are the rules of composition that explained nothing: after many sets, they are to be looked at.
func (k *Known) Unmatched() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	text := ""
	for _, r := range k.rules {
		if r.explains == 0 && r.code != "gateway" {
			text += "        " + r.text + "\n"
		}
	}
	return text
}
