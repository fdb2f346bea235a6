// Package compression compresses responses and decompresses requests.
//
//	Accept-Encoding ──Encoder.Choose──▶ coding ──Encoder.Encode──▶ compressed body
//	Content-Encoding, body ──Decoder.Open──▶ a reader of the decompressed body
//
// Input: a whole response, or the body of a request. Output: the other form of it. Everything that
// needs memory for a window is pooled.
//
// A Decoder does not bound how much it returns: its caller does, because a few bytes can become
// gigabytes. Its window takes up to 8 MiB for zstd (RFC 9659) and 16 MiB for br, whatever the size
// of the body. So a caller bounds how many bodies are read at once, and does not let one wait.
package compression

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The codings of HTTP.
const (
	Gzip    = "gzip"
	Brotli  = "br"
	Zstd    = "zstd"
	Deflate = "deflate" // of requests only: clients disagree on its format
)

// check refuses codings that are not among those.
func check(codings, known []string) error {
	for i, coding := range codings {
		switch {
		case !slices.Contains(known, coding):
			return fmt.Errorf("compression: %q is not one of %s", coding, strings.Join(known, ", "))
		case slices.Contains(codings[:i], coding):
			return fmt.Errorf("compression: %q is listed twice", coding)
		}
	}
	return nil
}

// choose returns the coding with the highest quality in an Accept-Encoding header; of several, the
// first in the list. It returns "" if the client prefers none of them.
func choose(accept string, codings []string) string {
	best, chosen := 0.0, ""
	identity := quality(accept, "identity")
	for _, coding := range codings {
		if q := quality(accept, coding); q > best {
			best, chosen = q, coding
		}
	}
	if identity > best {
		return ""
	}
	return chosen
}

// quality returns the quality of a coding in an Accept-Encoding header. A coding that the header
// does not name has that of "*"; without one it is not acceptable.
func quality(accept, coding string) float64 {
	others := 0.0
	for part := range strings.SplitSeq(accept, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "x-gzip" { // RFC 9110, section 8.4.1.3
			name = Gzip
		}
		if name != coding && (name != "*" || coding == "identity") {
			continue
		}
		q := 1.0
		if text, found := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q="); found {
			parsed, err := strconv.ParseFloat(text, 64)
			if err != nil || parsed < 0 || parsed > 1 {
				parsed = 0
			}
			q = parsed
		}
		if name == coding {
			return q
		}
		others = q
	}
	return others
}
