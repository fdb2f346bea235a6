package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/execution/headers"
	"github.com/trefoil-graph/trefoil/router/ops/config"
)

func TestHeaderRules(t *testing.T) {
	t.Parallel()
	c, err := config.Parse([]byte(`
subgraphs: [{name: a, url: "http://a", headers: {request: [{remove: x-b}, {removeMatching: "x-c.*"}]}}]
headers:
  forward: [authorization]
  request:
    - {propagate: x-tenant, rename: x-customer, default: nobody}
    - {propagateMatching: "x-shop-.*"}
    - {set: x-region, value: "${REGION:-eu}"}
  response:
    - {propagate: cache-control, algorithm: mostRestrictive}
    - {set: x-a, value: "1"}
`), environment(map[string]string{"REGION": "us"}))
	require.NoError(t, err)
	var got []headers.Rule
	for _, r := range append(c.Headers.Request, c.Subgraphs[0].Headers.Request...) {
		got = append(got, r.Rule())
	}
	for _, r := range c.Headers.Response {
		got = append(got, r.Rule())
	}
	require.Equal(t, []headers.Rule{
		{Name: "x-tenant", Rename: "x-customer", Value: "nobody"},
		{Pattern: "x-shop-.*"},
		{Action: headers.Set, Name: "x-region", Value: "us"},
		{Action: headers.Remove, Name: "x-b"},
		{Action: headers.Remove, Pattern: "x-c.*"},
		{Name: "cache-control", Algorithm: headers.MostRestrictive},
		{Action: headers.Set, Name: "x-a", Value: "1"},
	}, got)
	text, err := c.Print()
	require.NoError(t, err)
	require.NotContains(t, string(text), "us\n", "a value for a subgraph may be a secret")
}

func TestHeaderRulesWithErrors(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]string{
		"request: [{}]":                                              "headers: request[0]: the rule has 0 of the keys propagate, propagateMatching, set, remove and removeMatching; write exactly one",
		"request: [{propagate: a, remove: b}]":                       "request[0]: the rule has 2 of the keys",
		"request: [{propagate: a}, {propagate: connection}]":         `request[1]: propagate: "connection" belongs to one connection or to the router`,
		"request: [{propagate: x-request-id}]":                       `propagate: "x-request-id" belongs to`,
		"request: [{propagate: a, rename: Host}]":                    `rename: "Host" belongs to`,
		"request: [{propagate: cookie}]":                             "cookies are forwarded by name; list them under cookies",
		"request: [{propagate: 'a b'}]":                              `propagate: "a b" is not a header name`,
		"request: [{propagateMatching: '('}]":                        `propagateMatching: "(" is not a regular expression`,
		"request: [{removeMatching: 'a)|(b'}]":                       `removeMatching: "a)|(b" is not a regular expression`,
		"request: [{set: a}]":                                        `the value of "a" is missing`,
		"request: [{propagate: a, value: b}]":                        "value belongs to set",
		"request: [{set: a, value: b, default: c}]":                  "rename and default belong to propagate",
		"request: [{set: a, value: \"b\\nc: d\"}]":                   "must not contain line breaks",
		"request: [{propagate: a, default: \"b\\r\"}]":               "default: a header value must not contain line breaks",
		"request: [{propagates: a}]":                                 `unknown field "propagates"`,
		"response: [{propagate: a, algorithm: newest}]":              `response[0]: algorithm: "newest" is not one of first, last, append and mostRestrictive`,
		"response: [{propagate: a, algorithm: mostRestrictive}]":     "mostRestrictive is for propagate: cache-control only",
		"response: [{remove: a, algorithm: first}]":                  "algorithm belongs to propagate",
		"response: [{set: Access-Control-Allow-Origin, value: '*'}]": `set: "Access-Control-Allow-Origin" belongs to`,
	} {
		_, err := config.Parse([]byte("subgraphs: [{name: a, url: 'http://a'}]\nheaders: {"+rule+"}\n"), environment(nil))
		require.ErrorContains(t, err, want, rule)
		_, err = config.Parse([]byte("subgraphs: [{name: a, url: 'http://a', headers: {"+rule+"}}]\n"), environment(nil))
		require.ErrorContains(t, err, want, rule)
	}
}

func TestTLSOfTheConfiguration(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "router.yaml")
	require.NoError(t, os.WriteFile(path, []byte(`
subgraphs: [{name: a, url: "HTTPS://a", tls: {ca: ca.pem, certificate: /etc/c.pem, key: c.key, serverName: b}}]
tls: {certificate: tls.crt, key: /etc/tls.key, clientCA: clients.pem, clientAuth: require}
`), 0o600))
	c, err := config.Load(path, environment(nil))
	require.NoError(t, err)
	require.Equal(t, config.TLS{
		Certificate: filepath.Join(dir, "tls.crt"), Key: "/etc/tls.key",
		ClientCA: filepath.Join(dir, "clients.pem"), ClientAuth: "require",
	}, c.TLS)
	require.Equal(t, config.SubgraphTLS{
		CA: filepath.Join(dir, "ca.pem"), Certificate: "/etc/c.pem", Key: filepath.Join(dir, "c.key"), ServerName: "b",
	}, c.Subgraphs[0].TLS)
	next := c
	next.TLS.Key, next.HTTP2.Cleartext = "other", true
	require.Equal(t, []string{"tls", "http2"}, c.NeedRestart(next))
}

func TestTLSWithErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"tls: {certificate: a}":                                   "tls: certificate and key belong together",
		"tls: {clientCA: a, clientAuth: require}":                 "tls: clientCA and clientAuth need TLS",
		"tls: {certificate: a, key: a, clientAuth: request}":      "tls: clientAuth: request needs clientCA",
		"tls: {certificate: a, key: a, clientCA: a}":              "tls: clientCA has no effect with clientAuth: none",
		"tls: {certificate: a, key: a, clientAuth: maybe}":        `tls: clientAuth: "maybe" is not one of none, request and require`,
		"tls: {certificate: a, key: a}\nhttp2: {cleartext: true}": "http2: cleartext: with tls",
		"subgraphs: [{name: a, url: 'https://a', tls: {key: a}}]": "subgraph a: tls: certificate and key belong together",
		"subgraphs: [{name: a, url: 'http://a', tls: {ca: a}}]":   `subgraph a: tls: "http://a" is not an https URL`,
	} {
		_, err := config.Parse([]byte(text), environment(nil))
		require.ErrorContains(t, err, want, text)
	}
}
