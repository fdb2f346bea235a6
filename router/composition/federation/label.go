package federation

import (
	"regexp"
	"strconv"
)

var (
	customLabel  = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_\-:./]*$`)
	percentLabel = regexp.MustCompile(`^percent\((100(?:\.0{1,8})?|\d{1,2}(?:\.\d{1,8})?)\)$`)
)

// ValidLabel reports whether the label is allowed in an @override.
func ValidLabel(label string) bool {
	return customLabel.MatchString(label) || percentLabel.MatchString(label)
}

// Percent returns the share of requests, out of 100, in which a label like percent(12.5) is
// active. It returns false for other labels.
func Percent(label string) (float64, bool) {
	match := percentLabel.FindStringSubmatch(label)
	if match == nil {
		return 0, false
	}
	share, err := strconv.ParseFloat(match[1], 64)
	return share, err == nil
}
