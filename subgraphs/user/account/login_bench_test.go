package account_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// BenchmarkWrongLogin measures whether the response time reveals that an account exists: the
// ratio of the medians should be between 0.95 and 1.05. One operation is a hundred wrong log-ins
// of each kind. The two kinds alternate, so other load on the machine affects both, and their
// order alternates too, so that neither always runs after the other's garbage is collected.
//
// On a busy machine the medians mostly show the load; the ratio of the fastest tenths is then
// more reliable.
//
//	go test ./subgraphs/user/account -run '^$' -bench WrongLogin -benchtime 5x
func BenchmarkWrongLogin(b *testing.B) {
	const pairs = 100
	s, clock := newServiceAt(b, account.DefaultCost())
	_, err := s.Register(b.Context(), ada())
	require.NoError(b, err)
	took := map[string][]time.Duration{}
	fail := func(login string) {
		clock.forward(time.Hour) // so that no attempt is throttled
		began := time.Now()
		_, err := s.Login(b.Context(), account.Browser, account.Credentials{
			Login: login, Password: "wrong", From: account.Client{Address: "192.0.2.1"},
		})
		took[login] = append(took[login], time.Since(began))
		require.ErrorAs(b, err, new(account.InvalidCredentials))
	}
	for b.Loop() {
		for i := range pairs {
			first, second := "ada", "bob"
			if i%2 == 1 {
				first, second = second, first
			}
			fail(first)
			fail(second)
		}
	}
	known, unknown := took["ada"], took["bob"]
	slices.Sort(known)
	slices.Sort(unknown)
	b.ReportMetric(median(known).Seconds()*1000, "known-ms")
	b.ReportMetric(median(unknown).Seconds()*1000, "unknown-ms")
	b.ReportMetric(median(unknown).Seconds()/median(known).Seconds(), "unknown/known")
	b.ReportMetric(decile(unknown).Seconds()/decile(known).Seconds(), "unknown/known-p10")
}

func median(sorted []time.Duration) time.Duration { return sorted[len(sorted)/2] }

func decile(sorted []time.Duration) time.Duration { return sorted[len(sorted)/10] }
