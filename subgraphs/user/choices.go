package main

import (
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/social"
)

// choices are the settings that only this service has.
type choices struct {
	hasher    *account.Hasher
	now       func() time.Time
	trusted   []netip.Prefix // networks of routers
	providers account.Providers
}

func choicesOf(
	config settings.Settings, getenv func(string) string, log *slog.Logger,
) (choices, error) {
	trusted, err := trustedRouters(getenv)
	if err != nil {
		return choices{}, err
	}
	providers, err := social.FromEnv(getenv)
	if err != nil {
		return choices{}, err
	}
	return choices{
		hasher: account.NewHasher(account.DefaultCost()), now: time.Now, trusted: trusted,
		providers: social.New(providers, callbackOf(config), nil, log),
	}, nil
}

// callbackOf returns the storefront page to which providers send browsers back.
func callbackOf(config settings.Settings) string {
	return strings.TrimRight(config.Public, "/") + "/login/callback"
}

// trustedRouters reads TRUSTED_ROUTERS, such as "10.0.0.0/8, 192.0.2.7/32": the networks of
// routers and proxies, whose X-Forwarded-For is believed. The default is loopback.
func trustedRouters(getenv func(string) string) ([]netip.Prefix, error) {
	listed := getenv("TRUSTED_ROUTERS")
	if listed == "" {
		listed = "127.0.0.0/8, ::1/128"
	}
	var trusted []netip.Prefix
	for word := range strings.SplitSeq(listed, ",") {
		network, err := netip.ParsePrefix(strings.TrimSpace(word))
		if err != nil {
			return nil, fmt.Errorf("TRUSTED_ROUTERS: %w", err)
		}
		trusted = append(trusted, network)
	}
	return trusted, nil
}
