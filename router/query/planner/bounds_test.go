package planner_test

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/planner"
)

// TestHostileDocumentsArePlannedOrRefused checks that each hostile document is planned or refused
// with a code, within the bounds. BenchmarkHostile measures how long that takes.
func TestHostileDocumentsArePlannedOrRefused(t *testing.T) {
	t.Parallel()
	for set, over := range hostile() {
		s := newStages(t, over.sources)
		for name, document := range over.documents {
			t.Run(set+"/"+name, func(t *testing.T) {
				t.Parallel()
				op, err := s.parser.Parse(document, "")
				var refused *operation.Error
				if errors.As(err, &refused) {
					require.Contains(t, []any{operation.CodeTooLarge, operation.CodeParse}, refused.Errors[0].Extensions["code"])
					return
				}
				require.NoError(t, err)
				s.plannedOrTooLarge(t, op, set == "all of three")
			})
		}
	}
}

func (s stages) plannedOrTooLarge(t *testing.T, op *operation.Operation, one bool) {
	t.Helper()
	made, err := s.planner.Plan(op)
	effort, bounds := s.planner.Effort(op)
	var refused *planner.Error
	if errors.As(err, &refused) {
		require.Equal(t, planner.CodeTooLarge, refused.Code)
	} else {
		require.NoError(t, err)
		require.LessOrEqual(t, effort.Selections, bounds.Selections)
		if one {
			require.Len(t, made.Fetches, 1, "all of it is in each subgraph")
		}
	}
	require.Less(t, effort.Candidates, bounds.Candidates+100)
	require.LessOrEqual(t, effort.Looked, bounds.Looked)
}

// TestLookUpsInARowAreLookedAtOnce checks that the work on look-ups that wait for each other does
// not multiply by the options of the look-ups before them.
func TestLookUpsInARowAreLookedAtOnce(t *testing.T) {
	t.Parallel()
	two, three := newStages(t, shared(4, twoOfFour)), newStages(t, shared(6, threeOfSix))
	for _, c := range []struct {
		over             stages
		name             string
		depth            int
		requests, looked int
	}{
		{two, "two of four", 20, 10, 500},
		{two, "two of four", 100, 50, 10_000},
		{three, "three of six", 28, 9, 1_000},
		{three, "three of six", 100, 31, 10_000},
		{three, "three of six", 900, 271, 150_000},
	} {
		t.Run(fmt.Sprintf("%s, %d deep", c.name, c.depth), func(t *testing.T) {
			t.Parallel()
			op, err := c.over.parser.Parse(row(c.depth, "{ id }"), "")
			require.NoError(t, err)
			made, err := c.over.planner.Plan(op)
			require.NoError(t, err)
			require.Len(t, made.Fetches, c.requests)
			effort, _ := c.over.planner.Effort(op)
			require.Less(t, effort.Looked, c.looked)
		})
	}
}

// TestObjectTypesDoNotMultiply checks that object types whose field leads to the same places share
// one spot: the work does not grow by the number of types with each level, and beyond the bounds
// the operation is refused.
func TestObjectTypesDoNotMultiply(t *testing.T) {
	t.Parallel()
	s := newStages(t, split(20))
	for depth, candidates := range map[int]int{1: 500, 2: 1_000, 4: 4_000, 20: 65_000} {
		t.Run(fmt.Sprintf("%d deep", depth), func(t *testing.T) {
			t.Parallel()
			op, err := s.parser.Parse(children(depth), "")
			require.NoError(t, err)
			made, err := s.planner.Plan(op)
			effort, _ := s.planner.Effort(op)
			require.Less(t, effort.Candidates, candidates)
			var refused *planner.Error
			if errors.As(err, &refused) {
				require.Equal(t, planner.CodeTooLarge, refused.Code)
				require.Greater(t, depth, 4)
				return
			}
			require.NoError(t, err)
			require.Len(t, made.Fetches, 1+2*depth)
		})
	}
}

func BenchmarkHostile(b *testing.B) {
	for set, over := range hostile() {
		s := newStages(b, over.sources)
		for name, document := range over.documents {
			b.Run(set+"/"+name, func(b *testing.B) {
				began := processorTime(b)
				for b.Loop() {
					if op, err := s.parser.Parse(document, ""); err == nil {
						_, _ = s.planner.Plan(op)
					}
				}
				b.ReportMetric(float64((processorTime(b)-began).Microseconds())/1e3/float64(b.N), "cpu-ms/op")
			})
		}
	}
}

// processorTime returns the processor time that this process has used. On a shared machine it is
// more meaningful than elapsed time.
func processorTime(t testing.TB) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
