package federation

import (
	"errors"
	"regexp"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// ContextSpec is the URL of the specification of contexts, without version.
const ContextSpec = "https://specs.apollo.dev/context"

var (
	contextName      = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)
	contextReference = regexp.MustCompile(`^\s*\$([A-Za-z][A-Za-z0-9_]*)\s*(.*)$`)
)

// ErrNoContext is the error for a @fromContext that names no context.
var ErrNoContext = errors.New("it names no context with a selection; " +
	"write both, like \"$user { id }\"")

// ValidContextName reports whether the name is allowed in a @context.
func ValidContextName(name string) bool { return contextName.MatchString(name) }

// ParseContextField reads the field of a @fromContext: a context's name, and the selection on the
// objects that set it, either for all types in braces, or for each type in a fragment.
func ParseContextField(text string) (context string, set ast.SelectionSet, err error) {
	match := contextReference.FindStringSubmatch(strings.ReplaceAll(text, "\n", " "))
	if match == nil || match[2] == "" {
		return "", nil, ErrNoContext
	}
	if !strings.HasPrefix(match[2], "{") && !strings.HasPrefix(match[2], "...") {
		return match[1], nil, errors.New("the context's name has no selection behind it; " +
			"write { field }, or ... on Type { field } for each type")
	}
	set, err = ParseFieldSet(match[2])
	return match[1], set, err
}
