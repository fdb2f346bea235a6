package mail

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	gomail "github.com/wneessen/go-mail"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// Config says how mails are sent.
type Config struct {
	// URL is the mail server: smtp://user:password@host:587 or smtps://…:465. smtp:// requires
	// STARTTLS, except on loopback if the server does not offer it. If URL is empty, mails
	// become files.
	URL string
	// From is the sender's address.
	From string
	// Folder is where mails become files.
	Folder string
}

// NewSender returns the sender for a configuration.
func NewSender(c Config) (Sender, error) {
	if c.URL == "" {
		return files{folder: c.Folder, from: c.From}, nil
	}
	client, err := dial(c.URL)
	if err != nil {
		return nil, fmt.Errorf("SMTP_URL: %w", err)
	}
	return server{client: client, from: c.From}, nil
}

func dial(address string) (*gomail.Client, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	options := []gomail.Option{gomail.WithTLSPortPolicy(gomail.TLSMandatory)}
	switch {
	case u.Scheme == "smtps":
		options = []gomail.Option{gomail.WithSSLPort(false)}
	case u.Scheme != "smtp":
		return nil, fmt.Errorf("%q is neither smtp:// nor smtps://", u.Scheme)
	case u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1":
		options = []gomail.Option{gomail.WithTLSPortPolicy(gomail.TLSOpportunistic)}
	}
	if u.Port() != "" {
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return nil, err
		}
		options = append(options, gomail.WithPort(port))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return gomail.NewClient(u.Hostname(), options...)
}

func message(from string, mail account.Mail) (*gomail.Msg, error) {
	m := gomail.NewMsg()
	if err := m.From(from); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := m.To(mail.Recipient); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	m.Subject(mail.Subject)
	// Each attempt has the same id, so that mailboxes can drop duplicates.
	m.SetMessageIDWithValue(mail.ID + "@trefoil")
	m.SetDate()
	m.SetBodyString(gomail.TypeTextPlain, mail.Body)
	return m, nil
}

// server sends by SMTP.
type server struct {
	client *gomail.Client
	from   string
}

func (s server) Send(ctx context.Context, mail account.Mail) error {
	m, err := message(s.from, mail)
	if err != nil {
		return err
	}
	return s.client.DialAndSendWithContext(ctx, m)
}

// files writes each mail to a file, for development.
type files struct{ folder, from string }

func (f files) Send(_ context.Context, mail account.Mail) error {
	m, err := message(f.from, mail)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.folder, 0o700); err != nil {
		return err
	}
	unfinished := filepath.Join(f.folder, "."+mail.ID)
	if err := m.WriteToFile(unfinished); err != nil {
		return err
	}
	return os.Rename(unfinished, filepath.Join(f.folder, mail.ID+".eml"))
}
