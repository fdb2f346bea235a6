package querygraph

import (
	"fmt"
	"io"
	"strings"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// WriteDOT draws the graph in the DOT language of Graphviz: a box for each subgraph, a node for
// each of its types, solid edges for fields of object types (one edge for all fields between two
// types), dotted edges from interfaces and unions to their objects, and dashed edges for keys with
// which one subgraph's entities are looked up in another.
func (g *Graph) WriteDOT(w io.Writer) error {
	var out strings.Builder
	out.WriteString("digraph supergraph {\n  rankdir=LR; " +
		"node [shape=box, fontname=\"sans-serif\"]; edge [fontname=\"sans-serif\", fontsize=10];\n")
	for id, subgraph := range g.Schema.Subgraphs {
		fmt.Fprintf(&out, "  subgraph \"cluster_%s\" {\n    label=%q;\n", subgraph.Name, subgraph.Name)
		for _, t := range g.Schema.Types {
			for _, n := range g.byType[t.Name] {
				if int(n.Subgraph) == id {
					fmt.Fprintf(&out, "    %s [label=%q];\n", g.nodeName(n), t.Name)
				}
			}
		}
		out.WriteString("  }\n")
	}
	for _, t := range g.Schema.Types {
		for _, n := range g.byType[t.Name] {
			g.writeFields(&out, n)
			g.writeObjects(&out, n)
			g.writeKeys(&out, n)
		}
	}
	out.WriteString("}\n")
	_, err := io.WriteString(w, out.String())
	return err
}

func (g *Graph) nodeName(n *Node) string {
	return fmt.Sprintf("%q", n.Type+"@"+g.Schema.Subgraphs[n.Subgraph].Name)
}

func (g *Graph) writeFields(out *strings.Builder, n *Node) {
	labels := map[*Node][]string{}
	var order []*Node
	for _, f := range g.Schema.Type(n.Type).Fields {
		edge := n.fields[f.Name]
		if edge == nil || edge.External {
			continue
		}
		to := g.Node(edge.Type.Name(), n.Subgraph)
		if to == nil {
			continue // a leaf
		}
		label := f.Name
		if len(edge.Requires) > 0 {
			label += " requires " + federation.PrintFieldSet(edge.Requires)
		}
		if labels[to] == nil {
			order = append(order, to)
		}
		labels[to] = append(labels[to], label)
	}
	for _, to := range order {
		text := strings.Join(labels[to], "\n")
		fmt.Fprintf(out, "  %s -> %s [label=%q];\n", g.nodeName(n), g.nodeName(to), text)
	}
}

func (g *Graph) writeObjects(out *strings.Builder, n *Node) {
	if !n.Abstract() {
		return
	}
	for _, name := range g.Names(n.Possible) {
		if to := g.Node(name, n.Subgraph); to != nil {
			fmt.Fprintf(out, "  %s -> %s [style=dotted, arrowhead=empty];\n", g.nodeName(n), g.nodeName(to))
		}
	}
}

func (g *Graph) writeKeys(out *strings.Builder, n *Node) {
	for _, key := range n.Keys {
		for _, from := range g.byType[n.Type] {
			if from != n {
				fmt.Fprintf(out, "  %s -> %s [style=dashed, label=%q];\n",
					g.nodeName(from), g.nodeName(n), "@key "+federation.PrintFieldSet(key))
			}
		}
	}
}
