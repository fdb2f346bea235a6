// Package federation holds the words of the Federation specification, as the other packages use them.
//
//	@link(url: …, import: …) ──ParseLink──▶ Link ──NewNames──▶ Names: what @x means in one subgraph
//	"id owner { id }"        ──ParseFieldSet──▶ selection set ──PrintFieldSet──▶ "id owner { id }"
//	what is wrong            ──▶ Error: a Code of the catalogue, a message, places in the SDL
//	go doc federation Code   ──▶ what each code means and what to change; so does CODES.md, and `router codes`
//
// Goes in: text and directives of a subgraph's SDL. Comes out: values that no longer depend on how the
// subgraph chose to name things. The package knows no schema: whether a field set fits its type is for
// package subgraph to say.
package federation
