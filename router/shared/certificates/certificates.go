// Package certificates makes TLS configurations from PEM files, and follows changes of the files.
//
//	Server, paths ──▶ tls.Config ──each handshake: have the files changed?──▶ new certificate
//	Client, paths ──▶ tls.Config ──▶ connections to another server
//
// Each handshake compares the files' sizes and times with the last ones, which takes a few
// microseconds. If they have changed, it reads the files. If a new file is broken, the last good
// certificate stays in use, and one log entry for each change says so. Open connections are not
// affected.
//
// Input: paths. Output: configurations for TLS 1.2 or later.
package certificates

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"syscall"
)

// Pair names the files of a certificate and its private key.
type Pair struct{ Certificate, Key string }

// Server describes the certificate of a server, and the clients that the server accepts.
type Server struct {
	Pair
	// ClientCA is the file with the authorities that verify clients' certificates. If it is empty,
	// the server asks for no certificates.
	ClientCA string
	// Requires is true if the server refuses clients without a certificate.
	Requires bool
}

// Config returns the configuration of a listener that offers the protocols by ALPN. It returns an
// error if a file is broken.
func (s Server) Config(log *slog.Logger, protocols ...string) (*tls.Config, error) {
	paths := []string{s.Certificate, s.Key}
	if s.ClientCA != "" {
		paths = append(paths, s.ClientCA)
	}
	f := &followed[*tls.Config]{paths: paths, log: log, read: func() (*tls.Config, error) {
		return s.read(protocols)
	}}
	if err := f.start(); err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: protocols,
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return f.current(), nil },
	}, nil
}

func (s Server) read(protocols []string) (*tls.Config, error) {
	pair, err := s.Pair.read()
	if err != nil {
		return nil, err
	}
	c := &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: protocols,
		Certificates: []tls.Certificate{*pair},
	}
	if s.ClientCA == "" {
		return c, nil
	}
	if c.ClientCAs, err = authorities(s.ClientCA); err != nil {
		return nil, err
	}
	c.ClientAuth = tls.VerifyClientCertIfGiven
	if s.Requires {
		c.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return c, nil
}

// Client describes how a client verifies a server, and the certificate of the client.
type Client struct {
	// CA is the file with the authorities that verify the server. If it is empty, the client uses the
	// authorities of the system.
	CA string
	// Pair is the client's certificate. If its paths are empty, the client has none.
	Pair
	// ServerName is the name that the server's certificate must have. If it is empty, that is the
	// host of the address.
	ServerName string
}

// Config returns the configuration of connections, or an error if a file is broken. It follows
// changes of the client's certificate, but not of CA.
func (c Client) Config(log *slog.Logger) (*tls.Config, error) {
	made := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: c.ServerName}
	if c.CA != "" {
		var err error
		if made.RootCAs, err = authorities(c.CA); err != nil {
			return nil, err
		}
	}
	if c.Certificate == "" {
		return made, nil
	}
	f := &followed[*tls.Certificate]{
		paths: []string{c.Certificate, c.Key}, log: log, read: c.read,
	}
	if err := f.start(); err != nil {
		return nil, err
	}
	made.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		return f.current(), nil
	}
	return made, nil
}

func (p Pair) read() (*tls.Certificate, error) {
	certificate, err := readFile(p.Certificate)
	if err != nil {
		return nil, err
	}
	key, err := readFile(p.Key)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, fmt.Errorf("the certificate %s and the key %s: %w", p.Certificate, p.Key, err)
	}
	return &pair, nil
}

func authorities(path string) (*x509.CertPool, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s has no certificate in PEM format", path)
	}
	return pool, nil
}

// maxFile bounds the size of a file in bytes. A bundle of all public authorities has about 250 KB.
const maxFile = 4 << 20

func readFile(path string) ([]byte, error) {
	// Without O_NONBLOCK, opening a pipe would wait for a writer.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = errors.New(path + " is larger than 4 MiB")
	}
	return text, err
}
