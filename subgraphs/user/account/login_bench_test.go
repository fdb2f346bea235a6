package account_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// BenchmarkWrongLogin measures whether the time of an answer tells that there is such an account: the ratio of the
// medians is to be within 0.95 and 1.05. An operation is a hundred wrong log-ins of each kind. They are asked in turn, so
// that what else the machine does falls on both, and the first of two is now the one, now the other, so that neither
// always comes after the garbage of the other is collected.
//
// On a machine that is busy with something else the medians tell how busy it was; the tenth of the answers that were
// fastest is nearer to the truth then.
//
//	go test ./subgraphs/user/account -run '^$' -bench WrongLogin -benchtime 5x
func BenchmarkWrongLogin(b *testing.B) {
	const pairs = 100
	s, clock := newServiceAt(b, account.DefaultCost())
	_, problems, err := s.Register(b.Context(), ada())
	require.NoError(b, err)
	require.Empty(b, problems)
	took := map[string][]time.Duration{}
	fail := func(login string) {
		clock.forward(time.Hour) // or they would have to wait
		began := time.Now()
		_, problem, err := s.Login(b.Context(), account.Browser, account.Credentials{
			Login: login, Password: "wrong", From: account.Client{Address: "192.0.2.1"},
		})
		took[login] = append(took[login], time.Since(began))
		require.NoError(b, err)
		require.Equal(b, account.InvalidCredentials, problem.Kind)
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
