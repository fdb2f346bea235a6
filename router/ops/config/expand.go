package config

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/trefoil-graph/trefoil/router/shared/env"
)

// reference matches ${NAME} and ${NAME:-default}. If NAME_FILE is set, the value is in that file.
const reference = `\$\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\}`

// expander replaces references to the environment in the values of a YAML tree. It works on the
// tree and not on the text, so that no variable's value is parsed as YAML.
type expander struct {
	env      LookupEnv
	pattern  *regexp.Regexp
	problems []error
}

// expand replaces ${NAME} and ${NAME:-default} in all values under the node.
func expand(node ast.Node, env LookupEnv) (ast.Node, error) {
	e := &expander{env: env, pattern: regexp.MustCompile(reference)}
	node = e.value(node)
	return node, errors.Join(e.problems...)
}

func (e *expander) value(node ast.Node) ast.Node {
	switch n := node.(type) {
	case *ast.MappingNode:
		for _, member := range n.Values {
			member.Value = e.value(member.Value)
		}
	case *ast.MappingValueNode:
		n.Value = e.value(n.Value)
	case *ast.SequenceNode:
		for i := range n.Values {
			n.Values[i] = e.value(n.Values[i])
		}
	case *ast.StringNode:
		return e.scalar(n)
	}
	return node
}

// scalar expands one value. A plain value (without quotes) may become a number or a boolean, as if
// the variable's value were written there.
func (e *expander) scalar(n *ast.StringNode) ast.Node {
	if !e.pattern.MatchString(n.Value) {
		return n
	}
	line := n.GetToken().Position.Line
	n.Value = e.pattern.ReplaceAllStringFunc(n.Value, func(found string) string {
		parts := e.pattern.FindStringSubmatch(found)
		value, err := env.Lookup(e.get, parts[1])
		switch {
		case err != nil:
			e.problems = append(e.problems, fmt.Errorf("line %d: %w", line, err))
		case value != "":
			return value
		case parts[2] == "":
			e.problems = append(e.problems, fmt.Errorf("line %d: %s is not set and has no default; "+
				"set it, or write ${%s:-default}", line, parts[1], parts[1]))
		}
		return parts[3]
	})
	return typed(n)
}

// get returns a variable of the environment, or "" if it is not set.
func (e *expander) get(name string) string {
	value, _ := e.env(name)
	return value
}

// typed returns a number or a boolean for a node whose value is one, and otherwise the node.
func typed(n *ast.StringNode) ast.Node {
	file, err := parser.ParseBytes([]byte(n.Value), 0)
	if err != nil || len(file.Docs) != 1 {
		return n
	}
	switch scalar := file.Docs[0].Body.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return scalar
	default:
		return n
	}
}
