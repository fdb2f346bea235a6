package store_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/store"
	"github.com/trefoil-graph/trefoil/subgraphs/user/token"
)

func open(t *testing.T, database string) (*store.Store, *sqldb.DB) {
	t.Helper()
	db := sqldbtest.Open(t, database)
	out, err := outbox.New(t.Context(), db)
	require.NoError(t, err)
	kept, err := store.New(t.Context(), db, out)
	require.NoError(t, err)
	return kept, db
}

func noon() time.Time { return time.Date(2026, 1, 31, 12, 0, 0, 123456000, time.UTC) }

func newUser(name string) account.User {
	return account.User{
		ID: ids.New("usr"), Username: name, Email: name + "@Example.org", FirstName: "First", LastName: "Last",
		PasswordHash: "$hash", CreatedAt: noon(), Role: auth.Customer,
	}
}

func letterTo(u account.User) account.Post {
	return account.Post{
		Letter: account.Letter{ID: ids.New("let"), Recipient: u.Email, Subject: "Hello", Body: "Hello!"},
		Token: account.LetterToken{
			Hash: []byte("token of " + u.ID), UserID: u.ID, Purpose: account.VerifyEmail, Email: u.Email,
			CreatedAt: noon(), ExpiresAt: noon().Add(time.Hour),
		},
	}
}

func create(t *testing.T, s *store.Store, u account.User) account.User {
	t.Helper()
	taken, err := s.CreateUser(t.Context(), u, letterTo(u))
	require.NoError(t, err)
	require.Equal(t, account.Taken{}, taken)
	return u
}

func begin(t *testing.T, s *store.Store, u account.User, hash string) account.Session {
	t.Helper()
	session := account.Session{
		ID: ids.New("ses"), UserID: u.ID, Kind: account.API, CreatedAt: noon(), ExpiresAt: noon().Add(time.Hour),
	}
	require.NoError(t, s.CreateSession(t.Context(), session, firstToken(session, hash), 100))
	return session
}

func firstToken(s account.Session, hash string) account.RefreshToken {
	return account.RefreshToken{Hash: []byte(hash), Family: []byte("family of " + s.ID), CreatedAt: noon()}
}

func revocations(t *testing.T, db *sqldb.DB) []events.SessionRevoked {
	t.Helper()
	var rows [][]byte
	require.NoError(t, db.Read().SelectContext(t.Context(), &rows, `SELECT data FROM outbox ORDER BY position`))
	found := make([]events.SessionRevoked, len(rows))
	for i, row := range rows {
		require.NoError(t, json.Unmarshal(row, &found[i]))
	}
	return found
}

func TestMigrations(t *testing.T) {
	t.Parallel()
	sqldbtest.Migrations(t, "schema")
}

func TestUsersSurviveARestart(t *testing.T) {
	t.Parallel()
	database := sqldbtest.New(t)
	first, _ := open(t, database)
	ada, bob := create(t, first, newUser("ada")), create(t, first, newUser("bob"))

	s, db := open(t, database)
	for _, login := range []string{"ada", "ada@example.org"} {
		got, err := s.UserByLogin(t.Context(), login)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(ada, got))
	}
	_, err := s.UserByLogin(t.Context(), "eve")
	require.ErrorIs(t, err, account.ErrNotFound)

	before := db.Statements()
	got, err := s.UsersByID(t.Context(), []string{bob.ID, ids.New("usr"), ada.ID, "' OR 1=1"})
	require.NoError(t, err)
	require.ElementsMatch(t, []account.User{ada, bob}, got)
	require.EqualValues(t, 1, db.Statements()-before)
	got, err = s.UsersByID(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, got)
}

func TestCreateUserTellsWhatIsTaken(t *testing.T) {
	t.Parallel()
	s, _ := open(t, sqldbtest.New(t))
	create(t, s, newUser("ada"))
	same := newUser("ada")
	same.Email = "ADA@EXAMPLE.ORG"
	taken, err := s.CreateUser(t.Context(), same, letterTo(same))
	require.NoError(t, err)
	require.Equal(t, account.Taken{Username: true, Email: true}, taken)
	_, err = s.UsersByID(t.Context(), []string{same.ID})
	require.NoError(t, err)
}

