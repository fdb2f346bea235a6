package main

import (
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strings"
	"time"

	"github.com/trefoil-graph/trefoil/router/shared/env"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/mail"
	"github.com/trefoil-graph/trefoil/subgraphs/user/social"
)

// options are the settings that only this service has, and the SOCIAL_ variables of providers.
type options struct {
	// SMTPURL is the mail server. Without it, mails become files in the data folder.
	SMTPURL string `env:"SMTP_URL"`
	// MailFrom is the sender of mails.
	MailFrom string `env:"MAIL_FROM" envDefault:"Trefoil <shop@trefoil.local>"`
	// Trusted are the networks of routers and proxies, whose X-Forwarded-For is believed.
	Trusted string `env:"TRUSTED_ROUTERS" envDefault:"127.0.0.0/8, ::1/128"`
	// Providers are the ids of providers that users can log in with.
	Providers string `env:"SOCIAL_PROVIDERS"`
}

// choices are what the options say.
type choices struct {
	hasher    *account.Hasher
	now       func() time.Time
	trusted   []netip.Prefix // networks of routers
	providers account.Providers
	mails     mail.Config
}

func choicesOf(
	config settings.Settings, getenv func(string) string, log *slog.Logger,
) (choices, error) {
	var o options
	if err := env.Load(&o, "", getenv); err != nil {
		return choices{}, err
	}
	trusted, err := networks(o.Trusted)
	if err != nil {
		return choices{}, fmt.Errorf("TRUSTED_ROUTERS: %w; "+
			"write networks such as 10.0.0.0/8, separated by commas", err)
	}
	providers, err := social.FromEnv(o.Providers, getenv)
	if err != nil {
		return choices{}, err
	}
	return choices{
		hasher: account.NewHasher(account.DefaultCost()), now: time.Now, trusted: trusted,
		providers: social.New(providers, callbackOf(config), nil, log),
		mails: mail.Config{
			URL: o.SMTPURL, From: o.MailFrom, Folder: filepath.Join(config.DataDir, "mail"),
		},
	}, nil
}

// callbackOf returns the storefront page to which providers send browsers back.
func callbackOf(config settings.Settings) string {
	return strings.TrimRight(config.Public, "/") + "/login/callback"
}

func networks(listed string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for word := range strings.SplitSeq(listed, ",") {
		network, err := netip.ParsePrefix(strings.TrimSpace(word))
		if err != nil {
			return nil, err
		}
		all = append(all, network)
	}
	return all, nil
}
