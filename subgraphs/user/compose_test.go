package main

import (
	"net/netip"
	"os"
	"regexp"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

// In containers the service trusts the network in which its router is, whatever network is chosen; or each client would
// count as the router, and ten wrong log-ins of one would be everybody's.
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
		require.NoError(t, yaml.UnmarshalWithOptions(file, &compose, yaml.AllowDuplicateMapKey())) // merges count
		require.Equal(t, want, compose.Networks["default"].IPAM.Config[0].Subnet)
		trusted, err := trustedRouters(func(name string) string { return compose.Services["user"].Environment[name] })
		require.NoError(t, err)
		require.Equal(t, []netip.Prefix{netip.MustParsePrefix(want)}, trusted)
	}
}

// interpolated is a compose file in which a variable has a value, or its default.
func interpolated(text []byte, name, value string) []byte {
	with := []byte(value)
	if value == "" {
		with = []byte("$1")
	}
	return regexp.MustCompile(`\$\{`+name+`:-([^}]*)\}`).ReplaceAll(text, with)
}
