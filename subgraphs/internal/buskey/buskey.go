// Package buskey keeps the keys with which services prove to the bus who they are.
//
// A key is the seed of an nkey, a pair of Ed25519 keys: the server knows only the public half, and
// the seed never crosses the network. On one machine the keys are files of the data folder, one
// folder for each service, so that a container can be given its own and no other:
//
//	data/bus/user/key  data/bus/product/key  data/bus/order/key  data/bus/operator/key
//
// The server and the services start in any order. Whoever needs a key first makes it, and the
// others read it. Elsewhere a service gets its key as NATS_KEY, or in the file NATS_KEY_FILE.
package buskey

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/nats-io/nkeys"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
)

// Operator is the name of the key that may do everything: make streams, look, purge.
const Operator = "operator"

// none is the value of NATS_KEY for a server that knows no keys.
const none = "none"

// Folder is where the keys of a data folder are.
func Folder(dataDir string) string { return filepath.Join(dataDir, "bus") }

// Connect connects a service to the bus with its key.
func Connect(s settings.Settings, log *slog.Logger) (*bus.Bus, error) {
	key, err := find(s)
	if err != nil {
		return nil, err
	}
	return bus.Connect(bus.Config{
		URL: s.NATSURL, Name: s.Service, Key: key, CA: s.NATSCA, Log: log,
	})
}

// find returns the key of a service: empty if it is to have none.
func find(s settings.Settings) (string, error) {
	switch {
	case s.NATSKey == none:
		return "", nil
	case s.NATSKey != "":
		return check(s.NATSKey, "NATS_KEY")
	case hasUser(s.NATSURL):
		return "", nil
	}
	return Ensure(Folder(s.DataDir), s.Service)
}

// hasUser tells whether the URL itself names a user: nats://user:password@host.
func hasUser(address string) bool {
	first, _, _ := strings.Cut(address, ",")
	u, err := url.Parse(strings.TrimSpace(first))
	return err == nil && u.User != nil
}

// Ensure returns the key of a name in a folder of keys, and makes it if there is none.
func Ensure(folder, name string) (string, error) {
	file := filepath.Join(folder, name, "key")
	key, err := read(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := create(file); err != nil {
		return "", fmt.Errorf("make key of the bus: %w", err)
	}
	return read(file) // another process may have been faster
}

// create writes a new key, unless there is one. The file appears with its content: who reads it
// never sees half of it.
func create(file string) error {
	pair, err := nkeys.CreateUser()
	if err != nil {
		return err
	}
	seed, err := pair.Seed()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	fresh, err := os.CreateTemp(filepath.Dir(file), ".key-*") // which has the mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(fresh.Name()) }()
	_, err = fmt.Fprintln(fresh, string(seed))
	if err = errors.Join(err, fresh.Sync(), fresh.Close()); err != nil {
		return err
	}
	if err := os.Link(fresh.Name(), file); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func read(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("key of the bus: %w", err)
	}
	return check(string(text), file)
}

func check(text, where string) (string, error) {
	key := strings.TrimSpace(text)
	if _, err := Public(key); err != nil {
		return "", fmt.Errorf("%s: %w", where, err)
	}
	return key, nil
}

// Public returns the public half of a key, which the server knows the service by.
func Public(key string) (string, error) {
	pair, err := nkeys.FromSeed([]byte(key))
	if err != nil {
		return "", fmt.Errorf("no key of the bus: %w", err)
	}
	public, err := pair.PublicKey()
	if err != nil {
		return "", fmt.Errorf("no key of the bus: %w", err)
	}
	if !nkeys.IsValidPublicUserKey(public) {
		return "", errors.New("no key of the bus: the seed of a user begins with SU")
	}
	return public, nil
}
