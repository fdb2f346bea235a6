package config

import (
	"bytes"
	_ "embed"
)

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema of the configuration file, by which editors complete and check
// keys. Load checks more: what a schema cannot say, such as that names are unique.
func Schema() []byte { return bytes.Clone(schema) }
