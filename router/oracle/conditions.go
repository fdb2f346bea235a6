//go:build oracle

package oracle

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/trefoil-graph/trefoil/router/federation"
)

// conditions are what a rule can ask of the subgraphs, so that it explains a difference only where they
// show its reason. The names are what the groups of the rule's expression matched.
var conditions = map[string]func(s set, names []string) bool{
	"alike":              func(_ set, names []string) bool { return names[0] == names[1] },
	"uncomposed":         func(s set, names []string) bool { return s.uncomposed(names[0], "") },
	"definedApart":       func(s set, names []string) bool { return s.definedApart(names[0]) },
	"unquotedKey":        func(s set, names []string) bool { return s.unquotedKey(names[0], names[1]) },
	"uncomposedArgument": func(s set, names []string) bool { return s.uncomposedArgument(names[0]) },
	"queryRoot":          func(s set, names []string) bool { return s.queryRoot(names[0]) },
	"unreadRequirement":  func(s set, names []string) bool { return s.unreadRequirement(names[0], names[1]) },
	"externalInObjects":  func(s set, names []string) bool { return s.externalInObjects(names[0], names[1]) },
	"mutatedTwice":       func(s set, names []string) bool { return s.mutatedTwice(names[0]) },
	"providedByExternal": func(s set, names []string) bool { return s.providedByExternal(names[1]) },
	"externalExtension":  func(s set, names []string) bool { return s.externalExtension(names[0], names[1]) },
	"requiredKey":        func(s set, names []string) bool { return s.requiredKey(names[2], names[0], names[1]) },
	"interfaceObject":    func(s set, names []string) bool { return s.interfaceObject(names[0], names[1]) },
	"labelledKey":        func(s set, names []string) bool { return s.labelled(names[1], names[0]) },
	"narrowed":           func(s set, names []string) bool { return s.narrowed(names[0]) },
}

// set are the subgraphs of a difference that can be parsed.
type set []document

// document is a subgraph's SDL with its definitions and extensions in one list.
type document struct {
	*ast.SchemaDocument
	subgraph Subgraph
	types    ast.DefinitionList
}

func parseSet(subgraphs []Subgraph) set {
	var s set
	for _, g := range subgraphs {
		parsed, err := parser.ParseSchema(&ast.Source{Name: g.Name, Input: g.SDL})
		if err == nil {
			s = append(s, document{parsed, g, slices.Concat(parsed.Definitions, parsed.Extensions)})
		}
	}
	return s
}

// some reports whether a type of that name in one of the subgraphs is so.
func (s set) some(name string, is func(d document, t *ast.Definition) bool) bool {
	return slices.ContainsFunc(s, func(d document) bool {
		return slices.ContainsFunc(d.types, func(t *ast.Definition) bool { return t.Name == name && is(d, t) })
	})
}

// someField is some for a field of a type.
func (s set) someField(typ, field string, is func(d document, t *ast.Definition, f *ast.FieldDefinition) bool) bool {
	return s.some(typ, func(d document, t *ast.Definition) bool {
		f := t.Fields.ForName(field)
		return f != nil && is(d, t, f)
	})
}

// applied are the applications of one of the specification's directives, whatever it is imported as.
func applied(directives ast.DirectiveList, name string) ast.DirectiveList {
	var all ast.DirectiveList
	for _, d := range directives {
		if strings.HasSuffix(strings.ToLower(d.Name), strings.ToLower(name)) {
			all = append(all, d)
		}
	}
	return all
}

func has(directives ast.DirectiveList, name string) bool { return len(applied(directives, name)) > 0 }

// fieldSets are the fields of a directive, each of its applications.
func fieldSets(directives ast.DirectiveList, name string) []string {
	var sets []string
	for _, d := range applied(directives, name) {
		if fields := d.Arguments.ForName("fields"); fields != nil {
			sets = append(sets, fields.Value.Raw)
		}
	}
	return sets
}

// names reports whether a field set has the name in it.
func naming(fieldSet, name string) bool {
	return slices.Contains(strings.FieldsFunc(fieldSet, func(r rune) bool { return strings.ContainsRune(" {}(),:", r) }), name)
}

