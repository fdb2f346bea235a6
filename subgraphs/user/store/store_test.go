package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/store"
	"github.com/trefoil-graph/trefoil/subgraphs/user/token"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
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

func mailTo(u account.User) account.TokenMail {
	return account.TokenMail{
		Mail: account.Mail{ID: ids.New("let"), Recipient: u.Email, Subject: "Hello", Body: "Hello!"},
		Token: account.MailToken{
			Hash: []byte("token of " + u.ID), UserID: u.ID, Purpose: account.VerifyEmail, Email: u.Email,
			CreatedAt: noon(), ExpiresAt: noon().Add(time.Hour),
		},
	}
}

func create(t *testing.T, s *store.Store, u account.User) account.User {
	t.Helper()
	taken, err := s.CreateUser(t.Context(), u, mailTo(u))
	require.NoError(t, err)
	require.Equal(t, account.Taken{}, taken)
	return u
}

func begin(t *testing.T, s *store.Store, u account.User, hash string) account.Session {
	t.Helper()
	session := account.Session{
		ID: ids.New("ses"), UserID: u.ID, Kind: account.API, CreatedAt: noon(), ExpiresAt: noon().Add(time.Hour),
	}
	require.NoError(t, s.CreateSession(t.Context(), session, firstToken(session, hash), deviceOf(session), 100))
	return session
}

