package main

import (
	"net/netip"
	"os"
	"regexp"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/settingstest"
)

func TestSettingsAreDocumentedAndReachTheContainer(t *testing.T) {
	t.Parallel()
	settingstest.Check(t, "user", &settings.Settings{})
	settingstest.Check(t, "user", &options{})
	given := settingstest.Environment(t, "user")
	for _, name := range []string{"DATABASE_URL_FILE", "SMTP_URL_FILE", "SOCIAL_GOOGLE_CLIENT_SECRET"} {
		require.Contains(t, given, name)
	}
	require.Equal(t, "${PUBLIC_URL:-http://127.0.0.1:${ROUTER_PORT:-4000}}", given["PUBLIC_URL"])
}

// In containers the service trusts the network of its router, whichever network is configured.
// Otherwise every client would have the router's address, and ten wrong log-ins of one client
// would block all.
func TestContainersTrustTheirRouter(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docker-compose.yml")
	require.NoError(t, err)
	for chosen, want := range map[string]string{"": "172.30.87.0/24", "10.9.0.0/16": "10.9.0.0/16"} {
		var compose struct {
			Services map[string]struct{ Environment map[string]string }
			Networks map[string]struct {
				IPAM struct{ Config []struct{ Subnet string } }
			}
		}
		file := interpolated(interpolated(text, "SUBNET", chosen), "TRUSTED_ROUTERS", "")
		require.NoError(t, yaml.UnmarshalWithOptions(file, &compose, yaml.AllowDuplicateMapKey())) // YAML merge keys repeat keys
		require.Equal(t, want, compose.Networks["default"].IPAM.Config[0].Subnet)
		trusted, err := networks(compose.Services["user"].Environment["TRUSTED_ROUTERS"])
		require.NoError(t, err)
		require.Equal(t, []netip.Prefix{netip.MustParsePrefix(want)}, trusted)
	}
}

// interpolated returns a compose file with a variable replaced by a value, or by its default.
func interpolated(text []byte, name, value string) []byte {
	with := []byte(value)
	if value == "" {
		with = []byte("$1")
	}
	return regexp.MustCompile(`\$\{`+name+`:-([^}]*)\}`).ReplaceAll(text, with)
}
