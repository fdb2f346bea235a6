package ratelimit

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/trefoil-graph/trefoil/router/edge/redisclient"
)

// script makes all charges, or none if one does not fit. KEYS are the keys; ARGV has for each of
// them cost, limit, period in µs, and burst. The value of a key is the time at which its quota is
// whole, in µs since 1970. A double holds that to a quarter of a microsecond; a microsecond more
// or less decides nothing. The result has the number 1 if all charges fit, and then the debt of
// each key in µs: after the charge if it fits, and before it if not. A debt is never larger than
// the burst, so that a clock that is set back, or a smaller burst, locks nobody out.
//
// tostring would write 14 digits, which is too few for the time.
const script = `
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local result, after = {1}, {}
for i, key in ipairs(KEYS) do
  local a = i * 4 - 3
  local step = ARGV[a + 2] / ARGV[a + 1]
  local debt = math.max(tonumber(redis.call('GET', key) or 0) - now, 0)
  debt = math.min(debt, ARGV[a + 3] * step)
  after[i] = debt + ARGV[a] * step
  result[i + 1] = math.floor(debt + 0.5)
  if after[i] > ARGV[a + 3] * step + 1 then result[1] = 0 end
end
if result[1] == 1 then
  for i, key in ipairs(KEYS) do
    redis.call('SET', key, string.format('%.3f', now + after[i]), 'PX', math.ceil(after[i] / 1000))
    result[i + 1] = math.floor(after[i] + 0.5)
  end
end
return result
`

// shared counts in a Redis server, for all routers that use it.
type shared struct {
	client *redisclient.Client
	prefix string
	script *redis.Script
}

func newShared(client *redisclient.Client, prefix string) *shared {
	return &shared{client: client, prefix: prefix, script: redis.NewScript(script)}
}

func (s *shared) take(ctx context.Context, charges []charge) ([]state, error) {
	keys, args := make([]string, len(charges)), make([]any, 0, 4*len(charges))
	for i, c := range charges {
		keys[i] = s.prefix + c.key
		args = append(args, c.cost, c.quota.limit, c.quota.period, c.quota.burst)
	}
	var result []int64
	err := s.client.Do(ctx, func(ctx context.Context, r *redis.Client) (err error) {
		result, err = s.script.Run(ctx, r, keys, args...).Int64Slice()
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(result) != len(charges)+1 {
		return nil, fmt.Errorf("ratelimit: redis returned %d numbers for %d keys",
			len(result), len(charges))
	}
	states := make([]state, len(charges))
	for i, c := range charges {
		states[i] = c.stateOf(result[i+1], result[0] == 1)
	}
	return states, nil
}

// stateOf returns the state for a debt in µs, which is rounded.
func (c charge) stateOf(debt int64, isMade bool) state {
	q := c.quota
	step := float64(q.period) / float64(q.limit)
	capacity := float64(q.burst) * step
	s := state{
		remaining: max(0, int64((capacity-float64(debt)+1)/step)), reset: micros(debt),
	}
	if excess := float64(debt) + float64(c.cost)*step - capacity; !isMade && excess > 1 {
		s.wait = micros(int64(excess) + 1)
	}
	return s
}
