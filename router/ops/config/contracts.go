package config

import (
	"slices"
	"strings"
)

// Contract is a variant of the schema that shows clients a part of it, chosen by @tag. Hidden
// elements do not exist for its clients, in introspection neither. `go doc
// ./router/composition/contract` has the rules.
type Contract struct {
	// Name is the contract's name in errors and logs.
	Name string `yaml:"name"`
	// Include are tags. Fields without one of them are hidden, unless their type has one. Default:
	// none, which hides nothing.
	Include []string `yaml:"include"`
	// Exclude are tags that hide what has them. Default: none.
	Exclude []string `yaml:"exclude"`
	// Path is a path below /graphql/ where the variant is served. Default: none.
	Path string `yaml:"path"`
	// Claim is the claim of clients who get the variant at /graphql; dots lead through nested
	// claims. With a path, only these clients may use it. Default: none.
	Claim string `yaml:"claim"`
	// Values are the values of the claim. A list needs one of them. Default: none.
	Values []string `yaml:"values"`
	// Default serves the variant at /graphql to all clients without another one's claim. Default:
	// false.
	Default bool `yaml:"default"`
}

func (c Config) validateContracts(p *problems) {
	names, paths, isDefault := map[string]bool{}, map[string]bool{}, false
	for _, k := range c.Contracts {
		at := "contract " + k.Name
		switch {
		case k.Name == "":
			p.add("contracts: a name is missing")
		case names[k.Name]:
			p.add("%s: another contract has the same name", at)
		}
		names[k.Name] = true
		if k.Path != "" && (!strings.HasPrefix(k.Path, "/graphql/") || strings.HasSuffix(k.Path, "/") ||
			strings.ContainsAny(k.Path, "?#% ")) {
			p.add("%s: path: %q is not a path below /graphql/", at, k.Path)
		}
		if k.Path != "" && paths[k.Path] {
			p.add("%s: path: another contract has the path %s", at, k.Path)
		}
		paths[k.Path] = true
		if (k.Claim == "") != (len(k.Values) == 0) {
			p.add("%s: claim and values need each other", at)
		}
		if k.Claim != "" && slices.Contains(strings.Split(k.Claim, "."), "") {
			p.add("%s: claim: %q has an empty part", at, k.Claim)
		}
		if k.Path == "" && k.Claim == "" && !k.Default {
			p.add("%s: nobody gets it; give it a path, a claim or default: true", at)
		}
		if k.Default && isDefault {
			p.add("%s: another contract is the default", at)
		}
		isDefault = isDefault || k.Default
	}
}
