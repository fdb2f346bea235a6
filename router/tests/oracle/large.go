//go:build oracle

package oracle

import (
	"fmt"
	"strings"
)

// Large makes a ring of subgraphs with 50 types each: ten entities of its own, ten that extend the
// previous subgraph's entities, and twenty objects, five enums and five inputs that no other
// subgraph has.
func Large(subgraphs int) []Subgraph {
	all := make([]Subgraph, subgraphs)
	for i := range all {
		name := fmt.Sprintf("s%03d", i)
		all[i] = Subgraph{Name: name, URL: "http://" + name, SDL: large(i, (i+subgraphs-1)%subgraphs)}
	}
	return all
}

func large(own, before int) string {
	var sdl, query strings.Builder
	sdl.WriteString(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", ` +
		`import: ["@key", "@external", "@requires"])` + "\n")
	for n := range 10 {
		fmt.Fprintf(&query, "  e%dx%d(id: ID!, in: I%dx%d): E%dx%d\n", own, n, own, n%5, own, n)
		fmt.Fprintf(&sdl, `type E%[1]dx%[2]d @key(fields: "id") {
  id: ID!
  name(in: N%[1]dx%[4]d): String
  size: Int
  first: O%[1]dx%[2]d
  next: E%[1]dx%[3]d
}
`, own, n, (n+1)%10, n%5)
		fmt.Fprintf(&sdl, `type E%[1]dx%[2]d @key(fields: "id") {
  id: ID!
  size: Int @external
  from%[3]d: Int @requires(fields: "size")
  with%[3]d: [E%[3]dx%[2]d!]
}
`, before, n, own)
	}
	for n := range 20 {
		fmt.Fprintf(&sdl, "type O%[1]dx%[2]d {\n  a: Int\n  b: [String!]!\n"+
			"  c: N%[1]dx%[3]d\n  d: E%[1]dx%[4]d\n}\n", own, n, n%5, n%10)
	}
	for n := range 5 {
		fmt.Fprintf(&sdl, "enum N%dx%d { A B C }\n", own, n)
		fmt.Fprintf(&sdl, "input I%[1]dx%[2]d {\n  a: Int = 1\n  b: [N%[1]dx%[2]d!]\n}\n", own, n)
	}
	return sdl.String() + "type Query {\n" + query.String() + "}\n"
}
