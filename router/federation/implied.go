package federation

import "fmt"

// ImpliedLink is the link of an SDL that links no federation specification, but uses directives that only Federation 2
// has: to the oldest version that has them, all its directives imported. It is false if none of the names is such a
// directive: then the SDL is of Federation 1.
//
// The reference composition refuses these documents. What they mean is clear, though, and they are what people write
// first; composition tells of it by a hint.
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
		URL: fmt.Sprintf("%s/v%d.%d", FederationSpec, version.Major, version.Minor), Identity: FederationSpec,
		Name: "federation", As: "federation", Version: version, Implied: true,
	}
	for _, w := range words() {
		if w.in(version) {
			link.Imports = append(link.Imports, Import{Name: "@" + w.name, As: "@" + w.name})
		}
	}
	return link, true
}
