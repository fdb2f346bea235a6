// Package redisclient calls a Redis or Valkey server that several routers share.
//
//	command ──Do──▶ server reachable? ──▶ Redis, within a time limit ──▶ result or error
//
// Input: a function that calls go-redis. Output: its error. A server that is slow or down delays
// requests only briefly: each call has a time limit, and for 1 s after a failure all calls fail
// immediately. The caller decides how to continue without the server.
package redisclient

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// pause is the time after a failure during which Do makes no call.
const pause = time.Second

// ErrPaused means that Do made no call, because an earlier call has just failed.
var ErrPaused = errors.New("redis: an earlier call failed less than a second ago")

// Options configure a client.
type Options struct {
	// URL has the scheme redis, rediss or unix, in the form that go-redis reads.
	URL string
	// Timeout limits each call, including the time to connect.
	Timeout time.Duration
	Log     *slog.Logger
}

// Client calls one server. It is safe for concurrent use.
type Client struct {
	redis   *redis.Client
	timeout time.Duration
	log     *slog.Logger
	// resumes is the time from which Do makes calls again, in nanoseconds since 1970.
	resumes atomic.Int64
	isDown  atomic.Bool
}

// CheckURL returns an error if New would refuse the URL.
func CheckURL(url string) error {
	_, err := redis.ParseURL(url)
	return err
}

// New returns a client that connects at its first call.
func New(o Options) (*Client, error) {
	parsed, err := redis.ParseURL(o.URL)
	if err != nil {
		return nil, fmt.Errorf("redisclient: %w", err)
	}
	parsed.DialTimeout, parsed.ReadTimeout, parsed.WriteTimeout = o.Timeout, o.Timeout, o.Timeout
	parsed.PoolTimeout = o.Timeout
	parsed.ContextTimeoutEnabled = true
	parsed.MaxRetries, parsed.DialerRetries = -1, 1
	parsed.MaintNotificationsConfig = &maintnotifications.Config{
		Mode: maintnotifications.ModeDisabled,
	}
	logging.Disable() // go-redis writes lines to stderr; Client logs outages itself
	return &Client{redis: redis.NewClient(parsed), timeout: o.Timeout, log: o.Log}, nil
}

// Close closes all connections.
func (c *Client) Close() { _ = c.redis.Close() }

// Do calls the server. It returns redis.Nil if the server has no value. If ctx ends during the
// call, for example because a client of the router leaves, that is no failure of the server.
func (c *Client) Do(ctx context.Context, call func(context.Context, *redis.Client) error) error {
	if time.Now().UnixNano() < c.resumes.Load() {
		return ErrPaused
	}
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	err := call(limited, c.redis)
	switch {
	case err == nil || errors.Is(err, redis.Nil):
		if c.isDown.CompareAndSwap(true, false) {
			c.log.Info("redis answers again")
		}
	case ctx.Err() == nil:
		c.resumes.Store(time.Now().Add(pause).UnixNano())
		if c.isDown.CompareAndSwap(false, true) {
			c.log.Warn("redis does not answer; continuing without it", "error", err)
		}
	}
	return err
}