func deviceOf(s account.Session) account.Device {
	return account.Device{Hash: []byte("device of " + s.ID), UserID: s.UserID, Kind: s.Kind, UsedAt: s.CreatedAt, Most: 3}
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

func TestCreateUserReportsTakenValues(t *testing.T) {
	t.Parallel()
	s, _ := open(t, sqldbtest.New(t))
	create(t, s, newUser("ada"))
	same := newUser("ada")
	same.Email = "ADA@EXAMPLE.ORG"
	taken, err := s.CreateUser(t.Context(), same, mailTo(same))
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
	sqldbtest.Hurt(t, database, `UPDATE users SET name_folded = NULL`) // as older versions stored users
	require.Empty(t, finds("strö"))
	s, _ = open(t, database)
	all()
}

func TestDueMails(t *testing.T) {
	t.Parallel()
	s, _ := open(t, sqldbtest.New(t))
	due := func(now time.Time, most int) (recipients []string) {
		mails, err := s.DueMails(t.Context(), now, most)
		require.NoError(t, err)
		for _, l := range mails {
			require.Equal(t, noon().Add(time.Hour), l.ExpiresAt, "when the token expires")
			recipients = append(recipients, l.Recipient)
		}
		return recipients
	}
	for _, name := range []string{"ada", "bob", "eve"} {
		create(t, s, newUser(name))
	}
	require.Equal(t, []string{"ada@Example.org", "bob@Example.org"}, due(noon(), 2))
	mails, err := s.DueMails(t.Context(), noon(), 1)
	require.NoError(t, err)
	require.NoError(t, s.ScheduleMail(t.Context(), mails[0].ID, 1, noon().Add(-time.Second)))
	require.Equal(t, []string{"bob@Example.org", "eve@Example.org", "ada@Example.org"}, due(noon(), 3), "a retry comes last")
	require.NoError(t, s.ScheduleMail(t.Context(), mails[0].ID, 1, noon().Add(time.Second)))
	require.Len(t, due(noon(), 3), 2)
	require.Len(t, due(noon().Add(time.Second), 3), 3)

	require.Empty(t, due(noon().Add(time.Hour), 3), "too late")
	for _, want := range []int{3, 0} {
		dropped, err := s.DropMails(t.Context(), noon().Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, want, dropped)
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
	require.Equal(t, fails{times(2)}, count(fails{times(2)}, "ada"), "zero failures are not stored")

	require.NoError(t, s.AttemptSucceeded(t.Context(), []string{"bob"}, []string{"address 192.0.2.1"}))
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
	_, err := s.CreateUser(ctx, ada, mailTo(ada))
	require.ErrorIs(t, err, context.Canceled)
	_, err = s.UserByLogin(t.Context(), "ada")
	require.ErrorIs(t, err, account.ErrNotFound)
}

// Users stored before addresses were normalised can log in with any form. If two users have the
// same address, the older one keeps it.
func TestAddressesAreFoldedAgain(t *testing.T) {
	t.Parallel()
	database := sqldbtest.New(t)
	s, db := open(t, database)
	known := map[string]string{}
	for _, name := range []string{"ada", "bob", "cid"} {
		known[name] = create(t, s, newUser(name)).ID
	}
	for name, email := range map[string]string{"ada": "Zoe\u0301@b\u00fccher.example", "bob": "zo\u00e9@bu\u0308cher.example", "cid": "cid@xn--bcher-kva.example"} {
		require.NoError(t, db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE users SET email = ?, email_folded = ?, name_folded = NULL WHERE id = ?`,
				email, strings.ToLower(email), known[name])
			return err
		}))
	}
	s, _ = open(t, database)
	for login, want := range map[string]string{
		"zo\u00e9@xn--bcher-kva.example": "ada", "cid@xn--bcher-kva.example": "cid", "bob": "bob",
	} {
		found, err := s.UserByLogin(t.Context(), typed.Login(login))
		require.NoError(t, err)
		require.Equal(t, known[want], found.ID, login)
	}
	var left int
	require.NoError(t, db.Read().GetContext(t.Context(), &left, `SELECT count(*) FROM users WHERE name_folded IS NULL`))
	require.Zero(t, left)
}

// A stranger with many addresses adds two names with each guess. They must not fill the database.
func TestNumberOfFailureNamesIsBounded(t *testing.T) {
	t.Parallel()
	s, db := open(t, sqldbtest.New(t))
	s.SetMaxFailures(50)
	count := func(name string, at time.Time) {
		require.NoError(t, s.CountAttempts(t.Context(), []string{name}, func(known []account.Failures) []account.Failures {
			return []account.Failures{{Count: known[0].Count + 1, Last: at}}
		}))
	}
	for i := range 399 {
		count(fmt.Sprintf("name %d", i), noon().Add(time.Duration(i)*time.Millisecond))
	}
	count("the last", noon().Add(time.Second))
	var names []string
	require.NoError(t, db.Read().SelectContext(t.Context(), &names, `SELECT account FROM failed_logins ORDER BY last_at`))
	require.Len(t, names, 50)
	require.Equal(t, "the last", names[49], "the latest stay")
}

func TestDevices(t *testing.T) {
	t.Parallel()
	s, _ := open(t, sqldbtest.New(t))
	ada, bob := create(t, s, newUser("ada")), create(t, s, newUser("bob"))
	use := func(device string, u account.User, kind account.Kind, at time.Time) {
		session := account.Session{ID: ids.New("ses"), UserID: u.ID, Kind: kind, CreatedAt: at, ExpiresAt: at.Add(time.Hour)}
		d := account.Device{Hash: []byte(device), UserID: u.ID, Kind: kind, UsedAt: at, Most: 2}
		require.NoError(t, s.CreateSession(t.Context(), session, firstToken(session, session.ID), d, 100))
	}
	known := func(device string, u account.User) bool {
		known, err := s.KnowsDevice(t.Context(), []byte(device), u.ID, noon().Add(-time.Hour))
		require.NoError(t, err)
		return known
	}
	use("a", ada, account.Browser, noon())
	use("b", ada, account.Browser, noon().Add(time.Second))
	use("x", ada, account.API, noon())
	require.True(t, known("a", ada))
	require.False(t, known("a", bob))
	require.False(t, known("a", account.User{}))
	use("a", ada, account.Browser, noon().Add(2*time.Second))
	use("c", ada, account.Browser, noon().Add(3*time.Second))
	require.Equal(t, []bool{true, false, true, true}, []bool{known("a", ada), known("b", ada), known("c", ada), known("x", ada)},
		"the two of a kind that were used last stay")
	use("y", bob, account.API, noon().Add(account.DeviceLife+time.Second))
	require.Equal(t, []bool{true, false, true, false}, []bool{known("a", ada), known("b", ada), known("c", ada), known("x", ada)},
		"a long unused device is dropped")
}
