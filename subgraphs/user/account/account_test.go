package account_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
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
	user, problems, err := s.Register(t.Context(), r)
	require.NoError(t, err)
	require.Empty(t, problems)
	return user
}

func login(t *testing.T, s *account.Service, kind account.Kind, name string) account.Grant {
	t.Helper()
	grant, problem, err := s.Login(t.Context(), kind, account.Credentials{Login: name, Password: password})
	require.NoError(t, err)
	require.Nil(t, problem)
	return grant
}

func kinds(problems []account.Problem) map[string]account.ProblemKind {
	found := map[string]account.ProblemKind{}
	for _, p := range problems {
		found[p.Field] = p.Kind
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
	_, problems, err := s.Register(t.Context(), account.Registration{})
	require.NoError(t, err)
	require.Equal(t, map[string]account.ProblemKind{
		"username": account.InvalidInput, "email": account.InvalidInput,
		"firstName": account.InvalidInput, "lastName": account.InvalidInput,
		"password": account.WeakPassword,
	}, kinds(problems))
}

func TestRegisterChecksEachInput(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	long := strings.Repeat("ab1-", 100)
	for field, c := range map[string]struct {
		set  func(*account.Registration, string)
		kind account.ProblemKind
		bad  []string
	}{
		"username": {func(r *account.Registration, v string) { r.Username = v }, account.InvalidInput,
			[]string{"ab", "1ab", ".ab", "a b", "a@b", "äbc", "abc\nd", "ada\x00", long}},
		"email": {func(r *account.Registration, v string) { r.Email = v }, account.InvalidInput,
			[]string{"ada", "ada@", "@b.c", "ada@localhost", "a@b@c.d", "Ada <a@b.c>", "a b@c.d", "a@b.c,d@e.f", "a@b..c", "a\n@b.c", long + "@example.org"}},
		"firstName": {func(r *account.Registration, v string) { r.FirstName = v }, account.InvalidInput,
			[]string{" ", "A\x00da", "A\nda", long}},
		"password": {func(r *account.Registration, v string) { r.Password = v }, account.WeakPassword,
			[]string{"short", "ninechars", "Password123", "qwertyuiop", "aaaaaaaaaa", "abcabcabcabc", "ada@example.org", "ADA@example.org", strings.Repeat("ä1x", 86)}},
	} {
		for _, value := range c.bad {
			r := ada()
			c.set(&r, value)
			_, problems, err := s.Register(t.Context(), r)
			require.NoError(t, err)
			require.Equal(t, map[string]account.ProblemKind{field: c.kind}, kinds(problems), "%q", value)
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
		want   map[string]account.ProblemKind
	}{
		"both":     {func(r *account.Registration) {}, map[string]account.ProblemKind{"username": account.UsernameTaken, "email": account.EmailTaken}},
		"username": {func(r *account.Registration) { r.Username, r.Email = "ADA", "other@example.org" }, map[string]account.ProblemKind{"username": account.UsernameTaken}},
		"email":    {func(r *account.Registration) { r.Username, r.Email = "other", "ADA@example.org" }, map[string]account.ProblemKind{"email": account.EmailTaken}},
	} {
		r := ada()
		c.change(&r)
		_, problems, err := s.Register(t.Context(), r)
		require.NoError(t, err)
		require.Equal(t, c.want, kinds(problems), name)
	}
}

// A form shows every problem at once.
func TestTakenNamesAreReportedWithOtherProblems(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	register(t, s, ada())
	from := account.Client{Address: "192.0.2.1"}
	ask := func(change func(*account.Registration)) map[string]account.ProblemKind {
		r := ada()
		r.From = from
		change(&r)
		_, problems, err := s.Register(t.Context(), r)
		require.NoError(t, err)
		return kinds(problems)
	}
	short := func(r *account.Registration) { r.Username, r.Email, r.Password = "ADA", "ADA@example.org", "short" }
	require.Equal(t, map[string]account.ProblemKind{
		"username": account.UsernameTaken, "email": account.EmailTaken, "password": account.WeakPassword,
	}, ask(short))
	require.Equal(t, map[string]account.ProblemKind{"username": account.UsernameTaken, "email": account.InvalidInput, "lastName": account.InvalidInput},
		ask(func(r *account.Registration) { r.Email, r.LastName = "nonsense", "" }))
	require.Equal(t, map[string]account.ProblemKind{"password": account.WeakPassword},
		ask(func(r *account.Registration) { r.Username, r.Email, r.Password = "bob", "bob@example.org", "short" }))
	told := 0
	for range 30 { // a client learns only a few names this way
		told += len(ask(short)) - 1
	}
	require.Equal(t, 2*7, told)
	from.Address = "192.0.2.2"
	require.Len(t, ask(short), 3)
}

func TestOneOfManyConcurrentRegistrationsGetsTheName(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	var all sync.WaitGroup
	outcomes := make(chan int, 20)
	for range cap(outcomes) {
		all.Go(func() {
			_, problems, err := s.Register(t.Context(), ada())
			if err != nil {
				t.Error(err)
			}
			outcomes <- len(problems)
		})
	}
	all.Wait()
	close(outcomes)
	registered := 0
	for problems := range outcomes {
		if problems == 0 {
			registered++
		}
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
		_, problem, err := s.Login(t.Context(), account.API, c)
		require.NoError(t, err)
		require.Equal(t, account.InvalidCredentials, problem.Kind)
	}
}

func TestFailedLoginsAreThrottled(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"ada", "nobody"} { // a stranger cannot tell them apart
		s, clock := newService(t)
		register(t, s, ada())
		guess := func(login, guessed string) *account.Problem {
			_, problem, err := s.Login(t.Context(), account.API, account.Credentials{Login: login, Password: guessed})
			require.NoError(t, err)
			return problem
		}
		for range 10 {
			require.Equal(t, account.InvalidCredentials, guess(name, "wrong").Kind)
		}
		for _, wait := range []time.Duration{2, 4, 8, 16, 32, 64, 128, 256, 300, 300} {
			problem := guess(name, password)
			require.Equal(t, account.TooManyAttempts, problem.Kind)
			require.Equal(t, wait*time.Second, problem.RetryAfter)
			clock.forward(problem.RetryAfter - time.Millisecond)
			require.Equal(t, account.TooManyAttempts, guess(name, password).Kind)
			clock.forward(time.Millisecond)
			require.Equal(t, account.InvalidCredentials, guess(name, "wrong").Kind)
		}
		clock.forward(16 * time.Minute)
		require.Equal(t, account.InvalidCredentials, guess(name, "wrong").Kind)
	}
}

func TestASuccessResetsTheGuessesOfItsClient(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	register(t, s, ada())
	wrong := func() {
		for range 10 {
			_, problem, err := s.Login(t.Context(), account.API, account.Credentials{Login: "ada", Password: "wrong"})
			require.NoError(t, err)
			require.Equal(t, account.InvalidCredentials, problem.Kind)
		}
	}
	wrong()
	_, problem, err := s.Login(t.Context(), account.API, account.Credentials{Login: "ADA", Password: password})
	require.NoError(t, err)
	require.Equal(t, account.TooManyAttempts, problem.Kind)
	clock.forward(problem.RetryAfter)
	login(t, s, account.API, "ada")
	wrong()
}

func TestConcurrentGuessesAreAllCounted(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	register(t, s, ada())
	outcomes := make(chan account.ProblemKind, 50)
	var all sync.WaitGroup
	for range cap(outcomes) {
		all.Go(func() {
			_, problem, err := s.Login(t.Context(), account.API, account.Credentials{Login: "ada", Password: "wrong"})
			if err != nil {
				t.Error(err)
				return
			}
			outcomes <- problem.Kind
		})
	}
	all.Wait()
	close(outcomes)
	heard := 0
	for kind := range outcomes {
		if kind == account.InvalidCredentials {
			heard++
		}
	}
	require.Equal(t, 10, heard)
}
