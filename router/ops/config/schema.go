package config

import (
	"bytes"
	_ "embed"
)

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema of the configuration file. Editors use it to complete and check
// keys. Load also checks rules that a JSON Schema cannot express, for example that names are
// unique.
func Schema() []byte { return bytes.Clone(schema) }