func (d document) federation1() bool {
	return !strings.Contains(d.subgraph.SDL, federation.FederationSpec)
}

// rootNames are the names of the root types.
func (d document) rootNames() map[ast.Operation]string {
	names := map[ast.Operation]string{ast.Query: "Query", ast.Mutation: "Mutation", ast.Subscription: "Subscription"}
	for _, schema := range slices.Concat(d.Schema, d.SchemaExtension) {
		for _, root := range schema.OperationTypes {
			names[root.Operation] = root.Type
		}
	}
	return names
}

func (d document) composes(directive string) bool {
	for _, schema := range slices.Concat(d.Schema, d.SchemaExtension) {
		for _, composed := range applied(schema.Directives, "composeDirective") {
			if name := composed.Arguments.ForName("name"); name != nil && name.Value.Raw == "@"+directive {
				return true
			}
		}
	}
	return false
}

// uncomposed reports whether a subgraph has a directive as its own, without the argument if one is named.
func (s set) uncomposed(directive, argument string) bool {
	return slices.ContainsFunc(s, func(d document) bool {
		own := d.Directives.ForName(directive)
		return own != nil && !d.composes(directive) && (argument == "" || own.Arguments.ForName(argument) == nil)
	})
}

// uncomposedArgument reports whether an argument of a composed directive takes the enum, and another
// subgraph has the directive as its own without that argument.
func (s set) uncomposedArgument(enum string) bool {
	for _, d := range s {
		for _, directive := range d.Directives {
			for _, a := range directive.Arguments {
				if a.Type.Name() == enum && d.composes(directive.Name) && s.uncomposed(directive.Name, a.Name) {
					return true
				}
			}
		}
	}
	return false
}

// definedApart reports whether two subgraphs compose a directive of whose arguments one lacks some.
func (s set) definedApart(directive string) bool {
	counts := map[int]bool{}
	for _, d := range s {
		if defined := d.Directives.ForName(directive); defined != nil && d.composes(directive) {
			counts[len(defined.Arguments)] = true
		}
	}
	return len(counts) > 1
}

// unquotedKey reports whether a key of a Federation 1 subgraph has the @external field without quotes.
func (s set) unquotedKey(typ, field string) bool {
	return s.someField(typ, field, func(d document, t *ast.Definition, f *ast.FieldDefinition) bool {
		unquoted := slices.ContainsFunc(applied(t.Directives, "key"), func(key *ast.Directive) bool {
			fields := key.Arguments.ForName("fields")
			return fields != nil && fields.Value.Kind == ast.EnumValue && fields.Value.Raw == field
		})
		return d.federation1() && unquoted && has(f.Directives, "external")
	})
}

func (s set) queryRoot(name string) bool {
	return slices.ContainsFunc(s, func(d document) bool { return d.rootNames()[ast.Query] == name })
}

// unreadRequirement reports whether only @external fields of a Federation 1 subgraph require the field.
func (s set) unreadRequirement(typ, field string) bool {
	required := false
	ok := s.someField(typ, field, func(d document, t *ast.Definition, _ *ast.FieldDefinition) bool {
		for _, f := range t.Fields {
			for _, set := range fieldSets(f.Directives, "requires") {
				if naming(set, field) {
					required = true
					if !has(f.Directives, "external") {
						return false
					}
				}
			}
		}
		return d.federation1() && required
	})
	return ok
}

// externalInObjects reports whether a field of an interface or union is @external in an object type of it.
func (s set) externalInObjects(abstract, field string) bool {
	return slices.ContainsFunc(s, func(d document) bool {
		return slices.ContainsFunc(d.types, func(t *ast.Definition) bool {
			f := t.Fields.ForName(field)
			return f != nil && t.Kind == ast.Object && d.isMember(abstract, t) && (has(f.Directives, "external") || has(t.Directives, "external"))
		})
	})
}

// isMember reports whether an object type is of an abstract type.
func (d document) isMember(abstract string, object *ast.Definition) bool {
	return slices.Contains(object.Interfaces, abstract) || slices.ContainsFunc(d.types, func(t *ast.Definition) bool {
		return t.Name == abstract && slices.Contains(t.Types, object.Name)
	})
}

