// Package buskey keeps the keys with which the services authenticate to the message server.
//
// A key is the seed of an nkey, which is a pair of Ed25519 keys. The server knows only the public
// key, and the seed never crosses the network. On one machine the keys are files in the data
// folder. Each service has a folder of its own, so a container can get its own key and no other:
//
//	data/bus/user/key   data/bus/product/key   data/bus/order/key
//	data/bus/router/key data/bus/operator/key
//
// The server and the services start in any order: the first process that needs a key creates it,
// and the others read it. On other machines a service gets its key in NATS_KEY, or in the file
// that NATS_KEY_FILE names.
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

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
)

// Operator is the name of the key that may do everything: create, read and purge streams.
const Operator = "operator"

// none is the value of NATS_KEY for a server without users.
const none = "none"

// Folder returns the folder of the keys in a data folder.
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

// find returns the key of a service, or "" if it connects without one.
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

// hasUser reports whether the URL itself names a user: nats://user:password@host.
func hasUser(address string) bool {
	first, _, _ := strings.Cut(address, ",")
	u, err := url.Parse(strings.TrimSpace(first))
	return err == nil && u.User != nil
}

// Ensure returns the key with a name in a folder of keys. It creates the key if it is missing.
func Ensure(folder, name string) (string, error) {
	file := filepath.Join(folder, name, "key")
	key, err := read(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := create(file); err != nil {
		return "", fmt.Errorf("create key of the bus: %w", err)
	}
	return read(file) // not the key above, because another process may have created one first
}

// create writes a new key unless there is one. The file appears together with its content, so a
// reader never sees half of it.
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
	fresh, err := os.CreateTemp(filepath.Dir(file), ".key-*") // with mode 0600
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

// Public returns the public key of a key. The server identifies the service by it.
func Public(key string) (string, error) {
	pair, err := nkeys.FromSeed([]byte(key))
	if err != nil {
		return "", fmt.Errorf("not a key of the bus: %w", err)
	}
	public, err := pair.PublicKey()
	if err != nil {
		return "", fmt.Errorf("not a key of the bus: %w", err)
	}
	if !nkeys.IsValidPublicUserKey(public) {
		return "", errors.New("not a key of the bus: the seed of a user begins with SU")
	}
	return public, nil
}
