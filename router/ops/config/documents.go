package config

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// PersistedDocuments are the documents that the builds of clients write into manifests. A client
// sends an id instead of a document: as the parameter documentId (GraphQL over HTTP), as doc_id
// (Relay), or as extensions.persistedQuery.sha256Hash (Apollo, urql). The router plans all of them
// before it uses them, so limits.cachedOperations must be greater than their number.
type PersistedDocuments struct {
	// Mode says which documents are accepted. off: the router reads no manifests. log: all, and
	// the router logs those that are not in a manifest. prefer: all, and also the ids of the
	// manifests. require: only those in a manifest, by id or by text; white space, commas and
	// comments may differ. requireId: only those in a manifest, by id only. Default: off.
	Mode string `yaml:"mode"`
	// Manifests are paths, relative to the configuration file, and http or https URLs. Their
	// format is that of Apollo (apollo-persisted-query-manifest), or an object with texts by id,
	// as Relay and graphql-codegen write it. Each has at most 16 MiB. Default: none.
	Manifests []string `yaml:"manifests"`
	// Interval is the time between two looks at the manifests. A URL is requested with its ETag. A
	// manifest with an error changes nothing, and is logged. Default: 10s.
	Interval time.Duration `yaml:"interval"`
}

// APQ are automatic persisted queries: a client sends the SHA-256 hash of a document, and the
// document itself only if the router does not know it. The router keeps a document only after it
// has passed every rule.
type APQ struct {
	// Enabled lets clients store documents. Modes of persistedDocuments that accept only trusted
	// documents exclude it. Default: false.
	Enabled bool `yaml:"enabled"`
	// MemoryBytes bounds the documents in memory. The router forgets those that were not used for
	// the longest time. Default: 33554432 (32 MiB).
	MemoryBytes int64 `yaml:"memoryBytes"`
	// Redis is the server in which several routers keep documents. If it fails, they use their
	// memory. Default: none.
	Redis Redis `yaml:"redis"`
	// TTL is how long Redis keeps a document after it was stored. Default: 24h0m0s.
	TTL time.Duration `yaml:"ttl"`
}

// Redis is a Redis or Valkey server.
type Redis struct {
	// URL is redis://user:password@host:6379/0, rediss:// for TLS, or unix:///path. Default: none.
	URL string `yaml:"url"`
	// Timeout limits each call. After a failure, the router does not call the server for a second.
	// Default: 100ms.
	Timeout time.Duration `yaml:"timeout"`
	// Prefix stands before all keys in the server. Default: trefoil:.
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
			"switch off apq, or set mode: prefer, instead of %s", d.Mode)
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

// redis checks a server that is configured.
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
		// The URL may have a password, so it is not repeated.
		p.add("%s: url: it must begin with redis://, rediss:// or unix://, and name a server", at)
	}
}
