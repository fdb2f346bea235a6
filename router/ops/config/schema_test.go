package config_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/config"
)

var update = flag.Bool("update", false, "rewrite schema.json and router/CONFIG.md")

const (
	schemaFile    = "schema.json"
	referenceFile = "../../CONFIG.md"
)

// TestTheSchemaIsUpToDate compares the committed JSON Schema with the structs and their comments.
func TestTheSchemaIsUpToDate(t *testing.T) {
	t.Parallel()
	compare(t, schemaFile, generated(t))
}

// TestTheReferenceIsUpToDate compares CONFIG.md with the structs and their comments.
func TestTheReferenceIsUpToDate(t *testing.T) {
	t.Parallel()
	root := reflected(t)
	page := bytes.NewBufferString(introduction)
	writeKeys(page, root, root, "", reflect.ValueOf(config.Default()))
	compare(t, referenceFile, page.Bytes())
}

const introduction = `# Configuration of the router

` + "`router serve --config FILE`" + ` reads one YAML file. A value may be ` + "`${NAME}`" + ` or
` + "`${NAME:-default}`" + `, or contain it: the router replaces it by the variable of the environment,
or by the content of the file that ` + "`NAME_FILE`" + ` names. A duration is a number with a unit:
` + "`300ms`, `2s`, `5m`, `1h`" + `.

    router config validate --config FILE    print all problems of a file
    router config print --config FILE       print the file with all defaults, without secrets
    router config schema                    print the JSON Schema

Editors with the YAML language server complete the keys if the file begins with:

    # yaml-language-server: $schema=PATH-OR-URL-OF-THE-SCHEMA

This page and the schema are made of the comments in ` + "`router/ops/config`" + `:
` + "`go test ./router/ops/config -update`" + `.
`

func compare(t *testing.T, file string, want []byte) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(file, want, 0o600))
	}
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "run go test ./router/ops/config -update")
}

func generated(t *testing.T) []byte {
	t.Helper()
	text, err := json.MarshalIndent(reflected(t), "", "  ")
	require.NoError(t, err)
	return append(text, '\n')
}

// reflected returns the schema of Config with the structs' comments as descriptions.
func reflected(t *testing.T) *jsonschema.Schema {
	t.Helper()
	r := jsonschema.Reflector{
		FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true, Mapper: scalar,
	}
	require.NoError(t, r.AddGoComments("github.com/trefoil-graph/trefoil/router/ops/config", "."))
	for name, comment := range r.CommentMap {
		r.CommentMap[name] = strings.Join(strings.Fields(comment), " ")
	}
	root := r.Reflect(config.Config{})
	useKeys(root)
	for _, definition := range root.Definitions {
		useKeys(definition)
	}
	root.ID = "https://trefoil-graph.github.io/router.schema.json"
	root.Title = "The router's configuration"
	return root
}

// useKeys begins each property's description with the key instead of the Go field's name.
func useKeys(schema *jsonschema.Schema) {
	for pair := schema.Properties.Oldest(); pair != nil; pair = pair.Next() {
		first, rest, _ := strings.Cut(pair.Value.Description, " ")
		if strings.EqualFold(first, pair.Key) {
			pair.Value.Description = pair.Key + " " + rest
		}
	}
}

// wrapped breaks a paragraph into lines of at most 99 columns.
func wrapped(text string) string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > 99 {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return strings.Join(append(lines, line), "\n")
}

// scalar returns the schema of a value that may also be a reference to the environment.
func scalar(of reflect.Type) *jsonschema.Schema {
	reference := &jsonschema.Schema{Type: "string", Pattern: `\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}`}
	or := func(s *jsonschema.Schema) *jsonschema.Schema {
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{s, reference}}
	}
	switch {
	case of == reflect.TypeFor[time.Duration]():
		return &jsonschema.Schema{
			Type: "string", Pattern: `^0$|^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$|\$\{`,
		}
	case of.Kind() == reflect.Bool:
		return or(&jsonschema.Schema{Type: "boolean"})
	case of.Kind() >= reflect.Int && of.Kind() <= reflect.Uint64:
		return or(&jsonschema.Schema{Type: "integer"})
	case of.Kind() == reflect.Float64:
		return or(&jsonschema.Schema{Type: "number"})
	}
	return nil
}

// writeKeys writes a section for each key of a schema, and for the keys below it.
func writeKeys(
	to *bytes.Buffer, root, schema *jsonschema.Schema, path string, defaults reflect.Value,
) {
	of, ok := strings.CutPrefix(schema.Ref, "#/$defs/")
	if ok {
		schema = root.Definitions[of]
	}
	for pair := schema.Properties.Oldest(); pair != nil; pair = pair.Next() {
		key, described := path+pair.Key, pair.Value
		value := fieldOf(defaults, pair.Key)
		fmt.Fprintf(to, "\n## `%s`\n\n%s\n\n%s\n", key, typeOf(value), wrapped(described.Description))
		switch {
		case described.Ref != "":
			writeKeys(to, root, described, key+".", value)
		case described.Items != nil && described.Items.Ref != "":
			writeKeys(to, root, described.Items, key+"[].", reflect.Zero(value.Type().Elem()))
		case described.AdditionalProperties != nil && described.AdditionalProperties.Ref != "":
			writeKeys(to, root, described.AdditionalProperties, key+".*.",
				reflect.Zero(value.Type().Elem()))
		}
	}
}

