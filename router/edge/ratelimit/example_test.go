package ratelimit_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/trefoil-graph/trefoil/router/edge/ratelimit"
)

func ExampleLimiter() {
	limiter, err := ratelimit.New(ratelimit.Options{
		Rules: []ratelimit.Rule{{
			Name: "clients", By: []string{ratelimit.ByClient}, Limit: 2, Period: time.Minute,
		}},
		MaxKeys: 1000,
		Clock:   func() time.Duration { return 0 }, // for the example; nil uses the real time
	})
	if err != nil {
		log.Fatal(err)
	}
	caller := ratelimit.Caller{Address: "192.0.2.1"}
	for range 3 {
		quotas, err := limiter.Caller(context.Background(), caller, 1)
		header := http.Header{}
		quotas.Set(header)
		fmt.Println(header.Get("RateLimit"), err)
	}
	// Output:
	// "clients";r=1;t=30 <nil>
	// "clients";r=0;t=60 <nil>
	//  input: There are too many requests: the limit clients allows 2 in 1m0s. Try again in 30 s.
}
