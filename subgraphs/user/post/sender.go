package post

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/wneessen/go-mail"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// Config says how letters are sent.
type Config struct {
	// URL is the mail server: smtp://user:password@host:587 or smtps://…:465. smtp:// requires
	// STARTTLS, except on loopback if the server does not offer it. If URL is empty, letters
	// become files.
	URL string
	// From is the sender's address.
	From string
	// Folder is where letters become files.
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

func dial(address string) (*mail.Client, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	options := []mail.Option{mail.WithTLSPortPolicy(mail.TLSMandatory)}
	switch {
	case u.Scheme == "smtps":
		options = []mail.Option{mail.WithSSLPort(false)}
	case u.Scheme != "smtp":
		return nil, fmt.Errorf("%q is neither smtp:// nor smtps://", u.Scheme)
	case u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1":
		options = []mail.Option{mail.WithTLSPortPolicy(mail.TLSOpportunistic)}
	}
	if u.Port() != "" {
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return nil, err
		}
		options = append(options, mail.WithPort(port))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover),
			mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	return mail.NewClient(u.Hostname(), options...)
}

func message(from string, l account.Letter) (*mail.Msg, error) {
	m := mail.NewMsg()
	if err := m.From(from); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := m.To(l.Recipient); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	m.Subject(l.Subject)
	// Each attempt has the same id, so that mailboxes can drop duplicates.
	m.SetMessageIDWithValue(l.ID + "@trefoil")
	m.SetDate()
	m.SetBodyString(mail.TypeTextPlain, l.Body)
	return m, nil
}

// server sends by SMTP.
type server struct {
	client *mail.Client
	from   string
}

func (s server) Send(ctx context.Context, l account.Letter) error {
	m, err := message(s.from, l)
	if err != nil {
		return err
	}
	return s.client.DialAndSendWithContext(ctx, m)
}

// files writes each letter to a file, for development.
type files struct{ folder, from string }

func (f files) Send(_ context.Context, l account.Letter) error {
	m, err := message(f.from, l)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.folder, 0o700); err != nil {
		return err
	}
	unfinished := filepath.Join(f.folder, "."+l.ID)
	if err := m.WriteToFile(unfinished); err != nil {
		return err
	}
	return os.Rename(unfinished, filepath.Join(f.folder, l.ID+".eml"))
}
