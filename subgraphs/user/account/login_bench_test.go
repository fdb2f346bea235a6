package account_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// BenchmarkWrongLogin measures whether the time of an answer tells that there is such an account. The two are asked in
// turn, so that what else the machine does falls on both.
//
//	go test ./subgraphs/user/account -run '^$' -bench WrongLogin -benchtime 500x
func BenchmarkWrongLogin(b *testing.B) {
	s, clock := newServiceAt(b, account.DefaultCost())
	_, problems, err := s.Register(b.Context(), ada())
	require.NoError(b, err)
	require.Empty(b, problems)
	took := map[string][]time.Duration{}
	for b.Loop() {
		for _, login := range []string{"ada", "bob"} {
			clock.forward(time.Hour) // or they would have to wait
			began := time.Now()
			_, problem, err := s.Login(b.Context(), account.Browser, account.Credentials{Login: login, Password: "wrong", From: account.Client{Address: "192.0.2.1"}})
			took[login] = append(took[login], time.Since(began))
			require.NoError(b, err)
			require.Equal(b, account.InvalidCredentials, problem.Kind)
		}
	}
	known, unknown := median(took["ada"]), median(took["bob"])
	b.ReportMetric(known.Seconds()*1000, "known-ms")
	b.ReportMetric(unknown.Seconds()*1000, "unknown-ms")
	b.ReportMetric(100*(known-unknown).Abs().Seconds()/known.Seconds(), "%-apart")
}

func median(of []time.Duration) time.Duration {
	slices.Sort(of)
	return of[len(of)/2]
}
