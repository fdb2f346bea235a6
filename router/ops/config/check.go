package config

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// checker finds all unknown keys of a configuration, and all values of the wrong type. The YAML
// library reports only the first one.
type checker struct{ problems []error }

// check compares a node with the type into which it will be decoded.
func (c *checker) check(node ast.Node, into reflect.Type) {
	switch n := node.(type) {
	case nil, *ast.AliasNode, *ast.NullNode:
		// The value of an alias is checked at its anchor.
	case *ast.AnchorNode:
		c.check(n.Value, into)
	case *ast.MappingNode:
		for _, member := range n.Values {
			c.member(member, into)
		}
	case *ast.MappingValueNode:
		c.member(n, into)
	case *ast.SequenceNode:
		if into.Kind() != reflect.Slice {
			c.scalar(node, into)
			return
		}
		for _, value := range n.Values {
			c.check(value, into.Elem())
		}
	default:
		c.scalar(node, into)
	}
}

// member checks one key of a mapping, and its value.
func (c *checker) member(member *ast.MappingValueNode, into reflect.Type) {
	if into.Kind() != reflect.Struct {
		c.scalar(member, into)
		return
	}
	token := member.Key.GetToken()
	for i := range into.NumField() {
		if into.Field(i).Tag.Get("yaml") == token.Value {
			c.check(member.Value, into.Field(i).Type)
			return
		}
	}
	if member.Key.IsMergeKey() {
		c.check(member.Value, into)
		return
	}
	c.problems = append(c.problems, fmt.Errorf("line %d: unknown field %q%s",
		token.Position.Line, token.Value, known(into)))
}

// known returns the text of an error that lists the valid keys.
func known(into reflect.Type) string {
	var keys []string
	for i := range into.NumField() {
		keys = append(keys, into.Field(i).Tag.Get("yaml"))
	}
	return "; the valid keys are " + strings.Join(keys, ", ")
}

func (c *checker) scalar(node ast.Node, into reflect.Type) {
	err := yaml.NodeToValue(node, reflect.New(into).Interface())
	var known yaml.Error
	switch {
	case err == nil:
	case errors.As(err, &known):
		c.problems = append(c.problems, plain(err))
	default:
		c.problems = append(c.problems, fmt.Errorf("line %d: %w", node.GetToken().Position.Line, err))
	}
}
