package config

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// LookupEnv reads an environment variable. It is usually os.LookupEnv.
type LookupEnv func(name string) (value string, ok bool)

// Load reads, expands, decodes and validates a file. It changes relative paths in the file, which
// are relative to the file's folder, to paths relative to the working directory.
func Load(path string, env LookupEnv) (Config, error) {
	text, err := ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("config: %w", err)
	}
	c, err := Parse(text, env)
	if err != nil {
		return Config{}, fmt.Errorf("config %s: %w", path, err)
	}
	c.resolvePaths(filepath.Dir(path))
	return c, nil
}

// Parse does the same as Load for a text, but does not change paths.
func Parse(text []byte, env LookupEnv) (Config, error) {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return Config{}, plain(err)
	}
	c := Default()
	var problems []error
	readable := true
	for _, document := range file.Docs {
		found, ok := decode(document.Body, env, &c)
		problems, readable = append(problems, found...), readable && ok
	}
	c.setDefaults()
	if readable {
		problems = append(problems, Problems(c.Validate())...)
	}
	return c, errors.Join(problems...)
}

// decode decodes a document into a configuration, and returns all errors. ok is false if the
// result is incomplete, so that validating it would report wrong errors.
func decode(body ast.Node, env LookupEnv, into *Config) (problems []error, ok bool) {
	if body == nil {
		return nil, true
	}
	body, err := expand(body, env)
	problems = Problems(err)
	c := checker{}
	c.check(body, reflect.TypeFor[Config]())
	problems = append(problems, c.problems...)
	if err := yaml.NodeToValue(body, into); err != nil && !errors.Is(err, io.EOF) {
		if len(problems) == 0 {
			problems = append(problems, plain(err))
		}
		return problems, false
	}
	return problems, err == nil
}

// Problems returns the errors that are joined in one error, each with the prefix of that error.
func Problems(err error) []error {
	if within, ok := errors.AsType[interface {
		error
		Unwrap() []error
	}](err); ok {
		before := strings.TrimSuffix(err.Error(), within.Error())
		var list []error
		for _, one := range within.Unwrap() {
			list = append(list, fmt.Errorf("%s%w", before, one))
		}
		return list
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

func (c *Config) setDefaults() {
	for i := range c.Subgraphs {
		if c.Subgraphs[i].Timeout == 0 {
			c.Subgraphs[i].Timeout = DefaultTimeout
		}
	}
	c.Authentication.setDefaults()
}

func (c *Config) resolvePaths(dir string) {
	if !c.SupergraphIsURL() {
		c.Supergraph = relativeTo(dir, c.Supergraph)
	}
	for i := range c.Subgraphs {
		c.Subgraphs[i].Schema = relativeTo(dir, c.Subgraphs[i].Schema)
	}
	c.resolveTLS(dir)
	for i, manifest := range c.PersistedDocuments.Manifests {
		if !IsURL(manifest) {
			c.PersistedDocuments.Manifests[i] = relativeTo(dir, manifest)
		}
	}
	c.Authentication.resolvePaths(dir)
}

// IsURL reports whether a source is an http or https URL, and not a path.
func IsURL(source string) bool {
	return strings.HasPrefix(source, "http://") || strings.HasPrefix(source, "https://")
}

func relativeTo(dir, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// plain formats an error of the YAML library in one line, as "line N: message".
func plain(err error) error {
	var y yaml.Error
	if !errors.As(err, &y) || y.GetToken() == nil {
		return err
	}
	return fmt.Errorf("line %d: %s", y.GetToken().Position.Line, y.GetMessage())
}
