package config

import "strings"

// TLS encrypts the connections of clients, with TLS 1.2 or later. The files are read again when
// they change: new connections use the new certificate, and the old one stays in use if a new file
// is broken.
type TLS struct {
	// Certificate is the path of a PEM file with the certificate and those that issued it, relative
	// to the configuration file. Default: none, which is HTTP without TLS.
	Certificate string `yaml:"certificate"`
	// Key is the path of the PEM file with the certificate's private key. Default: none.
	Key string `yaml:"key"`
	// ClientCA is the path of a PEM file with the certificate authorities that verify certificates
	// of clients. Default: none.
	ClientCA string `yaml:"clientCA"`
	// ClientAuth says whether clients need a certificate: none does not ask for one, request verifies
	// it if a client has one, and require refuses connections without one. Default: none.
	ClientAuth string `yaml:"clientAuth"`
}

// The values of TLS.ClientAuth.
const (
	ClientAuthNone    = "none"
	ClientAuthRequest = "request"
	ClientAuthRequire = "require"
)

// HTTP2 says when clients may use HTTP/2.
type HTTP2 struct {
	// Cleartext accepts HTTP/2 without TLS (h2c, with prior knowledge), as proxies and service meshes
	// send it. Default: false.
	Cleartext bool `yaml:"cleartext"`
}

// SubgraphTLS configures the connections to a subgraph. Its files are read when the configuration
// is; a client certificate is also read again when its files change.
type SubgraphTLS struct {
	// CA is the path of a PEM file with the certificate authorities that verify the subgraph, instead
	// of the system's, relative to the configuration file. Default: none.
	CA string `yaml:"ca"`
	// Certificate is the path of a PEM file with the router's certificate for the subgraph. Default:
	// none.
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
			p.add("tls: clientAuth: %s needs clientCA, which verifies the certificates", t.ClientAuth)
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
