package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/config"
)

const subgraphs = "subgraphs: [{name: a, url: 'http://a'}]\n"

func parse(text string) (config.Authentication, error) {
	c, err := config.Parse([]byte(subgraphs+text), func(string) (string, bool) { return "", false })
	return c.Authentication, err
}

const everyScheme = `
authentication:
  mode: required
  jwt:
    issuers:
      - {issuer: 'https://a', jwks: {url: 'https://a/keys', copy: a.json}}
      - {issuer: 'https://b', jwks: {file: b.json, refreshEvery: 1m}, algorithms: [RS256], requiredClaims: {sub: '.+'}}
      - {issuer: 'https://c', secret: 'thirty-two bytes are long enough', algorithms: [HS256]}
    cookies: [{name: access, invalid: anonymous}, {name: other}]
    publicUrl: https://shop.example
  apiKeys:
    keys: [{name: a, sha256: '` + sum + `', scopes: [read], claims: {tenant: acme, limits: {rate: 5}}}]
  mtls: [{uri: 'spiffe://shop/*', scopes: [internal]}]
  denyList:
    nats: {url: 'nats://127.0.0.1:4222', stream: SESSIONS, keyFile: key}
    http: {url: 'https://a/ended'}
  identityHeaders: [x-user-id]
`

const sum = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"

func TestAuthenticationHasDefaults(t *testing.T) {
	t.Parallel()
	none, err := parse("")
	require.NoError(t, err)
	require.False(t, none.Enabled())
	a, err := parse(everyScheme)
	require.NoError(t, err)
	require.True(t, a.Enabled())
	require.Equal(t, []config.TokenHeader{{Name: "Authorization", Prefix: "Bearer"}}, a.JWT.Headers)
	require.Equal(t, "refuse", a.JWT.Cookies[1].Invalid)
	require.NotContains(t, a.JWT.Issuers[0].Algorithms, "HS256")
	require.NotContains(t, a.JWT.Issuers[0].Algorithms, "none")
	require.Contains(t, a.JWT.Issuers[0].Algorithms, "EdDSA")
	require.Equal(t, 5*time.Minute, a.JWT.Issuers[0].JWKS.RefreshEvery)
	require.Equal(t, time.Minute, a.JWT.Issuers[1].JWKS.RefreshEvery)
	require.Equal(t, 10*time.Second, a.JWT.Issuers[1].JWKS.UnknownKeyPause)
	keys, err := a.APIKeys.All()
	require.NoError(t, err)
	require.Equal(t, "acme", keys[0].Claims["tenant"])
}