func TestNamesAreFoundInAnyCase(t *testing.T) {
	t.Parallel()
	database := sqldbtest.New(t)
	s, _ := open(t, database)
	named := func(username, first, last string) account.User {
		u := newUser(username)
		u.FirstName, u.LastName = first, last
		return create(t, s, u)
	}
	olaf, anna := named("olaf", "Ölaf", "ÅSTRÖM"), named("anna", "Анна", "Ωmega_1")
	finds := func(search string) (ids []string) {
		users, err := s.ListUsers(t.Context(), account.Listing{Search: search, Limit: 10})
		require.NoError(t, err)
		count, err := s.CountUsers(t.Context(), search)
		require.NoError(t, err)
		require.Len(t, users, count)
		for _, u := range users {
			ids = append(ids, u.ID)
		}
		return ids
	}
	all := func() {
		t.Helper()
		for search, want := range map[string][]string{
			"ölaf åström": {olaf.ID}, "strö": {olaf.ID}, "анна": {anna.ID}, "ωmega_1": {anna.ID}, "ωmegax1": nil,
		} {
			require.Equal(t, want, finds(search), search)
		}
	}
	all()
	sqldbtest.Hurt(t, database, `UPDATE users SET name_folded = NULL`) // as users were before
	require.Empty(t, finds("strö"))
	s, _ = open(t, database)
	all()
}

func TestRotateDoesWhatItIsTold(t *testing.T) {
	t.Parallel()
	s, db := open(t, sqldbtest.New(t))
	session := begin(t, s, create(t, s, newUser("ada")), "first")
	family := firstToken(session, "").Family
	rotate := func(hash string, r account.Rotation) (account.Session, account.RefreshToken) {
		var found account.Session
		var presented account.RefreshToken
		require.NoError(t, s.Rotate(t.Context(), account.RefreshToken{Hash: []byte(hash), Family: family},
			func(s account.Session, p account.RefreshToken) account.Rotation {
				found, presented = s, p
				return r
			}))
		return found, presented
	}

	found, presented := rotate("first", account.Rotation{})
	require.Empty(t, cmp.Diff(session, found))
	require.Equal(t, firstToken(session, "first"), presented)

	later := noon().Add(time.Minute)
	for _, next := range [][2]string{{"first", "second"}, {"second", "third"}} {
		rotate(next[0], account.Rotation{
			At: later, ExpiresAt: later.Add(time.Hour), Next: &account.RefreshToken{Hash: []byte(next[1]), Family: family, CreatedAt: later},
		})
	}
	for _, used := range []string{"first", "second", "never made"} {
		found, presented = rotate(used, account.Rotation{})
		require.True(t, presented.Used)
		require.Equal(t, session.ID, found.ID)
		require.Equal(t, later.Add(time.Hour), found.ExpiresAt)
	}
	_, presented = rotate("third", account.Rotation{})
	require.False(t, presented.Used)
	require.Empty(t, revocations(t, db))
	var kept int
	require.NoError(t, db.Read().GetContext(t.Context(), &kept, `SELECT count(*) FROM refresh_tokens`))
	require.Equal(t, 1, kept, "one for a session, however long it lasts")

	rotate("first", account.Rotation{Revoke: true, At: later})
	found, err := s.SessionByID(t.Context(), session.ID)
	require.NoError(t, err)
	require.Equal(t, later, found.RevokedAt)
	require.Equal(t, []events.SessionRevoked{{SessionID: session.ID, ExpiresAt: later.Add(auth.TokenLife)}}, revocations(t, db))

	stranger := account.RefreshToken{Hash: []byte("unknown"), Family: []byte("of nobody")}
	require.ErrorIs(t, s.Rotate(t.Context(), stranger, nil), account.ErrNotFound)
}

