package federation

import "fmt"

// ImpliedLink returns the link of an SDL that links no federation specification, but uses
// directives that only Federation 2 has: a link to the oldest version with these directives, with
// all directives imported. It returns false if none of the names is such a directive; the SDL is
// then of Federation 1.
//
// The reference composition refuses these documents. Their meaning is clear, though, and people
// often write them first. Composition adds a hint.
func ImpliedLink(directives []string) (Link, bool) {
	version, implied := Version{Major: 2}, false
	for _, name := range directives {
		for _, w := range words() {
			if w.name == name && !w.legacy {
				implied = true
				version.Minor = max(version.Minor, w.since)
			}
		}
	}
	if !implied {
		return Link{}, false
	}
	link := Link{
		URL:      fmt.Sprintf("%s/v%d.%d", FederationSpec, version.Major, version.Minor),
		Identity: FederationSpec, Name: "federation", As: "federation",
		Version: version, Implied: true,
	}
	for _, w := range words() {
		if w.in(version) {
			link.Imports = append(link.Imports, Import{Name: "@" + w.name, As: "@" + w.name})
		}
	}
	return link, true
}
