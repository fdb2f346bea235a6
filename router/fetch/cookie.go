package fetch

import (
	"slices"
	"strings"
)

// cookies returns those of a request's cookies that have one of the names, as a Cookie header. Each
// is passed on byte for byte: a subgraph may have set a value that no cookie should have (RFC 6265,
// section 5.4, has the client send back what it got), and parsing it would lose or change it.
func cookies(headers, names []string) string {
	if len(headers) == 0 || len(names) == 0 {
		return ""
	}
	var kept []string
	for _, header := range headers {
		for pair := range strings.SplitSeq(header, ";") {
			pair = strings.Trim(pair, " \t")
			name, _, found := strings.Cut(pair, "=")
			if found && slices.Contains(names, strings.TrimRight(name, " \t")) {
				kept = append(kept, pair)
			}
		}
	}
	return strings.Join(kept, "; ")
}