func fieldOf(value reflect.Value, key string) reflect.Value {
	for value.Kind() == reflect.Pointer {
		value = reflect.Zero(value.Type().Elem())
	}
	for i := range value.NumField() {
		if value.Type().Field(i).Tag.Get("yaml") == key {
			return value.Field(i)
		}
	}
	return reflect.Value{}
}

// typeOf names the type of a value as a user of YAML calls it.
func typeOf(value reflect.Value) string {
	of := value.Type()
	switch {
	case of == reflect.TypeFor[time.Duration]():
		return "duration"
	case of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct:
		return "list"
	case of.Kind() == reflect.Slice:
		return "list of strings"
	case of.Kind() == reflect.Map, of.Kind() == reflect.Struct, of.Kind() == reflect.Pointer:
		return "mapping"
	case of.Kind() == reflect.Bool:
		return "boolean"
	case of.Kind() == reflect.String:
		return "string"
	default:
		return "number"
	}
}

// TestCommentsStateTheDefaults checks that each key's comment says the default that Default sets.
func TestCommentsStateTheDefaults(t *testing.T) {
	t.Parallel()
	stated := regexp.MustCompile(`Default: ([^\s]+?)[.;]?(\s|$)`)
	root := reflected(t)
	var check func(schema *jsonschema.Schema, path string, value reflect.Value)
	check = func(schema *jsonschema.Schema, path string, value reflect.Value) {
		if name, ok := strings.CutPrefix(schema.Ref, "#/$defs/"); ok {
			schema = root.Definitions[name]
		}
		for pair := schema.Properties.Oldest(); pair != nil; pair = pair.Next() {
			field := fieldOf(value, pair.Key)
			if field.Kind() == reflect.Struct {
				check(pair.Value, path+pair.Key+".", field)
				continue
			}
			if field.IsZero() {
				continue
			}
			if list, ok := field.Interface().([]string); ok {
				words := strings.Join(strings.Fields(pair.Value.Description), " ")
				require.Contains(t, words, "Default: "+strings.Join(list, ", ")+".", "%s%s", path, pair.Key)
				continue
			}
			found := stated.FindStringSubmatch(pair.Value.Description)
			require.NotNil(t, found, "%s%s: the comment states no default", path, pair.Key)
			if length, err := time.ParseDuration(found[1]); err == nil {
				found[1] = length.String()
			}
			require.Equal(t, fmt.Sprint(field.Interface()), found[1], "%s%s", path, pair.Key)
		}
	}
	check(root, "", reflect.ValueOf(config.Default()))
}

// TestTheSchemaAcceptsWhatLoadAccepts validates files as an editor does.
func TestTheSchemaAcceptsWhatLoadAccepts(t *testing.T) {
	t.Parallel()
	document, err := validator.UnmarshalJSON(bytes.NewReader(config.Schema()))
	require.NoError(t, err, "run go test ./router/ops/config -update")
	compiler := validator.NewCompiler()
	require.NoError(t, compiler.AddResource("schema.json", document))
	schema, err := compiler.Compile("schema.json")
	require.NoError(t, err)

	shop, err := os.ReadFile("../../router.yaml")
	require.NoError(t, err)
	for text, accepted := range map[string]bool{
		string(shop):              true,
		"":                        true,
		"accessLog: true":         true,
		"accessLog: ${LOG:-true}": true,
		"accessLog: yes please":   false,
		"limits: {bodyBytes: 5, requestTimeout: 7s}": true,
		"limits: {bodyBytes: many}":                  false,
		"limits: {requestTimeout: soon}":             false,
		"limits: {bodyBites: 5}":                     false,
		"subgraphs: [{name: a, url: 'http://a'}]":    true,
		"subgraphs: {name: a}":                       false,
		"listen: [4000]":                             false,
	} {
		var value any
		require.NoError(t, yaml.Unmarshal([]byte(text), &value))
		if value == nil {
			value = map[string]any{}
		}
		err := schema.Validate(value)
		require.Equal(t, accepted, err == nil, "%s\n%v", text, err)
		_, err = config.Parse([]byte(text), func(string) (string, bool) { return "", false })
		if accepted && err != nil {
			// Parse also checks rules that the schema cannot express.
			require.NotContains(t, err.Error(), "unknown field", text)
		}
	}
}

// TestPrintHidesSecrets checks the two kinds of secrets of a configuration.
func TestPrintHidesSecrets(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.Subgraphs = []config.Subgraph{{Name: "user", URL: "http://name:password@user/graphql"}}
	text, err := c.Print()
	require.NoError(t, err)
	require.NotContains(t, string(text), "password")
	require.Contains(t, string(text), "name:xxxxx@user")
	require.Equal(t, "http://name:password@user/graphql", c.Subgraphs[0].URL, "the original is unchanged")
}

// TestPrintCanBeRead checks that a printed configuration is equal to the original.
func TestPrintCanBeRead(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.Subgraphs = []config.Subgraph{{Name: "a", URL: "http://a/graphql", Timeout: 1500 * time.Millisecond}}
	c.Headers.Forward = []string{"authorization"}
	text, err := c.Print()
	require.NoError(t, err)
	got, err := config.Parse(text, func(string) (string, bool) { return "", false })
	require.NoError(t, err)
	printed, err := got.Print()
	require.NoError(t, err)
	require.Equal(t, string(text), string(printed))
	require.Equal(t, c.Limits, got.Limits)
}
