package gateway_test

import (
	"time"

	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/edge/ratelimit"
)

// rulesOfRates are the rules of package ratelimit.
func rulesOfRates() []rule {
	limit := func(r ratelimit.Rule) func(*gateway.Options, *gateway.EngineOptions) {
		return func(o *gateway.Options, _ *gateway.EngineOptions) {
			r.Name, r.By, r.Limit, r.Period = "test", []string{ratelimit.ByClient}, 2, time.Hour
			o.RateLimit, _ = ratelimit.New(ratelimit.Options{Rules: []ratelimit.Rule{r}, MaxKeys: 1})
		}
	}
	refusedToo := func(o *gateway.Options, e *gateway.EngineOptions) {
		authenticated(o, e)
		limit(ratelimit.Rule{})(o, e)
	}
	return []rule{{
		name: "rate of bad credentials", step: "rateLimit", configure: refusedToo,
		breaks: func(m *message) { m.sends, m.header = 3, map[string]string{"X-API-Key": "guessed"} },
		want:   refused{429, ratelimit.CodeLimited},
	}, {
		name: "rate of malformed parameters", step: "rateLimit", configure: limit(ratelimit.Rule{}),
		breaks: func(m *message) { m.sends, m.variables, m.cut = 3, map[string]any{"n": 1}, true },
		want:   refused{429, ratelimit.CodeLimited},
	}, {
		name: "rate of operations", step: "rateLimit", ofOperation: true, configure: limit(ratelimit.Rule{}),
		breaks:   func(m *message) { m.sends = 3 },
		want:     refused{429, ratelimit.CodeLimited},
		executes: true,
	}, {
		name: "rate of a root field, with its aliases", step: "operationLimit", ofOperation: true,
		configure: limit(ratelimit.Rule{Fields: []string{"Query.a"}}),
		breaks:    func(m *message) { m.query = `query A { a b: a c: a }` },
		want:      refused{429, ratelimit.CodeLimited},
	}}
}