func TestMistakesInAuthenticationAreReported(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{mode: strict}":   `mode: "strict" is neither optional nor required`,
		"{mode: required}": "no client can authenticate",
		"{jwt: {issuers: [{jwks: {url: 'https://a'}}]}}":                                                     "issuers[0]: issuer is missing",
		"{jwt: {issuers: [{issuer: a}]}}":                                                                    "set either url or file",
		"{jwt: {issuers: [{issuer: a, jwks: {url: 'https://a', file: b}}]}}":                                 "set either url or file",
		"{jwt: {issuers: [{issuer: a, jwks: {url: a}}]}}":                                                    "not an http or https URL",
		"{jwt: {issuers: [{issuer: a, jwks: {file: a}}, {issuer: a, jwks: {file: a}}]}}":                     "same issuer",
		"{jwt: {issuers: [{issuer: a, jwks: {file: a}, algorithms: [none]}]}}":                               `"none" is not supported`,
		"{jwt: {issuers: [{issuer: a, jwks: {file: a}, algorithms: [HS256]}]}}":                              "HS256 needs a secret",
		"{jwt: {issuers: [{issuer: a, secret: '0123456789012345678901234567890123', algorithms: [RS256]}]}}": "RS256 verifies with keys",
		"{jwt: {issuers: [{issuer: a, secret: '0123456789012345678901234567890123'}]}}":                      "verifies with keys",
		"{jwt: {issuers: [{issuer: a, secret: short, algorithms: [HS256]}]}}":                                "it has 5 bytes; it needs at least 32",
		"{jwt: {issuers: [{issuer: a, jwks: {file: a}, requiredClaims: {sub: '('}}]}}":                       "requiredClaims: sub",
		"{jwt: {issuers: [{issuer: a, jwks: {file: a, timeout: -1s}}]}}":                                     "refreshEvery, unknownKeyPause and timeout must be positive",
		"{jwt: {cookies: [{name: a, invalid: allow}]}}":                                                      "neither refuse nor anonymous",
		"{jwt: {headers: [{name: 'a b'}], issuers: [{issuer: a, jwks: {file: a}}]}}":                         "is not a header name",
		"{jwt: {maxBytes: 0}}":                       "maxBytes: 0 is not positive",
		"{jwt: {publicUrl: shop}}":                   "publicUrl",
		"{jwt: {issuer: [{}]}}":                      `unknown field "issuer"`,
		"{apiKeys: {keys: [{name: a}]}}":             "64 hexadecimal digits",
		"{apiKeys: {keys: [{sha256: " + sum + "}]}}": "the name is missing",
		"{apiKeys: {keys: [{name: a, sha256: " + sum + "}, {name: b, sha256: " + strings.ToUpper(sum) + "}]}}": "same key",
		"{mtls: [{name: a}]}":                    "matches every certificate",
		"{mtls: [{uri: '*a*'}]}":                 "more than one *",
		"{denyList: {http: {url: 'https://a'}}}": "no tokens are accepted",
		"{jwt: {issuers: [{issuer: a, jwks: {file: a}}]}, denyList: {nats: {url: 'nats://a'}}}": "the stream is missing",
		"{denyList: {maxEntries: -1}}": "maxEntries: -1 is not positive",
		"{identityHeaders: [cookie]}":  "cookies are forwarded by name",
	} {
		_, err := parse("authentication: " + text)
		require.ErrorContains(t, err, want, text)
	}
}

func TestPathsAndSecretsOfAuthentication(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "router.yaml")
	require.NoError(t, os.WriteFile(file, []byte(subgraphs+everyScheme), 0o600))
	c, err := config.Load(file, func(string) (string, bool) { return "", false })
	require.NoError(t, err)
	require.Equal(t, filepath.Join(folder, "a.json"), c.Authentication.JWT.Issuers[0].JWKS.Copy)
	require.Equal(t, filepath.Join(folder, "b.json"), c.Authentication.JWT.Issuers[1].JWKS.File)
	require.Equal(t, filepath.Join(folder, "key"), c.Authentication.DenyList.NATS.KeyFile)
	c.Authentication.DenyList.NATS.Key = "SUAKEY"
	c.Authentication.DenyList.HTTP.Authorization = "Bearer opensesame"
	text, err := c.Print()
	require.NoError(t, err)
	for _, secret := range []string{"thirty-two bytes", "SUAKEY", "opensesame"} {
		require.NotContains(t, string(text), secret)
	}
}

func TestAPIKeysMayBeInAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys.yaml")
	keys := config.APIKeys{Keys: []config.APIKey{{Name: "a", SHA256: sum}}, File: file}
	for text, want := range map[string]string{
		"- {name: b, sha256: " + strings.Repeat("f", 64) + ", scopes: [read]}": "",
		"- {name: b, sha256: " + sum + "}":                                     "same key",
		"- {name: b, key: secret}":                                             "line 1",
		"- {name: b}":                                                          "hexadecimal",
	} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		all, err := keys.All()
		if want != "" {
			require.ErrorContains(t, err, want, text)
			continue
		}
		require.NoError(t, err)
		require.Len(t, all, 2)
	}
	require.NoError(t, os.Remove(file))
	_, err := keys.All()
	require.ErrorIs(t, err, os.ErrNotExist)
}
