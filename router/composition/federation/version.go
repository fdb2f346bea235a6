package federation

import (
	"fmt"
	"strconv"
	"strings"
)

// Version is a version of a specification: federation 2.3 is {2, 3}.
type Version struct{ Major, Minor int }

// The versions that subgraphs may use. A subgraph without a @link to the specification is of
// Federation 1.
func (v Version) known() bool { return v.Major == 2 && v.Minor <= latestMinor }

const latestMinor = 15

// One returns the version of subgraphs that link no federation specification.
func One() Version { return Version{Major: 1} }

// AtLeast reports whether the version is major.minor or later.
func (v Version) AtLeast(major, minor int) bool {
	return v.Major > major || v.Major == major && v.Minor >= minor
}

// String returns the version in the form used in URLs of specifications: v2.3.
func (v Version) String() string { return fmt.Sprintf("v%d.%d", v.Major, v.Minor) }

// ParseVersion parses a version such as v2.3.
func ParseVersion(text string) (Version, bool) {
	major, minor, ok := strings.Cut(strings.TrimPrefix(text, "v"), ".")
	if !ok || !strings.HasPrefix(text, "v") {
		return Version{}, false
	}
	a, err1 := strconv.ParseUint(major, 10, 16)
	b, err2 := strconv.ParseUint(minor, 10, 16)
	return Version{int(a), int(b)}, err1 == nil && err2 == nil
}
