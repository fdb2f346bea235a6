package ratelimit_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/ratelimit"
)

func TestAddress(t *testing.T) {
	t.Parallel()
	proxies, err := ratelimit.ParseProxies([]string{"10.0.0.0/8", "fd00::1"})
	require.NoError(t, err)
	for name, test := range map[string]struct {
		remote    string
		forwarded []string
		want      string
	}{
		"a client":                             {"192.0.2.1:1234", nil, "192.0.2.1"},
		"a client cannot choose its address":   {"192.0.2.1:1234", []string{"198.51.100.7"}, "192.0.2.1"},
		"behind a proxy":                       {"10.1.1.1:1234", []string{"198.51.100.7"}, "198.51.100.7"},
		"only the proxies' entries count":      {"10.1.1.1:1234", []string{"203.0.113.9, 198.51.100.7, 10.2.2.2"}, "198.51.100.7"},
		"several headers":                      {"10.1.1.1:1234", []string{"203.0.113.9", "198.51.100.7", "10.2.2.2"}, "198.51.100.7"},
		"a proxy that adds no header":          {"10.1.1.1:1234", nil, "10.1.1.1"},
		"an entry that is no address":          {"10.1.1.1:1234", []string{"198.51.100.7, unknown, 10.2.2.2"}, "10.2.2.2"},
		"all addresses of a network of IPv6":   {"[2001:db8:1:2:3:4:5:6]:1234", nil, "2001:db8:1:2::/64"},
		"IPv4 in IPv6":                         {"[::ffff:192.0.2.1]:1234", nil, "192.0.2.1"},
		"a proxy of IPv6, and a client behind": {"[fd00::1]:1234", []string{"2001:db8::1"}, "2001:db8::/64"},
		"a Unix socket":                        {"@", nil, "@"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &http.Request{RemoteAddr: test.remote, Header: http.Header{}}
			for _, value := range test.forwarded {
				r.Header.Add("X-Forwarded-For", value)
			}
			require.Equal(t, test.want, proxies.Address(r))
		})
	}
	_, err = ratelimit.ParseProxies([]string{"10.0.0.0/40"})
	require.Error(t, err)
}