// mutatedTwice reports whether a field of the mutation root of two subgraphs leads to the type.
func (s set) mutatedTwice(typ string) bool {
	subgraphs := map[string]int{}
	for _, d := range s {
		for _, t := range d.types {
			if t.Name != d.rootNames()[ast.Mutation] {
				continue
			}
			for _, f := range t.Fields {
				if s.leadsTo(f.Type.Name(), typ, nil) {
					subgraphs[f.Name]++
				}
			}
		}
	}
	for _, count := range subgraphs {
		if count > 1 {
			return true
		}
	}
	return false
}

func (s set) leadsTo(from, to string, seen []string) bool {
	if from == to {
		return true
	}
	return !slices.Contains(seen, from) && s.some(from, func(_ document, t *ast.Definition) bool {
		return slices.ContainsFunc(t.Fields, func(f *ast.FieldDefinition) bool {
			return s.leadsTo(f.Type.Name(), to, append(slices.Clip(seen), from))
		})
	})
}

// providedByExternal reports whether an @external root field of a Federation 1 subgraph provides the field.
func (s set) providedByExternal(field string) bool {
	return slices.ContainsFunc(s, func(d document) bool {
		return d.federation1() && slices.ContainsFunc(d.types, func(t *ast.Definition) bool {
			return d.rootNames()[ast.Query] == t.Name && slices.ContainsFunc(t.Fields, func(f *ast.FieldDefinition) bool {
				provides := slices.ContainsFunc(fieldSets(f.Directives, "provides"), func(set string) bool { return naming(set, field) })
				return provides && (has(f.Directives, "external") || has(t.Directives, "external"))
			})
		})
	})
}

// externalExtension reports whether an extension is @external as a type and has the field as its key.
func (s set) externalExtension(typ, field string) bool {
	return s.some(typ, func(d document, t *ast.Definition) bool {
		extends := d.Extensions.ForName(typ) == t || has(t.Directives, "extends")
		isKey := slices.ContainsFunc(fieldSets(t.Directives, "key"), func(set string) bool { return naming(set, field) })
		return extends && isKey && has(t.Directives, "external")
	})
}

// requiredKey reports whether a field of a subgraph requires the very fields of the type's key there.
func (s set) requiredKey(subgraph, typ, field string) bool {
	return s.someField(typ, field, func(d document, t *ast.Definition, f *ast.FieldDefinition) bool {
		keys := fieldSets(t.Directives, "key")
		return d.subgraph.Name == subgraph && slices.ContainsFunc(fieldSets(f.Directives, "requires"), func(set string) bool {
			return slices.Contains(keys, set)
		})
	})
}

// interfaceObject reports whether the field is one of an @interfaceObject that stands for the type.
func (s set) interfaceObject(typ, field string) bool {
	return slices.ContainsFunc(s, func(d document) bool {
		return slices.ContainsFunc(d.types, func(t *ast.Definition) bool {
			return has(t.Directives, "interfaceObject") && t.Fields.ForName(field) != nil &&
				(t.Name == typ || s.some(typ, func(_ document, o *ast.Definition) bool { return slices.Contains(o.Interfaces, t.Name) }))
		})
	})
}

// labelled reports whether the field moves between subgraphs by a label.
func (s set) labelled(typ, field string) bool {
	return s.someField(typ, field, func(_ document, _ *ast.Definition, f *ast.FieldDefinition) bool {
		return slices.ContainsFunc(applied(f.Directives, "override"), func(o *ast.Directive) bool { return o.Arguments.ForName("label") != nil })
	})
}

// narrowed reports whether a root field has an abstract type, and in another subgraph one of its object types.
func (s set) narrowed(field string) bool {
	var types []string
	for _, d := range s {
		for _, t := range d.types {
			if f := t.Fields.ForName(field); f != nil && d.rootNames()[ast.Query] == t.Name {
				types = append(types, f.Type.Name())
			}
		}
	}
	return slices.ContainsFunc(types, func(abstract string) bool {
		return slices.ContainsFunc(types, func(object string) bool {
			return s.some(object, func(d document, t *ast.Definition) bool {
				return t.Kind == ast.Object && slices.ContainsFunc(s, func(d document) bool { return d.isMember(abstract, t) })
			})
		})
	})
}