func TestRevokeAnnouncesEachSessionOnce(t *testing.T) {
	t.Parallel()
	s, db := open(t, sqldbtest.New(t))
	ada := create(t, s, newUser("ada"))
	one, two, three := begin(t, s, ada, "1"), begin(t, s, ada, "2"), begin(t, s, ada, "3")
	bobs := begin(t, s, create(t, s, newUser("bob")), "4")

	ended, err := s.RevokeSession(t.Context(), one.ID, noon())
	require.NoError(t, err)
	require.Equal(t, 1, ended)
	for range 2 {
		_, err = s.RevokeSessions(t.Context(), ada.ID, noon())
		require.NoError(t, err)
	}
	var announced []string
	for _, r := range revocations(t, db) {
		announced = append(announced, r.SessionID)
	}
	require.ElementsMatch(t, []string{one.ID, two.ID, three.ID}, announced)

	ended, err = s.RevokeSession(t.Context(), bobs.ID, bobs.ExpiresAt)
	require.NoError(t, err)
	require.Zero(t, ended, "what is over cannot end")
}

func TestSessionsThatAreOverAreDropped(t *testing.T) {
	t.Parallel()
	s, db := open(t, sqldbtest.New(t))
	ada := create(t, s, newUser("ada"))
	old := begin(t, s, ada, "old")
	fresh := account.Session{
		ID: ids.New("ses"), UserID: ada.ID, Kind: account.Browser,
		CreatedAt: old.ExpiresAt.Add(time.Second), ExpiresAt: old.ExpiresAt.Add(time.Hour),
	}
	require.NoError(t, s.CreateSession(t.Context(), fresh, firstToken(fresh, "new"), 100))
	_, err := s.SessionByID(t.Context(), old.ID)
	require.ErrorIs(t, err, account.ErrNotFound)
	var hashes []string
	require.NoError(t, db.Read().SelectContext(t.Context(), &hashes, `SELECT hash FROM refresh_tokens`))
	require.Equal(t, []string{"new"}, hashes)
}

func TestDueLetters(t *testing.T) {
	t.Parallel()
	s, _ := open(t, sqldbtest.New(t))
	due := func(now time.Time, most int) (recipients []string) {
		letters, err := s.DueLetters(t.Context(), now, most)
		require.NoError(t, err)
		for _, l := range letters {
			require.Equal(t, noon().Add(time.Hour), l.ExpiresAt, "when the token is dead")
			recipients = append(recipients, l.Recipient)
		}
		return recipients
	}
	for _, name := range []string{"ada", "bob", "eve"} {
		create(t, s, newUser(name))
	}
	require.Equal(t, []string{"ada@Example.org", "bob@Example.org"}, due(noon(), 2))
	letters, err := s.DueLetters(t.Context(), noon(), 1)
	require.NoError(t, err)
	require.NoError(t, s.LetterFailed(t.Context(), letters[0].ID, noon().Add(-time.Second)))
	require.Equal(t, []string{"bob@Example.org", "eve@Example.org", "ada@Example.org"}, due(noon(), 3), "who was tried comes last")
	require.NoError(t, s.LetterFailed(t.Context(), letters[0].ID, noon().Add(time.Second)))
	require.Len(t, due(noon(), 3), 2)
	require.Len(t, due(noon().Add(time.Second), 3), 3)

	require.Empty(t, due(noon().Add(time.Hour), 3), "too late")
	for _, want := range []int{3, 0} {
		dropped, err := s.DropLetters(t.Context(), noon().Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, want, dropped)
	}
}

