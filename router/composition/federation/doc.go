// Package federation holds the directives, names, field sets and error codes of the Federation
// specification, in the form in which the other packages use them.
//
//	@link(url: …, import: …) ──ParseLink──▶ Link ──NewNames──▶ Names: what @x means in one subgraph
//	"id owner { id }"        ──ParseFieldSet──▶ selection set ──PrintFieldSet──▶ "id owner { id }"
//	problems                 ──▶ Error: a Code of the catalogue, a message, locations in the SDL
//	go doc federation Code   ──▶ the meaning of each code; also in CODES.md and `router codes`
//
// Input: text and directives of a subgraph's SDL. Output: values that no longer depend on the
// names that the subgraph chose. The package knows no schema: package subgraph checks whether a
// field set fits its type.
package federation
