// Package compression compresses responses and decompresses requests.
//
//	Accept-Encoding ──Encoder.Choose──▶ coding ──Encoder.Encode──▶ compressed body
//	Content-Encoding, body ──Decoder.Open──▶ a reader of the decompressed body
//
// Input: a complete response, or the body of a request. Output: the compressed response, or a
// reader of the decompressed body. Readers and writers are pooled, because their windows are
// large.
//
// A few compressed bytes can become gigabytes. A Decoder does not bound the decompressed size; its
// caller must. A body of any size can take a window of up to 8 MiB with zstd (RFC 9659) and 16 MiB
// with br. So the caller also bounds how many bodies it decompresses at once, and opens a body
// only after all of it has arrived: a slow client must not hold a window.
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
	Deflate = "deflate" // for requests only, because clients disagree about its format
)

// check returns an error if a coding is not known, or is listed twice.
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

// choose returns the coding with the highest quality in an Accept-Encoding header. If several have
// the same quality, it returns the first in the list. It returns "" if the header accepts none of
// them, or prefers identity.
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
// does not name has the quality of "*", or 0 if the header has no "*".
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