func TestTokensOfBeforeThereWereFamilies(t *testing.T) {
	t.Parallel()
	s, db := open(t, sqldbtest.New(t))
	session := begin(t, s, create(t, s, newUser("ada")), "second")
	require.NoError(t, db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO refresh_tokens (hash, session_id, created_at, used_at) VALUES (?, ?, 1, 2)`, []byte("first"), session.ID)
		if err == nil {
			_, err = tx.ExecContext(ctx, `UPDATE sessions SET family = NULL`)
		}
		return err
	}))
	used := func(hash, family string, r account.Rotation) (used bool) {
		require.NoError(t, s.Rotate(t.Context(), account.RefreshToken{Hash: []byte(hash), Family: []byte(family)},
			func(_ account.Session, p account.RefreshToken) account.Rotation {
				used = p.Used
				return r
			}))
		return used
	}
	require.True(t, used("first", "half of first", account.Rotation{}))
	next := &account.RefreshToken{Hash: []byte("third"), Family: []byte("half of second"), CreatedAt: noon()}
	require.False(t, used("second", "half of second", account.Rotation{At: noon(), ExpiresAt: noon().Add(time.Hour), Next: next}))
	require.False(t, used("third", "half of second", account.Rotation{}))
	require.True(t, used("second", "half of second", account.Rotation{}))
	require.True(t, used("first", "half of first", account.Rotation{}))
}

func TestOneSessionTooManyEndsTheOneNotRenewedForLongest(t *testing.T) {
	t.Parallel()
	s, db := open(t, sqldbtest.New(t))
	ada := create(t, s, newUser("ada"))
	start := func(minutes int) account.Session {
		at := noon().Add(time.Duration(minutes) * time.Minute)
		session := account.Session{ID: ids.New("ses"), UserID: ada.ID, Kind: account.API, CreatedAt: at, ExpiresAt: at.Add(time.Hour)}
		require.NoError(t, s.CreateSession(t.Context(), session, firstToken(session, session.ID), 3))
		return session
	}
	first, second, third := start(0), start(1), start(2)
	bobs := begin(t, s, create(t, s, newUser("bob")), "bob's")
	require.NoError(t, s.Rotate(t.Context(), firstToken(first, first.ID), func(account.Session, account.RefreshToken) account.Rotation {
		next := firstToken(first, "next")
		return account.Rotation{At: noon(), ExpiresAt: first.ExpiresAt.Add(30 * time.Minute), Next: &next}
	}))
	fourth := start(4)
	require.Equal(t, second.ID, revocations(t, db)[0].SessionID)
	require.Len(t, revocations(t, db), 1)
	held, err := s.SessionsOf(t.Context(), []string{ada.ID, bobs.UserID}, noon())
	require.NoError(t, err)
	require.Len(t, held[bobs.UserID], 1)
	var left []string
	for _, session := range held[ada.ID] {
		left = append(left, session.ID)
	}
	require.Equal(t, []string{fourth.ID, third.ID, first.ID}, left)
}

func TestALogInSweepsWhatIsOver(t *testing.T) {
	t.Parallel()
	s, db := open(t, sqldbtest.New(t))
	ada := create(t, s, newUser("ada"))
	ended := begin(t, s, ada, "1")
	_, err := s.RevokeSession(t.Context(), ended.ID, noon())
	require.NoError(t, err)
	logInAt := func(at time.Time) {
		session := account.Session{ID: ids.New("ses"), UserID: ada.ID, Kind: account.API, CreatedAt: at, ExpiresAt: at.Add(time.Minute)}
		require.NoError(t, s.CreateSession(t.Context(), session, firstToken(session, session.ID), 100))
	}
	logInAt(noon().Add(30 * time.Minute))
	_, err = s.SessionByID(t.Context(), ended.ID)
	require.NoError(t, err, "others may have to be told of it")
	logInAt(noon().Add(61 * time.Minute))
	_, err = s.SessionByID(t.Context(), ended.ID)
	require.ErrorIs(t, err, account.ErrNotFound)

	count := func() (events int) {
		require.NoError(t, db.Read().GetContext(t.Context(), &events, `SELECT count(*) FROM account_events`))
		return events
	}
	require.Equal(t, 5, count())
	logInAt(noon().Add(365*24*time.Hour + time.Minute))
	require.Equal(t, 3, count(), "registered, logged in and logged out a year ago")
}

func TestEventsOfManyUsers(t *testing.T) {
	t.Parallel()
	s, _ := open(t, sqldbtest.New(t))
	ada, bob := create(t, s, newUser("ada")), create(t, s, newUser("bob"))
	for i := range 60 {
		at := noon().Add(time.Duration(i) * time.Minute)
		session := account.Session{ID: ids.New("ses"), UserID: ada.ID, Kind: account.API, CreatedAt: at, ExpiresAt: at.Add(time.Hour)}
		require.NoError(t, s.CreateSession(t.Context(), session, firstToken(session, session.ID), 100))
	}
	found, err := s.EventsOf(t.Context(), []string{ada.ID, bob.ID, ids.New("usr")})
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Len(t, found[bob.ID], 1)
	require.Len(t, found[ada.ID], 50)
	for i, event := range found[ada.ID] {
		require.Equal(t, noon().Add(time.Duration(59-i)*time.Minute), event.At, "the latest first")
	}
}

func TestAttempts(t *testing.T) {
	t.Parallel()
	s, db := open(t, sqldbtest.New(t))
	type fails = []account.Failures
	count := func(next fails, names ...string) fails {
		var past fails
		require.NoError(t, s.CountAttempts(t.Context(), names, func(known []account.Failures) []account.Failures {
			past = slices.Clone(known)
			return next
		}))
		return past
	}
	times := func(n int) account.Failures { return account.Failures{Count: n, Last: noon()} }
	none := account.Failures{}
	require.Equal(t, fails{none, none}, count(fails{times(1), times(5)}, "ada", "address 192.0.2.1"))
	require.Equal(t, fails{none, times(5)}, count(fails{times(7), times(6)}, "bob", "address 192.0.2.1"))
	require.Equal(t, fails{times(1)}, count(fails{times(2)}, "ada"))
	require.Equal(t, fails{times(2)}, count(fails{none}, "ada"))
	require.Equal(t, fails{times(2)}, count(fails{times(2)}, "ada"), "nothing is kept of nothing")

	require.NoError(t, s.AttemptSucceeded(t.Context(), "bob", "address 192.0.2.1"))
	require.Equal(t, fails{none, times(5)}, count(fails{times(1), times(1)}, "bob", "address 192.0.2.1"))

	late := account.Failures{Count: 1, Last: noon().Add(48 * time.Hour)}
	count(fails{late, late}, "eve", "address 192.0.2.2")
	var rows int
	require.NoError(t, db.Read().GetContext(t.Context(), &rows, `SELECT count(*) FROM failed_logins`))
	require.Equal(t, 2, rows, "old failures are dropped")
}

func TestKeysAreChanged(t *testing.T) {
	t.Parallel()
	database := sqldbtest.New(t)
	s, _ := open(t, database)
	key := func(id string, hours int) token.Key {
		return token.Key{ID: id, Seed: []byte(id), CreatedAt: noon(), SignsFrom: noon().Add(time.Duration(hours) * time.Hour)}
	}
	first, second, third := key("key_3", 1), key("key_1", 2), key("key_2", 3)
	for _, k := range []token.Key{second, third, first} {
		_, err := s.ChangeKeys(t.Context(), func([]token.Key) token.Change { return token.Change{Add: &k} })
		require.NoError(t, err)
	}
	s, _ = open(t, database)
	var seen []token.Key
	left, err := s.ChangeKeys(t.Context(), func(found []token.Key) token.Change {
		seen = found
		return token.Change{Drop: []string{first.ID, third.ID}}
	})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff([]token.Key{first, second, third}, seen))
	require.Empty(t, cmp.Diff([]token.Key{second}, left))
}

func TestCancelledRequestChangesNothing(t *testing.T) {
	t.Parallel()
	s, _ := open(t, sqldbtest.New(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ada := newUser("ada")
	_, err := s.CreateUser(ctx, ada, letterTo(ada))
	require.ErrorIs(t, err, context.Canceled)
	_, err = s.UserByLogin(t.Context(), "ada")
	require.ErrorIs(t, err, account.ErrNotFound)
}
