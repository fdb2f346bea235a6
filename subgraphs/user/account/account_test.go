package account_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/store"
	"github.com/trefoil-graph/trefoil/subgraphs/user/token"
)

// clock is a time that changes only when the test moves it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// cheap returns a low hashing cost for tests that are not about hashing.
func cheap() account.Cost { return account.Cost{MemoryKiB: 8, Passes: 1, Threads: 1} }

const accessLife = 10 * time.Minute

func newService(t *testing.T) (*account.Service, *clock) {
	t.Helper()
	return newServiceAt(t, cheap())
}

func newServiceAt(t testing.TB, cost account.Cost) (*account.Service, *clock) {
	t.Helper()
	db := sqldbtest.Open(t, sqldbtest.New(t))
	out, err := outbox.New(t.Context(), db)
	require.NoError(t, err)
	kept, err := store.New(t.Context(), db, out)
	require.NoError(t, err)
	keyring, err := token.Open(t.Context(), kept, time.Now)
	require.NoError(t, err)
	time := &clock{now: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)}
	return account.NewService(account.Config{
		Store: kept, Signer: keyring, Hasher: account.NewHasher(cost),
		AccessLife: accessLife, Now: time.Now,
	}), time
}

const password = "a long enough one"

func ada() account.Registration {
	return account.Registration{
		Username: "ada", Email: "ada@example.org", FirstName: "Ada", LastName: "Lovelace", Password: password,
	}
}

func register(t *testing.T, s *account.Service, r account.Registration) account.User {
	t.Helper()
	user, err := s.Register(t.Context(), r)
	require.NoError(t, err)
	return user
}

func login(t *testing.T, s *account.Service, kind account.Kind, name string) account.Grant {
	t.Helper()
	grant, err := s.Login(t.Context(), kind, account.Credentials{Login: name, Password: password})
	require.NoError(t, err)
	return grant
}

// codes returns the codes of the refusals in an error, by the field of the input.
func codes(t *testing.T, err error) map[string]string {
	t.Helper()
	refusals, err := refusal.Split(err)
	require.NoError(t, err)
	found := map[string]string{}
	for _, one := range refusals {
		var problem refusal.Problem
		switch one := one.(type) {
		case refusal.InvalidInput:
			problem = one.Problem
		case account.UsernameTaken:
			problem = one.Problem
		case account.EmailTaken:
			problem = one.Problem
		case account.WeakPassword:
			problem = one.Problem
		}
		require.Len(t, problem.Path, 2, "%T", one)
		found[problem.Path[1]] = problem.Code
	}
	return found
}

func TestRegisterFoldsAndTrims(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	user := register(t, s, account.Registration{
		Username: " Ada.L ", Email: " Ada@Example.ORG ", FirstName: " Ada ", LastName: " Lovelace ", Password: " a b c d e f ",
	})
	require.Equal(t, "Ada Lovelace", user.DisplayName())
	require.Equal(t, "ada.l", user.Username)
	require.Equal(t, "Ada@Example.ORG", user.Email)
	require.Equal(t, clock.Now(), user.CreatedAt)
	require.True(t, strings.HasPrefix(user.PasswordHash, "$argon2id$"))
	kept, err := s.User(t.Context(), user.ID)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(user, kept))
}

func TestRegisterReportsEveryProblem(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	_, err := s.Register(t.Context(), account.Registration{})
	require.Equal(t, map[string]string{
		"username": "INVALID_INPUT", "email": "INVALID_INPUT",
		"firstName": "INVALID_INPUT", "lastName": "INVALID_INPUT",
		"password": "WEAK_PASSWORD",
	}, codes(t, err))
}

func TestRegisterChecksEachInput(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	long := strings.Repeat("ab1-", 100)
	for field, c := range map[string]struct {
		set  func(*account.Registration, string)
		code string
		bad  []string
	}{
		"username": {func(r *account.Registration, v string) { r.Username = v }, "INVALID_INPUT",
			[]string{"ab", "1ab", ".ab", "a b", "a@b", "äbc", "abc\nd", "ada\x00", long}},
		"email": {func(r *account.Registration, v string) { r.Email = v }, "INVALID_INPUT",
			[]string{"ada", "ada@", "@b.c", "ada@localhost", "a@b@c.d", "Ada <a@b.c>", "a b@c.d", "a@b.c,d@e.f", "a@b..c", "a\n@b.c", long + "@example.org"}},
		"firstName": {func(r *account.Registration, v string) { r.FirstName = v }, "INVALID_INPUT",
			[]string{" ", "A\x00da", "A\nda", long}},
		"password": {func(r *account.Registration, v string) { r.Password = v }, "WEAK_PASSWORD",
			[]string{"short", "ninechars", "Password123", "qwertyuiop", "aaaaaaaaaa", "abcabcabcabc", "ada@example.org", "ADA@example.org", strings.Repeat("ä1x", 86)}},
	} {
		for _, value := range c.bad {
			r := ada()
			c.set(&r, value)
			_, err := s.Register(t.Context(), r)
			require.Equal(t, map[string]string{field: c.code}, codes(t, err), "%q", value)
		}
	}
	good := ada()
	good.Password = strings.Repeat("äöü!", 64) + "" // 256 characters, more bytes
	good.Password = "x" + good.Password[:len(good.Password)-1]
	register(t, s, good)
}

func TestUsernameAndEmailAreUnique(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	register(t, s, ada())
	for name, c := range map[string]struct {
		change func(*account.Registration)
		want   map[string]string
	}{
		"both":     {func(r *account.Registration) {}, map[string]string{"username": "USERNAME_TAKEN", "email": "EMAIL_TAKEN"}},
		"username": {func(r *account.Registration) { r.Username, r.Email = "ADA", "other@example.org" }, map[string]string{"username": "USERNAME_TAKEN"}},
		"email":    {func(r *account.Registration) { r.Username, r.Email = "other", "ADA@example.org" }, map[string]string{"email": "EMAIL_TAKEN"}},
	} {
		r := ada()
		c.change(&r)
		_, err := s.Register(t.Context(), r)
		require.Equal(t, c.want, codes(t, err), name)
	}
}

