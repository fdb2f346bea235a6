package main

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strings"
	"time"

	"github.com/trefoil-graph/trefoil/router/shared/env"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/post"
	"github.com/trefoil-graph/trefoil/subgraphs/user/social"
)

// choices are the settings that only this service has.
type choices struct {
	hasher    *account.Hasher
	now       func() time.Time
	trusted   []netip.Prefix // networks of routers
	providers account.Providers
	mails     post.Config
}

func choicesOf(
	config settings.Settings, getenv func(string) string, log *slog.Logger,
) (choices, error) {
	environment := env.NewReader(getenv)
	mails := mailing(config, environment.Get)
	trusted, err := trustedRouters(environment.Get)
	if err != nil {
		return choices{}, err
	}
	providers, err := social.FromEnv(environment.Get)
	if err = cmp.Or(environment.Err(), err); err != nil {
		return choices{}, err
	}
	return choices{
		hasher: account.NewHasher(account.DefaultCost()), now: time.Now, trusted: trusted,
		providers: social.New(providers, callbackOf(config), nil, log), mails: mails,
	}, nil
}

// mailing returns the configuration of the letters. They go to the server SMTP_URL or, without
// it, to files in the data folder. MAIL_FROM is the sender.
func mailing(config settings.Settings, getenv func(string) string) post.Config {
	return post.Config{
		URL:    getenv("SMTP_URL"),
		From:   cmp.Or(getenv("MAIL_FROM"), "Trefoil <shop@trefoil.local>"),
		Folder: filepath.Join(config.DataDir, "mail"),
	}
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
