package headers

import (
	"net/http"
	"strconv"
	"strings"
)

// caching holds the directives of a Cache-Control header (RFC 9111, section 5.2.2).
type caching struct {
	noStore, noCache, isPrivate, isPublic, mustRevalidate bool
	// maxAge and sharedMaxAge are seconds; sharedMaxAge is -1 if it is not stated.
	maxAge, sharedMaxAge int
}

// effective returns an answer's Cache-Control, from whose ages it subtracts the time that the
// answer has spent in caches. It returns no-store for an answer without Cache-Control.
func effective(answer http.Header) string {
	if len(answer[cacheControl]) == 0 {
		return "no-store"
	}
	c := parseCaching(strings.Join(answer[cacheControl], ","))
	age := max(seconds(answer.Get("Age")), 0)
	c.maxAge = max(c.maxAge-age, 0)
	if c.sharedMaxAge >= 0 {
		c.sharedMaxAge = max(c.sharedMaxAge-age, 0)
	}
	return c.String()
}

// parseCaching parses a Cache-Control header. It ignores unknown directives. An invalid age counts
// as 0, and of a repeated age the shortest counts (RFC 9111, section 4.2.1).
func parseCaching(text string) caching {
	c := caching{sharedMaxAge: -1}
	maxAge := -1
	for directive := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "no-store":
			c.noStore = true
		case "no-cache":
			c.noCache = true
		case "private":
			c.isPrivate = true
		case "public":
			c.isPublic = true
		case "must-revalidate", "proxy-revalidate":
			c.mustRevalidate = true
		case "max-age":
			maxAge = shorter(maxAge, max(seconds(value), 0))
		case "s-maxage":
			c.sharedMaxAge = shorter(c.sharedMaxAge, max(seconds(value), 0))
		}
	}
	c.maxAge = max(maxAge, 0)
	return c
}

// seconds parses a number of seconds. It returns -1 if the number is not valid.
func seconds(text string) int {
	text = strings.Trim(strings.TrimSpace(text), `"`)
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return -1
	}
	return int(n)
}

// shorter returns the smaller of two ages. A negative age means that the header does not state
// one.
func shorter(a, b int) int {
	switch {
	case a < 0:
		return b
	case b < 0:
		return a
	default:
		return min(a, b)
	}
}

// and returns the Cache-Control that allows only what both allow.
func (c caching) and(other caching) caching {
	both := caching{
		noStore: c.noStore || other.noStore, noCache: c.noCache || other.noCache,
		isPrivate: c.isPrivate || other.isPrivate, isPublic: c.isPublic && other.isPublic,
		mustRevalidate: c.mustRevalidate || other.mustRevalidate,
		maxAge:         min(c.maxAge, other.maxAge), sharedMaxAge: -1,
	}
	if c.sharedMaxAge >= 0 || other.sharedMaxAge >= 0 {
		both.sharedMaxAge = min(c.ageInShared(), other.ageInShared())
	}
	return both
}

// ageInShared returns the seconds for which a cache for several clients may use the response.
func (c caching) ageInShared() int {
	if c.sharedMaxAge >= 0 {
		return c.sharedMaxAge
	}
	return c.maxAge
}

// String returns the value of the Cache-Control header.
func (c caching) String() string {
	if c.noStore {
		return "no-store"
	}
	parts := []string{"max-age=" + strconv.Itoa(c.maxAge)}
	if c.isPrivate {
		parts = append(parts, "private")
	} else {
		if c.isPublic {
			parts = append(parts, "public")
		}
		if c.sharedMaxAge >= 0 {
			parts = append(parts, "s-maxage="+strconv.Itoa(c.sharedMaxAge))
		}
	}
	if c.noCache {
		parts = append(parts, "no-cache")
	}
	if c.mustRevalidate {
		parts = append(parts, "must-revalidate")
	}
	return strings.Join(parts, ", ")
}
