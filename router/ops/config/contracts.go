package config

import (
	"slices"
	"strings"
)

// Contract is a variant of the schema that hides some of its elements, chosen by @tag. For the
// clients of a contract, hidden elements do not exist, not even in introspection. `go doc
// ./router/composition/contract` explains the rules.
type Contract struct {
	// Name is the contract's name in errors and logs.
	Name string `yaml:"name"`
	// Include are tags. A field is hidden unless it or its type has one of them. Default: none, and
	// fields need no tag.
	Include []string `yaml:"include"`
	// Exclude are tags. An element that has one of them is hidden. Default: none.
	Exclude []string `yaml:"exclude"`
	// Path is a path below /graphql/ at which the variant is served. Default: none.
	Path string `yaml:"path"`
	// Claim is the claim of the clients that get the variant at /graphql. Dots separate the names of
	// nested claims. With a path, only these clients may use the path. Default: none.
	Claim string `yaml:"claim"`
	// Values are the accepted values of the claim. If the claim is a list, one of its elements must
	// be among them. Default: none.
	Values []string `yaml:"values"`
	// Default serves the variant at /graphql to all clients that do not have the claim of another
	// contract. Default: false.
	Default bool `yaml:"default"`
}

func (c Config) validateContracts(p *problems) {
	names, paths, isDefault := map[string]bool{}, map[string]bool{}, false
	for _, k := range c.Contracts {
		at := "contract " + k.Name
		switch {
		case k.Name == "":
			p.add("contracts: a contract has no name; add one")
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
			p.add("%s: claim and values belong together; set both, or none", at)
		}
		if k.Claim != "" && slices.Contains(strings.Split(k.Claim, "."), "") {
			p.add("%s: claim: %q has an empty part", at, k.Claim)
		}
		if k.Path == "" && k.Claim == "" && !k.Default {
			p.add("%s: no client can use it; add a path, a claim or default: true", at)
		}
		if k.Default && isDefault {
			p.add("%s: default: another contract is the default; remove one", at)
		}
		isDefault = isDefault || k.Default
	}
}
