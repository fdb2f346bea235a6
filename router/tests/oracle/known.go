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

// Known holds the known differences from known.txt. It is safe for concurrent use.
type Known struct {
	rules []*rule
	mu    sync.Mutex
	last  string
}

// rule describes a problem that only one side reports.
type rule struct {
	text    string
	theirs  bool
	code    string
	ends    bool // the rest of the verdicts is not comparable
	stops   bool // the other side must also refuse the set, for any reason
	first   bool // the other side must report it, too, and may report more
	later   bool // in a subgraph that the other side has not examined yet
	beside  string
	message *regexp.Regexp
	// named is the condition that the subgraphs must show beside the message; empty: none.
	named     string
	condition condition
	explains  int
}

// ReadKnown reads known.txt. A line without indentation is a rule; the indented lines below it are
// the reason.
func ReadKnown() (*Known, error) {
	k, conditions := &Known{}, conditions()
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
			return nil, fmt.Errorf("known.txt: %q is not SIDE CODE [first|later|stops|ends] "+
				"[beside OTHER] [if CONDITION]: MESSAGE", line)
		}
		expression, err := regexp.Compile("(?s)" + message)
		if err != nil {
			return nil, fmt.Errorf("known.txt: %w", err)
		}
		named := after(words, "if")
		if named != "" && conditions[named] == nil {
			return nil, fmt.Errorf("known.txt: conditions.go does not have the condition of %q", line)
		}
		r := &rule{
			text: line, theirs: words[0] == "theirs", code: words[1], beside: after(words, "beside"),
			message: expression, named: named, condition: conditions[named],
			stops: slices.Contains(words, "stops"), ends: slices.Contains(words, "ends"),
			first: slices.Contains(words, "first"), later: slices.Contains(words, "later"),
		}
		k.rules = append(k.rules, r)
	}
	return k, nil
}

// after returns the word that follows another.
func after(words []string, word string) string {
	if i := slices.Index(words, word); i > 0 && i+1 < len(words) {
		return words[i+1]
	}
	return ""
}

// Explains reports whether the rules explain the difference: one of them ends the comparison, or
// they cover each problem whose code only one side has.
func (k *Known) Explains(d *Difference) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := parseSet(d.Subgraphs)
	switch d.Kind {
	case "verdict", "codes", "hints":
	case "api":
		return k.note(k.match(s, []Problem{{Code: "API", Message: d.Detail}}, nil, true))
	default:
		return false
	}
	ours, theirs := k.match(s, d.Ours, d.Theirs, false), k.match(s, d.Theirs, d.Ours, true)
	for _, r := range append(slices.Clone(ours), theirs...) {
		if r != nil && (r.ends || r.stops && d.Kind == "codes") {
			return k.note([]*rule{r})
		}
	}
	used, ok := odd(d.Ours, ours, d.Theirs, theirs)
	more, too := odd(d.Theirs, theirs, d.Ours, ours)
	return ok && too && k.note(append(used, more...))
}

func hasCode(problems []Problem, code string) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Code == code })
}

// ExplainsAnswer reports whether this wrong answer of @apollo/gateway is known.
func (k *Known) ExplainsAnswer(answer string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.note(k.match(nil, []Problem{{Code: "gateway", Message: answer}}, nil, true))
}

// match finds the rule of each problem, or nil.
func (k *Known) match(s set, problems, others []Problem, theirs bool) []*rule {
	rules := make([]*rule, len(problems))
	for i, p := range problems {
		at := slices.IndexFunc(k.rules, func(r *rule) bool {
			switch {
			case r.theirs != theirs || !r.matches(p, s):
				return false
			case r.stops && len(others) == 0, r.later && !p.waits(others):
				return false
			default:
				return r.beside == "" || hasCode(problems, r.beside)
			}
		})
		if at >= 0 {
			rules[i] = k.rules[at]
		}
	}
	return rules
}

func (r *rule) matches(p Problem, s set) bool {
	if r.code != "ANY" && r.code != p.Code {
		return false
	}
	found := r.message.FindStringSubmatch(p.Message)
	return found != nil && (r.condition == nil || r.condition(s, found[1:]))
}

// waits reports whether the problem is in a Federation 1 subgraph, and the other side reports
// problems in other subgraphs only.
func (p Problem) waits(others []Problem) bool {
	return p.unlinked && len(others) > 0 && !slices.ContainsFunc(others, func(o Problem) bool {
		return !strings.HasPrefix(o.Message, "[") || strings.HasPrefix(o.Message, "["+p.subgraph+"]")
	})
}

// odd returns the rules of the problems whose codes the other side lacks, or the rule that makes
// the other side stop. ok is false if there is none.
func odd(
	problems []Problem, rules []*rule, others []Problem, ofOthers []*rule,
) (used []*rule, ok bool) {
	first := slices.IndexFunc(ofOthers, func(r *rule) bool { return r != nil && r.first })
	for i, p := range problems {
		if hasCode(others, p.Code) {
			continue
		}
		switch {
		case rules[i] != nil && !rules[i].first:
			used = append(used, rules[i])
		case first >= 0:
			used = append(used, ofOthers[first])
		default:
			return nil, false
		}
	}
	return used, true
}

// note counts the rules. It returns false if one of them is nil.
func (k *Known) note(rules []*rule) bool {
	if slices.Contains(rules, nil) {
		return false
	}
	k.last = ""
	for _, r := range rules {
		r.explains++
		k.last += r.text + "\n"
	}
	return true
}

// Last returns the rules that explained the latest explained difference.
func (k *Known) Last() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.last
}

// Counts returns the rules that explained differences, with the number for each.
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

// Unmatched returns the rules of composition that explained nothing. Review them after a run with
// many sets.
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
