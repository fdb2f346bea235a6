package settings_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

// TestComposeHandsTheRoutersSettingsOn fails if router.yaml uses a variable that
// docker-compose.yml does not pass to the router's container. The tests of the other programs
// check theirs by settingstest.
func TestComposeHandsTheRoutersSettingsOn(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../docker-compose.yml")
	require.NoError(t, err)
	var file struct {
		Name     string
		Services map[string]struct{ Environment map[string]any }
	}
	// The parser takes the keys of YAML merges for duplicates.
	require.NoError(t, yaml.UnmarshalWithOptions(text, &file, yaml.AllowDuplicateMapKey()))
	require.Equal(t, "trefoil", file.Name)
	configuration, err := os.ReadFile("../../../router/router.yaml")
	require.NoError(t, err)
	names := regexp.MustCompile(`\$\{(\w+)`).FindAllStringSubmatch(string(configuration), -1)
	require.NotEmpty(t, names)
	ofImage := []string{"ROUTER_LISTEN", "SCHEMA_DIR", "DATA_DIR", "TRUSTED_MANIFEST"}
	for _, name := range names {
		if !slices.Contains(ofImage, name[1]) {
			require.Contains(t, file.Services["router"].Environment, name[1])
		}
	}
}
