package account

import (
	"cmp"
	"context"
	"crypto/rand"
	"embed"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

const (
	saltLength      = 16
	keyLength       = 32
	shortestAllowed = 10
	longestAllowed  = 256
)

//go:embed common_passwords.txt
var commonPasswords embed.FS

// Cost is the work that argon2id does for each hash.
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
	Threads   uint8
}

// DefaultCost returns OWASP's first recommendation: 46 MiB, one pass, one thread.
func DefaultCost() Cost { return Cost{MemoryKiB: 46 * 1024, Passes: 1, Threads: 1} }

// Hasher hashes passwords with argon2id. It runs at most one hash per core at a time, so that a
// flood of log-ins does not exhaust memory.
type Hasher struct {
	cost   Cost
	cores  chan struct{}
	common map[string]bool
	dummy  string // a hash that matches no user's password
	// computed counts the hashes, so that a test can check what an answer costs.
	computed atomic.Int64
}

// NewHasher returns a hasher that makes new hashes at this cost.
func NewHasher(cost Cost) *Hasher {
	h := &Hasher{
		cost:   cost,
		cores:  make(chan struct{}, runtime.GOMAXPROCS(0)),
		common: map[string]bool{},
	}
	list, _ := commonPasswords.ReadFile("common_passwords.txt") // embedded in the binary
	for line := range strings.Lines(string(list)) {
		h.common[strings.TrimSpace(line)] = true
	}
	h.dummy, _ = h.encode(rand.Text()) // only a failing random source would be an error
	return h
}

// Hash returns the PHC string of a password. It waits for a free core.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	release, err := h.core(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	return h.encode(typed.Password(password))
}

// Matches reports whether a PHC string belongs to the password. An empty string, as for an
// unknown user, matches nothing but takes the same time. outdated reports that the hash is of the
// password as it was typed, without normalisation, and should be replaced.
func (h *Hasher) Matches(
	ctx context.Context, phc, password string,
) (matched, outdated bool, err error) {
	plain := typed.Password(password)
	matched, err = h.matches(ctx, phc, plain)
	if matched || err != nil || plain == password {
		return matched, false, err
	}
	matched, err = h.matches(ctx, phc, password)
	return matched, matched, err
}

func (h *Hasher) matches(ctx context.Context, phc, password string) (bool, error) {
	release, err := h.core(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	// The cost is read from the PHC string, so old hashes stay valid when the cost changes.
	same, err := argon2id.ComparePasswordAndHash(password, cmp.Or(phc, h.dummy))
	if err != nil {
		return false, fmt.Errorf("stored password: %w", err)
	}
	return same && phc != "", nil
}

// Computed returns how many hashes Hash and Matches have computed.
func (h *Hasher) Computed() int64 { return h.computed.Load() }

func (h *Hasher) core(ctx context.Context) (release func(), err error) {
	select {
	case h.cores <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a core: %w", ctx.Err())
	}
	release = func() { <-h.cores }
	if ctx.Err() != nil { // a core is free, but the request has ended
		release()
		return nil, fmt.Errorf("wait for a core: %w", ctx.Err())
	}
	h.computed.Add(1)
	return release, nil
}

func (h *Hasher) encode(password string) (string, error) {
	return argon2id.CreateHash(password, &argon2id.Params{
		Memory: h.cost.MemoryKiB, Iterations: h.cost.Passes, Parallelism: h.cost.Threads,
		SaltLength: saltLength, KeyLength: keyLength,
	})
}

// judge returns why a new password is refused, or "".
func (h *Hasher) judge(r Registration) string {
	password := typed.Password(r.Password)
	folded := typed.Fold(password)
	switch length := utf8.RuneCountInString(password); {
	case length < shortestAllowed:
		return fmt.Sprintf("The password needs at least %d characters.", shortestAllowed)
	case length > longestAllowed:
		return fmt.Sprintf("The password has more than %d characters.", longestAllowed)
	case h.common[folded], monotonous(folded):
		return "This password is too easy to guess."
	case folded == typed.Login(r.Username), folded == typed.Login(r.Email),
		folded == typed.Fold(r.Email):
		return "The password must not be your username or e-mail address."
	}
	return ""
}

// monotonous reports whether a password repeats one short part: aaaaaaaaaa, abcabcabcabc.
func monotonous(password string) bool {
	const longestUnit = 4
	for unit := 1; unit <= min(longestUnit, len(password)-1); unit++ {
		if password[unit:] == password[:len(password)-unit] {
			return true
		}
	}
	return false
}
