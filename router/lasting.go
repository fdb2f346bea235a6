package main

import (
	"context"
	"reflect"

	"github.com/trefoil-graph/trefoil/router/edge/documents"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/edge/ratelimit"
	"github.com/trefoil-graph/trefoil/router/edge/redisclient"
	"github.com/trefoil-graph/trefoil/router/ops/config"
)

// lasting are the parts that outlive a reload: while their settings stay the same, the next
// gateway uses them, too. So a reload forgets neither documents nor what callers have used of
// their limits.
type lasting struct {
	documents part[*documents.Documents]
	limiter   part[*ratelimit.Limiter]
}

// part is one of them, with the settings of which it was made.
type part[T any] struct {
	value    T // nil if it is not configured
	settings any
	// stop ends what the part does in the background, and close closes its connections. Either may
	// be nil.
	stop, close func()
}

// next returns the part for other settings. It is the same part if they are equal. If it fails, it
// leaves nothing open.
func (p part[T]) next(settings any, create func() (part[T], error)) (part[T], error) {
	if reflect.DeepEqual(p.settings, settings) {
		return p, nil
	}
	made, err := create()
	if err != nil {
		return part[T]{}, err
	}
	made.settings = settings
	return made, nil
}

// closeUnless ends the part, which no request uses any more, unless the other is the same part.
func (p part[T]) closeUnless(other part[T]) {
	if p.close != nil && !reflect.DeepEqual(p.settings, other.settings) {
		p.close()
	}
}

// stopUnless ends what the part does in the background, unless the other is the same part.
func (p part[T]) stopUnless(other part[T]) {
	if p.stop != nil && !reflect.DeepEqual(p.settings, other.settings) {
		p.stop()
	}
}

// closeUnless closes the parts that the others do not have.
func (l lasting) closeUnless(others lasting) {
	l.documents.closeUnless(others.documents)
	l.limiter.closeUnless(others.limiter)
}

// stopUnless ends what the parts that the others do not have do in the background.
func (l lasting) stopUnless(others lasting) {
	l.documents.stopUnless(others.documents)
	l.limiter.stopUnless(others.limiter)
}

// nextLasting returns the parts for a configuration. They do nothing in the background before
// useLasting. If it fails, it leaves nothing open.
func (s *server) nextLasting(ctx context.Context, c config.Config) (next lasting, err error) {
	ofDocuments := []any{c.PersistedDocuments, c.APQ}
	next.documents, err = s.lasting.documents.next(ofDocuments,
		func() (part[*documents.Documents], error) { return s.newDocuments(ctx, c) })
	if err != nil {
		return lasting{}, err
	}
	next.limiter, err = s.lasting.limiter.next(c.RateLimit,
		func() (part[*ratelimit.Limiter], error) { return s.newLimiter(c) })
	if err != nil {
		next.closeUnless(s.lasting)
		return lasting{}, err
	}
	return next, nil
}

// useLasting begins what the parts do in the background, and ends what replaced ones do. The
// caller closes those once no request uses them.
func (s *server) useLasting(ctx context.Context, next lasting) {
	before := s.lasting.documents
	s.lasting.stopUnless(next)
	if found := next.documents.value; found != nil && found != before.value {
		ctx, cancel := context.WithCancel(ctx)
		next.documents.stop = cancel
		go found.Watch(ctx, func(ctx context.Context, list []*documents.Document) {
			s.gateway.Load().WarmTrusted(ctx, list)
		})
	}
	s.lasting = next
}

func (s *server) newDocuments(
	ctx context.Context, c config.Config,
) (made part[*documents.Documents], err error) {
	if c.PersistedDocuments.Mode == documents.ModeOff && !c.APQ.Enabled {
		return made, nil
	}
	o := documents.Options{
		Mode: c.PersistedDocuments.Mode, Manifests: c.PersistedDocuments.Manifests,
		Interval: c.PersistedDocuments.Interval, Log: s.log,
	}
	made.close = func() {}
	if c.APQ.Enabled {
		o.Automatic = &documents.AutomaticOptions{
			MemoryBytes: c.APQ.MemoryBytes, TTL: c.APQ.TTL, Prefix: c.APQ.Redis.Prefix + "apq:",
		}
		if o.Automatic.Shared, made.close, err = s.newRedis(c.APQ.Redis); err != nil {
			return made, err
		}
	}
	if made.value, err = documents.New(ctx, o); err != nil {
		made.close()
	}
	return made, err
}

func (s *server) newLimiter(c config.Config) (made part[*ratelimit.Limiter], err error) {
	if len(c.RateLimit.Rules) == 0 {
		return made, nil
	}
	o := ratelimit.Options{
		MaxKeys: c.RateLimit.MaxKeys, OnFailure: c.RateLimit.OnFailure,
		Prefix: c.RateLimit.Redis.Prefix + "rate:",
	}
	for _, r := range c.RateLimit.Rules {
		o.Rules = append(o.Rules, ratelimit.Rule{
			Name: r.Name, By: r.By, Operations: r.Operations, Fields: r.Fields,
			Limit: r.Limit, Burst: r.Burst, Period: r.Per,
		})
	}
	if o.Proxies, err = ratelimit.ParseProxies(c.RateLimit.TrustedProxies); err != nil {
		return made, err
	}
	if o.Shared, made.close, err = s.newRedis(c.RateLimit.Redis); err != nil {
		return made, err
	}
	if made.value, err = ratelimit.New(o); err != nil {
		made.close()
	}
	return made, err
}

// newRedis returns a client, or nil without a URL, and a function that closes it.
func (s *server) newRedis(r config.Redis) (*redisclient.Client, func(), error) {
	if r.URL == "" {
		return nil, func() {}, nil
	}
	client, err := redisclient.New(redisclient.Options{URL: r.URL, Timeout: r.Timeout, Log: s.log})
	if err != nil {
		return nil, nil, err
	}
	return client, client.Close, nil
}

// warm plans the trusted documents before a gateway is used.
func (l lasting) warm(ctx context.Context, next *gateway.Gateway) {
	if l.documents.value != nil {
		next.WarmTrusted(ctx, l.documents.value.Trusted())
	}
}
