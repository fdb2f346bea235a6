package config

import "strings"

// TLS encrypts the connections of clients, with TLS 1.2 or later. The router reads the files again
// when they change: new connections use the new certificate. If a new file is broken, the old
// certificate stays in use.
type TLS struct {
	// Certificate is the path of a PEM file with the certificate, followed by the certificates of its
	// issuers, relative to the configuration file. Default: none, and the router serves HTTP without
	// TLS.
	Certificate string `yaml:"certificate"`
	// Key is the path of the PEM file with the certificate's private key. Default: none.
	Key string `yaml:"key"`
	// ClientCA is the path of a PEM file with the certificate authorities that verify certificates
	// of clients. Default: none.
	ClientCA string `yaml:"clientCA"`
	// ClientAuth says whether clients need a certificate. none does not ask for a certificate.
	// request asks for one, and verifies it if the client sends one. require refuses connections
	// without one. Default: none.
	ClientAuth string `yaml:"clientAuth"`
}

// The values of TLS.ClientAuth.
const (
	ClientAuthNone    = "none"
	ClientAuthRequest = "request"
	ClientAuthRequire = "require"
)

// HTTP2 says whether clients may use HTTP/2 without TLS. With TLS they always may.
type HTTP2 struct {
	// Cleartext accepts HTTP/2 without TLS (h2c with prior knowledge), which proxies and service
	// meshes send. Default: false.
	Cleartext bool `yaml:"cleartext"`
}

// SubgraphTLS configures the connections to a subgraph. The router reads the files with the
// configuration. It reads a client certificate again when its files change.
type SubgraphTLS struct {
	// CA is the path of a PEM file with the certificate authorities that verify the subgraph,
	// relative to the configuration file. Default: none, and the system's authorities verify it.
	CA string `yaml:"ca"`
	// Certificate is the path of a PEM file with the certificate that the router shows to the
	// subgraph. Default: none.
	Certificate string `yaml:"certificate"`
	// Key is the path of the PEM file with the certificate's private key. Default: none.
	Key string `yaml:"key"`
	// ServerName is the name that the subgraph's certificate must have. Default: the host of its
	// URL.
	ServerName string `yaml:"serverName"`
}

func (c *Config) resolveTLS(dir string) {
	for _, path := range []*string{&c.TLS.Certificate, &c.TLS.Key, &c.TLS.ClientCA} {
		*path = relativeTo(dir, *path)
	}
	for i := range c.Subgraphs {
		t := &c.Subgraphs[i].TLS
		for _, path := range []*string{&t.CA, &t.Certificate, &t.Key} {
			*path = relativeTo(dir, *path)
		}
	}
}

func (c Config) validateTLS(p *problems) {
	t := c.TLS
	switch {
	case (t.Certificate == "") != (t.Key == ""):
		p.add("tls: certificate and key belong together; name both files")
	case t.Certificate == "" && (t.ClientCA != "" || t.ClientAuth != ClientAuthNone):
		p.add("tls: clientCA and clientAuth need TLS; name a certificate and a key")
	}
	switch t.ClientAuth {
	case ClientAuthRequest, ClientAuthRequire:
		if t.ClientCA == "" {
			p.add("tls: clientAuth: %s needs clientCA, which verifies the certificates; name the file",
				t.ClientAuth)
		}
	case ClientAuthNone:
		if t.ClientCA != "" {
			p.add("tls: clientCA has no effect with clientAuth: none; write request or require")
		}
	default:
		p.add("tls: clientAuth: %q is not one of none, request and require", t.ClientAuth)
	}
	if c.HTTP2.Cleartext && t.Certificate != "" {
		p.add("http2: cleartext: with tls, clients get HTTP/2 over TLS; remove one of the two")
	}
}

func (s Subgraph) validateTLS(p *problems, at string) {
	if s.TLS == (SubgraphTLS{}) {
		return
	}
	if (s.TLS.Certificate == "") != (s.TLS.Key == "") {
		p.add("%s: tls: certificate and key belong together; name both files", at)
	}
	if s.URL != "" && !strings.HasPrefix(strings.ToLower(s.URL), "https://") {
		p.add("%s: tls: %q is not an https URL", at, s.URL)
	}
}
