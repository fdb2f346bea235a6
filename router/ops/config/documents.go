package config

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// PersistedDocuments are the documents in the manifests that the builds of clients write. A client
// can send an id instead of a document: as the parameter documentId (GraphQL over HTTP) or doc_id
// (Relay), or as extensions.persistedQuery.sha256Hash (Apollo, urql). The router plans all
// documents before it uses a manifest, so limits.cachedOperations must be at least twice their
// number.
type PersistedDocuments struct {
	// Mode says which documents the router accepts. off: it reads no manifests. prefer: it accepts
	// every text, and the ids in the manifests. log: like prefer, and it logs documents that are in
	// no manifest. require: it accepts only documents in a manifest, by id or by text; white space,
	// commas and comments may differ. requireId: it accepts only ids in a manifest. Default: off.
	Mode string `yaml:"mode"`
	// Manifests are paths, relative to the configuration file, and http or https URLs. The format of
	// a manifest is Apollo's (apollo-persisted-query-manifest), or an object whose members are ids
	// with their texts, as Relay and graphql-codegen write it. A manifest has at most 16 MiB.
	// Default: none.
	Manifests []string `yaml:"manifests"`
	// Interval is the time after which the router reads the manifests again. It requests a URL with
	// its last ETag. If a manifest has an error, the router logs the error and keeps all earlier
	// documents. Default: 10s.
	Interval time.Duration `yaml:"interval"`
}

// APQ are automatic persisted queries: a client sends the SHA-256 hash of a document, and the
// document itself only if the router does not know the hash. The router stores a document only
// after it has passed every rule.
type APQ struct {
	// Enabled lets clients store documents. It cannot be combined with the modes require and
	// requireId of persistedDocuments. Default: false.
	Enabled bool `yaml:"enabled"`
	// MemoryBytes bounds the memory of the documents. The router drops the least recently used
	// documents. Default: 33554432 (32 MiB).
	MemoryBytes int64 `yaml:"memoryBytes"`
	// Redis is a server in which several routers store documents. While it does not answer, each
	// router uses its own memory. Default: none.
	Redis Redis `yaml:"redis"`
	// TTL is the time after which Redis deletes a document. Default: 24h0m0s.
	TTL time.Duration `yaml:"ttl"`
}

// Redis is a Redis or Valkey server.
type Redis struct {
	// URL is redis://user:password@host:6379/0, rediss:// for TLS, or unix:///path. Default: none.
	URL string `yaml:"url"`
	// Timeout limits the time of each call. After a failure, the router makes no calls for a second.
	// Default: 100ms.
	Timeout time.Duration `yaml:"timeout"`
	// Prefix begins each key in the server. Default: trefoil:.
	Prefix string `yaml:"prefix"`
}

const (
	defaultRedisTimeout = 100 * time.Millisecond
	defaultRedisPrefix  = "trefoil:"
)

func defaultRedis() Redis {
	return Redis{Timeout: defaultRedisTimeout, Prefix: defaultRedisPrefix}
}

func (c Config) validateDocuments(p *problems) {
	d := c.PersistedDocuments
	modes := []string{"off", "log", "prefer", "require", "requireId"}
	switch {
	case !slices.Contains(modes, d.Mode):
		p.add("persistedDocuments: mode: %q is unknown; choose from %s", d.Mode,
			strings.Join(modes, ", "))
	case d.Mode != "off" && len(d.Manifests) == 0:
		p.add("persistedDocuments: manifests: the list is empty; add a manifest, or set mode: off")
	case c.APQ.Enabled && strings.HasPrefix(d.Mode, "require"):
		p.add("apq: enabled: persistedDocuments accepts only documents of its manifests; "+
			"disable apq, or set mode: prefer instead of %s", d.Mode)
	}
	for i, manifest := range d.Manifests {
		if slices.Contains(d.Manifests[:i], manifest) {
			p.add("persistedDocuments: manifests: %q is listed twice", manifest)
		}
	}
	if d.Interval <= 0 {
		p.add("persistedDocuments: interval: %s is not positive", d.Interval)
	}
	if c.APQ.MemoryBytes <= 0 {
		p.add("apq: memoryBytes: %d is not positive", c.APQ.MemoryBytes)
	}
	if c.APQ.TTL < time.Second {
		p.add("apq: ttl: %s is less than 1s", c.APQ.TTL)
	}
	p.redis("apq: redis", c.APQ.Redis)
}

// redis checks the settings of a Redis server.
func (p *problems) redis(at string, r Redis) {
	if r.Timeout <= 0 {
		p.add("%s: timeout: %s is not positive", at, r.Timeout)
	}
	if r.URL == "" {
		return
	}
	u, err := url.Parse(r.URL)
	if err != nil || !slices.Contains([]string{"redis", "rediss", "unix"}, u.Scheme) ||
		u.Host == "" && u.Scheme != "unix" {
		// The message does not contain the URL, because the URL may contain a password.
		p.add("%s: url: it must begin with redis://, rediss:// or unix://, and name a server", at)
	}
}
