// Package settingstest checks that the settings of a program are documented, and that they reach
// its container. A test in the program's folder calls Check with the struct of its settings.
package settingstest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/caarlos0/env/v11"
	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

// Check fails if README.md does not name a variable of options, which points to a struct, with its
// default. It also fails if neither docker-compose.yml nor the Dockerfile passes the variable to
// the program: setting it would then do nothing. inCommands are variables that only commands read.
func Check(t *testing.T, program string, options any, inCommands ...string) {
	t.Helper()
	variables, err := env.GetFieldParams(options)
	require.NoError(t, err)
	require.NotEmpty(t, variables)
	given, readme := Environment(t, program), settingsOf(t)
	dockerfile := read(t, "Dockerfile")
	for _, v := range variables {
		text := "`" + v.Key + "`"
		if v.DefaultValue != "" {
			text += " (`" + v.DefaultValue + "`)"
		}
		require.True(t, strings.Contains(readme, text), "README.md, Settings: no %s", text)
		if !strings.Contains(dockerfile, v.Key+"=") && !slices.Contains(inCommands, v.Key) {
			require.Contains(t, given, v.Key, "docker-compose.yml")
		}
	}
	require.Contains(t, given, "LOG_FORMAT")
	require.Contains(t, given, "LOG_LEVEL")
}

// Environment returns the variables that docker-compose.yml passes to a program.
func Environment(t *testing.T, program string) map[string]any {
	t.Helper()
	var file struct {
		Services map[string]struct{ Environment map[string]any }
	}
	// The parser takes the keys of YAML merges for duplicates.
	require.NoError(t, yaml.UnmarshalWithOptions([]byte(read(t, "docker-compose.yml")), &file,
		yaml.AllowDuplicateMapKey()))
	return file.Services[program].Environment
}

// settingsOf returns the section Settings of README.md in one line.
func settingsOf(t *testing.T) string {
	t.Helper()
	_, from, found := strings.Cut(read(t, "README.md"), "\n## Settings\n")
	require.True(t, found, "README.md has no section Settings")
	section, _, _ := strings.Cut(from, "\n## ")
	return strings.Join(strings.Fields(section), " ")
}

// read returns a file of the repository's root folder.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name))
	require.NoError(t, err)
	return string(text)
}
