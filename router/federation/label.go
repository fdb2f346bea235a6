package federation

import (
	"regexp"
	"strconv"
)

var (
	customLabel  = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_\-:./]*$`)
	percentLabel = regexp.MustCompile(`^percent\((100(?:\.0{1,8})?|\d{1,2}(?:\.\d{1,8})?)\)$`)
)

// ValidLabel reports whether an @override may have the label.
func ValidLabel(label string) bool {
	return customLabel.MatchString(label) || percentLabel.MatchString(label)
}

// Percent is the share of requests, of 100, in which a label like percent(12.5) is active. It is false for labels that
// somebody else decides.
func Percent(label string) (float64, bool) {
	match := percentLabel.FindStringSubmatch(label)
	if match == nil {
		return 0, false
	}
	share, err := strconv.ParseFloat(match[1], 64)
	return share, err == nil
}
