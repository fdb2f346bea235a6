package settings_test

import (
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
)

// TestComposeHandsEverySettingOn fails if a program reads a variable that docker-compose.yml does
// not pass to its container. Setting the variable would then silently do nothing.
func TestComposeHandsEverySettingOn(t *testing.T) {
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
	for _, service := range []string{"user", "product", "order"} {
		var read []string
		_, _, err := settings.Parse(service, "", nil, func(name string) string {
			if !strings.HasSuffix(name, "_FILE") {
				read = append(read, name)
			}
			return ""
		}, io.Discard)
		require.NoError(t, err)
		require.Contains(t, read, "DATABASE_URL")
		given := file.Services[service].Environment
		for _, name := range append(read, "DATABASE_URL_FILE", "LOG_FORMAT", "LOG_LEVEL") {
			// The images set the listener and the folder.
			if !strings.HasSuffix(name, "_LISTEN") && name != "DATA_DIR" {
				require.Contains(t, given, name, service)
			}
		}
	}
	for _, name := range []string{
		"SMTP_URL", "SMTP_URL_FILE", "MAIL_FROM", "SOCIAL_PROVIDERS", "SOCIAL_GOOGLE_CLIENT_SECRET", "TRUSTED_ROUTERS",
	} {
		require.Contains(t, file.Services["user"].Environment, name)
	}
	for _, name := range []string{"NATS_TLS_CERT", "NATS_TLS_KEY", "NATS_REPLICAS", "NATS_URL"} {
		require.Contains(t, file.Services["nats"].Environment, name)
	}
	configuration, err := os.ReadFile("../../../router/router.yaml")
	require.NoError(t, err)
	names := regexp.MustCompile(`\$\{(\w+)`).FindAllStringSubmatch(string(configuration), -1)
	require.NotEmpty(t, names)
	for _, name := range names {
		if name[1] != "ROUTER_LISTEN" && name[1] != "SCHEMA_DIR" { // which the image sets
			require.Contains(t, file.Services["router"].Environment, name[1])
		}
	}
	require.Equal(t, "${PUBLIC_URL:-http://127.0.0.1:${ROUTER_PORT:-4000}}", file.Services["user"].Environment["PUBLIC_URL"])
}
