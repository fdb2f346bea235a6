package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

func TestRotateAppliesTheDecision(t *testing.T) {
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
	require.Equal(t, 1, kept, "one row for a session, however long it lasts")

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
	require.Zero(t, ended, "an ended session cannot end again")
}

func TestExpiredSessionsAreDeleted(t *testing.T) {
	t.Parallel()
	s, db := open(t, sqldbtest.New(t))
	ada := create(t, s, newUser("ada"))
	old := begin(t, s, ada, "old")
	fresh := account.Session{
		ID: ids.New("ses"), UserID: ada.ID, Kind: account.Browser,
		CreatedAt: old.ExpiresAt.Add(time.Second), ExpiresAt: old.ExpiresAt.Add(time.Hour),
	}
	require.NoError(t, s.CreateSession(t.Context(), fresh, firstToken(fresh, "new"), deviceOf(fresh), 100))
	_, err := s.SessionByID(t.Context(), old.ID)
	require.ErrorIs(t, err, account.ErrNotFound)
	var hashes []string
	require.NoError(t, db.Read().SelectContext(t.Context(), &hashes, `SELECT hash FROM refresh_tokens`))
	require.Equal(t, []string{"new"}, hashes)
}

func TestTokensFromBeforeFamiliesWork(t *testing.T) {
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

func TestAnExcessSessionEndsTheOneRenewedLongestAgo(t *testing.T) {
	t.Parallel()
	s, db := open(t, sqldbtest.New(t))
	ada := create(t, s, newUser("ada"))
	start := func(minutes int) account.Session {
		at := noon().Add(time.Duration(minutes) * time.Minute)
		session := account.Session{ID: ids.New("ses"), UserID: ada.ID, Kind: account.API, CreatedAt: at, ExpiresAt: at.Add(time.Hour)}
		require.NoError(t, s.CreateSession(t.Context(), session, firstToken(session, session.ID), deviceOf(session), 3))
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

func TestALogInDeletesOldRows(t *testing.T) {
	t.Parallel()
	s, db := open(t, sqldbtest.New(t))
	ada := create(t, s, newUser("ada"))
	ended := begin(t, s, ada, "1")
	_, err := s.RevokeSession(t.Context(), ended.ID, noon())
	require.NoError(t, err)
	logInAt := func(at time.Time) {
		session := account.Session{ID: ids.New("ses"), UserID: ada.ID, Kind: account.API, CreatedAt: at, ExpiresAt: at.Add(time.Minute)}
		require.NoError(t, s.CreateSession(t.Context(), session, firstToken(session, session.ID), deviceOf(session), 100))
	}
	logInAt(noon().Add(30 * time.Minute))
	_, err = s.SessionByID(t.Context(), ended.ID)
	require.NoError(t, err, "other services may not know of it yet")
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
		require.NoError(t, s.CreateSession(t.Context(), session, firstToken(session, session.ID), deviceOf(session), 100))
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