// A form shows every problem at once.
func TestTakenNamesAreReportedWithOtherProblems(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	register(t, s, ada())
	from := account.Client{Address: "192.0.2.1"}
	ask := func(change func(*account.Registration)) map[string]string {
		r := ada()
		r.From = from
		change(&r)
		_, err := s.Register(t.Context(), r)
		return codes(t, err)
	}
	short := func(r *account.Registration) { r.Username, r.Email, r.Password = "ADA", "ADA@example.org", "short" }
	require.Equal(t, map[string]string{
		"username": "USERNAME_TAKEN", "email": "EMAIL_TAKEN", "password": "WEAK_PASSWORD",
	}, ask(short))
	require.Equal(t, map[string]string{"username": "USERNAME_TAKEN", "email": "INVALID_INPUT", "lastName": "INVALID_INPUT"},
		ask(func(r *account.Registration) { r.Email, r.LastName = "nonsense", "" }))
	require.Equal(t, map[string]string{"password": "WEAK_PASSWORD"},
		ask(func(r *account.Registration) { r.Username, r.Email, r.Password = "bob", "bob@example.org", "short" }))
	named := 0
	for range 30 { // a client learns only a few names this way
		named += len(ask(short)) - 1
	}
	require.Equal(t, 2*7, named)
	from.Address = "192.0.2.2"
	require.Len(t, ask(short), 3)
}

func TestOneOfManyConcurrentRegistrationsGetsTheName(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	var all sync.WaitGroup
	outcomes := make(chan error, 20)
	for range cap(outcomes) {
		all.Go(func() {
			_, err := s.Register(t.Context(), ada())
			outcomes <- err
		})
	}
	all.Wait()
	close(outcomes)
	registered := 0
	for err := range outcomes {
		if err == nil {
			registered++
			continue
		}
		require.ErrorAs(t, err, new(account.UsernameTaken))
	}
	require.Equal(t, 1, registered)
}

func TestLogin(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	user := register(t, s, ada())
	for _, name := range []string{"ada", "ADA", "ada@example.org", "Ada@Example.org"} {
		grant := login(t, s, account.API, name)
		require.Equal(t, user.ID, grant.User.ID)
		require.Equal(t, clock.Now().Add(accessLife), grant.AccessExpiresAt)
		require.Equal(t, clock.Now().Add(account.SessionLife), grant.SessionExpiresAt)
	}
	for _, c := range []account.Credentials{
		{}, {Login: "ada"}, {Login: "ada", Password: password + " "}, {Login: "bob", Password: password},
		{Login: "", Password: password}, {Login: user.ID, Password: password},
		{Login: "ada", Password: strings.Repeat(password, 100)}, {Login: strings.Repeat("ada", 1000), Password: password},
		{Login: "%", Password: password}, {Login: "ada' OR 1=1 --", Password: password},
	} {
		_, err := s.Login(t.Context(), account.API, c)
		require.ErrorAs(t, err, new(account.InvalidCredentials))
	}
}

func TestFailedLoginsAreThrottled(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"ada", "nobody"} { // a stranger cannot tell them apart
		s, clock := newService(t)
		register(t, s, ada())
		guess := func(login, guessed string) error {
			_, err := s.Login(t.Context(), account.API, account.Credentials{Login: login, Password: guessed})
			return err
		}
		for range 10 {
			require.ErrorAs(t, guess(name, "wrong"), new(account.InvalidCredentials))
		}
		for _, wait := range []time.Duration{2, 4, 8, 16, 32, 64, 128, 256, 300, 300} {
			var refused account.TooManyAttempts
			require.ErrorAs(t, guess(name, password), &refused)
			require.Equal(t, wait*time.Second, refused.Wait)
			clock.forward(refused.Wait - time.Millisecond)
			require.ErrorAs(t, guess(name, password), &refused)
			clock.forward(time.Millisecond)
			require.ErrorAs(t, guess(name, "wrong"), new(account.InvalidCredentials))
		}
		clock.forward(16 * time.Minute)
		require.ErrorAs(t, guess(name, "wrong"), new(account.InvalidCredentials))
	}
}

func TestASuccessResetsTheGuessesOfItsClient(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	register(t, s, ada())
	wrong := func() {
		for range 10 {
			_, err := s.Login(t.Context(), account.API, account.Credentials{Login: "ada", Password: "wrong"})
			require.ErrorAs(t, err, new(account.InvalidCredentials))
		}
	}
	wrong()
	_, err := s.Login(t.Context(), account.API, account.Credentials{Login: "ADA", Password: password})
	var refused account.TooManyAttempts
	require.ErrorAs(t, err, &refused)
	clock.forward(refused.Wait)
	login(t, s, account.API, "ada")
	wrong()
}

func TestConcurrentGuessesAreAllCounted(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	register(t, s, ada())
	outcomes := make(chan error, 50)
	var all sync.WaitGroup
	for range cap(outcomes) {
		all.Go(func() {
			_, err := s.Login(t.Context(), account.API, account.Credentials{Login: "ada", Password: "wrong"})
			outcomes <- err
		})
	}
	all.Wait()
	close(outcomes)
	heard := 0
	for err := range outcomes {
		if errors.As(err, new(account.InvalidCredentials)) {
			heard++
			continue
		}
		require.ErrorAs(t, err, new(account.TooManyAttempts))
	}
	require.Equal(t, 10, heard)
}
