package federation

import (
	"strings"
)

// conflictingLinks reports names that could mean elements of two specifications.
func conflictingLinks(links []Link) Errors {
	c := linkConflicts{
		byName: map[string]Link{}, byIdentity: map[string]Link{}, imports: map[string]Link{},
	}
	for _, link := range links {
		c.add(link)
	}
	if _, linked := c.byIdentity[LinkSpec]; !linked {
		c.add(NewLink(LinkSpec + "/v1.0"))
	}
	for _, link := range links {
		c.addImports(link)
	}
	return c.errs
}

type linkConflicts struct {
	// byName and byIdentity hold the specifications so far, imports the specification from which
	// each name is imported.
	byName, byIdentity, imports map[string]Link
	errs                        Errors
}

func (c *linkConflicts) fail(link Link, message string) {
	if link.Position == nil { // The link is implied, so the other one is wrong.
		link = c.byName[link.As]
	}
	at := []Location{At("", link.Position)}
	c.errs = append(c.errs,
		&Error{Code: InvalidLinkDirectiveUsage, Message: message, Locations: at})
}

func (c *linkConflicts) add(link Link) {
	if first, taken := c.byName[link.As]; taken {
		c.fail(link, quote(link.URL)+" and "+quote(first.URL)+
			" are both known as \""+link.As+"\"; give one another name with as:")
		return
	}
	if first, linked := c.byIdentity[link.Identity]; linked {
		c.fail(link, quote(link.URL)+" is linked already, as "+quote(first.URL)+
			"; remove one of the two")
		return
	}
	c.byName[link.As], c.byIdentity[link.Identity] = link, link
}

func (c *linkConflicts) addImports(link Link) {
	for _, i := range link.Imports {
		as, isDirective := strings.CutPrefix(i.As, "@")
		if first, taken := c.imports[i.As]; taken && first.Identity != link.Identity {
			c.fail(link, i.As+" is imported from "+quote(first.URL)+
				" and from "+quote(link.URL)+"; import one of them by another name")
			continue
		}
		c.imports[i.As] = link
		owner, _, prefixed := strings.Cut(as, "__")
		of, known := c.byName[owner]
		switch {
		case !known || !prefixed && !isDirective:
		case of.Identity != link.Identity || !prefixed && i.Name != i.As:
			c.fail(link, "the name "+i.As+", as which "+i.Name+" is imported from "+
				quote(link.URL)+", could mean an element of "+quote(of.URL)+"; "+
				"import it by another name, or give the specification one with as:")
		}
	}
}

func quote(url string) string { return "\"" + Cut(url, maxPart) + "\"" }
