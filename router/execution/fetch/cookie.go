package fetch

import (
	"slices"
	"strings"
)

// cookies returns the request's cookies with one of the names as a Cookie header. Each is copied
// byte for byte: a subgraph may have set a value that is not valid for a cookie (RFC 6265, section
// 5.4, has the client send it back unchanged), and parsing would drop or change it.
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
