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
	last  string
}

// rule says of a problem that only one side may tell it.
type rule struct {
	text    string
	theirs  bool
	code    string
	ends    bool // the rest of the verdicts cannot be compared
	stops   bool // the other side must only refuse the set, too
	first   bool // the other side must tell of it, too, and may tell of more
	later   bool // of a subgraph at which the other side did not look yet
	beside  string
	message *regexp.Regexp
	// named is the condition that the subgraphs must show beside the message; empty: none.
	named     string
	condition func(s set, names []string) bool
	explains  int
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
			return nil, fmt.Errorf("known.txt: %q is not SIDE CODE [first|later|stops|ends] [beside OTHER] [if CONDITION]: MESSAGE", line)
		}
		expression, err := regexp.Compile("(?s)" + message)
		if err != nil {
			return nil, fmt.Errorf("known.txt: %w", err)
		}
		condition := after(words, "if")
		if condition != "" && conditions[condition] == nil {
			return nil, fmt.Errorf("known.txt: %q has the condition %s, which conditions.go does not have", line, condition)
		}
		r := &rule{
			text: line, theirs: words[0] == "theirs", code: words[1], beside: after(words, "beside"), message: expression,
			named: condition, condition: conditions[condition],
			stops: slices.Contains(words, "stops"), ends: slices.Contains(words, "ends"),
			first: slices.Contains(words, "first"), later: slices.Contains(words, "later"),
		}
		k.rules = append(k.rules, r)
	}
	return k, nil
}

// after is the word that follows another.
func after(words []string, word string) string {
	if i := slices.Index(words, word); i > 0 && i+1 < len(words) {
		return words[i+1]
	}
	return ""
}

// Explains reports whether the rules explain the difference: one of them ends the comparison, or each code that one
// side alone has is of problems that they name.
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

// ExplainsAnswer reports whether it is known that @apollo/gateway answers so, and wrongly.
func (k *Known) ExplainsAnswer(answer string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.note(k.match(nil, []Problem{{Code: "gateway", Message: answer}}, nil, true))
}

// match gives each problem its rule, or nil.
func (k *Known) match(s set, problems, others []Problem, theirs bool) []*rule {
	rules := make([]*rule, len(problems))
	for i, p := range problems {
		at := slices.IndexFunc(k.rules, func(r *rule) bool {
			refused := !r.stops || len(others) > 0
			return r.theirs == theirs && refused && r.matches(p, s) && (r.beside == "" || hasCode(problems, r.beside)) && (!r.later || p.waits(others))
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

// waits reports whether the problem is of a Federation 1 subgraph, and the other side tells only of others.
func (p Problem) waits(others []Problem) bool {
	return p.unlinked && len(others) > 0 && !slices.ContainsFunc(others, func(o Problem) bool {
		return !strings.HasPrefix(o.Message, "[") || strings.HasPrefix(o.Message, "["+p.subgraph+"]")
	})
}

// odd are the rules of the problems whose codes the other side does not have, or that by which the other side looks no further; ok
// is false if there is none.
func odd(problems []Problem, rules []*rule, others []Problem, ofOthers []*rule) (used []*rule, ok bool) {
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

// note counts the rules; it is false if one of them is nil.
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

// Last are the rules that explained the last difference that was explained.
func (k *Known) Last() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.last
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
