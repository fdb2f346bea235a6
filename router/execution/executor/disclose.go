package executor

import (
	"log/slog"
	"slices"
	"strings"

	"github.com/trefoil-graph/trefoil/router/execution/response"
)

const (
	// maxLogged is how many errors of one answer are logged in full, and longestLogged how many
	// bytes of each.
	maxLogged     = 5
	longestLogged = 4096
	longestCode   = 64
)

// maskedMessage does not name the subgraph, which the extensions do, so that equal errors of two
// subgraphs become one.
const maskedMessage = "A subgraph reported an error. " +
	"The router's log has the details under the requestId."

// discloser reads the errors of answers.
type discloser struct {
	log       *slog.Logger
	rules     ErrorRules
	requestID string
}

// disclose returns the errors of an answer as the client sees them, and logs the full errors of
// which the client sees only a part.
func (d *discloser) disclose(
	data *response.Data, subgraph string, errors response.Ref,
) []reported {
	var read []reported
	var withheld []string
	for e := range data.Items(errors) {
		shown, whole := d.reported(data, subgraph, e)
		read = append(read, shown)
		if !whole && len(withheld) < maxLogged {
			withheld = append(withheld, strings.Clone(shorten(string(data.Raw(e)))))
		}
	}
	if len(withheld) > 0 {
		d.log.Warn("a subgraph reported errors that the client does not see in full",
			"requestId", d.requestID, "subgraph", subgraph,
			"count", len(read), slog.Any("errors", withheld))
	}
	return read
}

func shorten(text string) string {
	if len(text) > longestLogged {
		return strings.ToValidUTF8(text[:longestLogged], "") + "…"
	}
	return text
}

// reported reads one error. whole is false if the rules hide its message, its code or an
// extension.
func (d *discloser) reported(
	data *response.Data, subgraph string, e response.Ref,
) (read reported, whole bool) {
	rules := &d.rules
	shown := shownExtensions{rules: rules, code: codeDownstream, whole: true}
	if extensions, ok := data.Find(e, "extensions"); ok {
		for name, value := range data.Members(extensions) {
			shown.add(name, data.Text(value), data.Raw(value))
		}
	}
	read.failure = response.Failure{
		Code: shown.code, Subgraph: subgraph, Passed: true, Extensions: string(shown.text),
		Message: maskedMessage,
	}
	visible := rules.Unmasked || !shown.badCode && slices.Contains(rules.Codes, shown.code)
	if visible {
		read.failure.Message = "The subgraph reported an error without a message."
		if message, ok := data.Find(e, "message"); ok && data.Text(message) != "" {
			read.failure.Message = data.Text(message)
		}
	}
	if path, ok := data.Find(e, "path"); ok {
		read.path = errorPath(data, path)
	}
	return read, visible && shown.whole
}

// shownExtensions holds the extensions of one error as the client sees them.
type shownExtensions struct {
	rules *ErrorRules
	code  string
	// badCode is true if the subgraph's code must not be shown.
	badCode bool
	// text has the other members, each after a comma; names has their names.
	text  []byte
	names map[string]bool
	// whole is false if a member is hidden.
	whole bool
}

func (s *shownExtensions) add(name, text string, raw []byte) {
	switch {
	case s.names[name]: // the first of two members with the same name counts
		return
	case name == "code" && text != "" && (s.rules.Unmasked || isCode(text)):
		s.code = text
	case name == "code":
		s.badCode, s.whole = true, false
	case name == "subgraph" || name == "requestId": // the router sets these
	case s.rules.Unmasked || slices.Contains(s.rules.Extensions, name):
		s.text = append(response.AppendString(append(s.text, ','), name), ':')
		s.text = append(s.text, raw...)
	default:
		s.whole = false
	}
	if s.names == nil {
		s.names = map[string]bool{}
	}
	s.names[name] = true
}

// isCode reports whether a text looks like a code, and not like a message.
func isCode(text string) bool {
	isLetter := func(c rune) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
	isOther := func(c rune) bool {
		return !isLetter(c) && (c < '0' || c > '9') && !strings.ContainsRune("_-.", c)
	}
	return len(text) <= longestCode && isLetter(rune(text[0])) && !strings.ContainsFunc(text, isOther)
}
