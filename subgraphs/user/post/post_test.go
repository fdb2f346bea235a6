package post_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/post"
)

func letter() account.Letter {
	return account.Letter{ID: "let_1", Recipient: "ada@example.org", Subject: "Grüße", Body: "Hello Ada,\n\nhere it is.\n"}
}

func TestLettersBecomeFiles(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "mail")
	sender, err := post.NewSender(post.Config{From: "Trefoil <shop@example.org>", Folder: folder})
	require.NoError(t, err)
	require.NoError(t, sender.Send(t.Context(), letter()))
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, files, 1)
	text, err := os.ReadFile(filepath.Join(folder, "let_1.eml"))
	require.NoError(t, err)
	require.Contains(t, string(text), "To: <ada@example.org>\r\n")
	require.Contains(t, string(text), "here it is.")
}

func TestServerMustBeNamedRight(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"http://mail.example.org", "mail.example.org:25", "smtp://mail:x", "smtp://"} {
		_, err := post.NewSender(post.Config{URL: bad})
		require.ErrorContains(t, err, "SMTP_URL", bad)
	}
}

// mailServer is a real SMTP server that refuses the first letters.
type mailServer struct {
	mu      sync.Mutex
	refuse  int
	arrived chan string
}

func (s *mailServer) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &mailSession{server: s}, nil
}

type mailSession struct {
	server *mailServer
	to     string
}

func (s *mailSession) Mail(string, *smtp.MailOptions) error      { return nil }
func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }
func (s *mailSession) Reset()                                    {}
func (s *mailSession) Logout() error                             { return nil }
func (s *mailSession) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.server.refuse > 0 {
		s.server.refuse--
		return &smtp.SMTPError{Code: 451, Message: "later"}
	}
	s.server.arrived <- s.to + "\n" + string(text)
	return nil
}

func startServer(t *testing.T, refuse int) (*mailServer, string) {
	t.Helper()
	backend := &mailServer{refuse: refuse, arrived: make(chan string, 10)}
	server := smtp.NewServer(backend)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		<-ended
	})
	return backend, "smtp://" + listener.Addr().String()
}

func TestServerGetsLetters(t *testing.T) {
	t.Parallel()
	server, url := startServer(t, 0)
	sender, err := post.NewSender(post.Config{URL: url, From: "Trefoil <shop@example.org>"})
	require.NoError(t, err)
	require.NoError(t, sender.Send(t.Context(), letter()))
	arrived := <-server.arrived
	require.Contains(t, arrived, "ada@example.org\n")
	require.Contains(t, arrived, "Message-ID: <let_1@trefoil>")
}

// queue is the letters of a store that has one.
type queue struct {
	mu     sync.Mutex
	due    *account.Letter
	failed []time.Duration
	empty  chan struct{}
}

func (q *queue) Alone(ctx context.Context, fn func(context.Context) error) error { return fn(ctx) }

func (q *queue) DueLetter(context.Context, time.Time) (account.Letter, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.due == nil {
		return account.Letter{}, account.ErrNotFound
	}
	return *q.due, nil
}

func (q *queue) LetterSent(context.Context, string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.due = nil
	close(q.empty)
	return nil
}

func (q *queue) LetterFailed(_ context.Context, _ string, next time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.due.Attempts++
	q.failed = append(q.failed, time.Until(next).Round(5*time.Second))
	return nil
}

func TestLetterIsSentAgainUntilItArrives(t *testing.T) {
	t.Parallel()
	server, url := startServer(t, 2)
	sender, err := post.NewSender(post.Config{URL: url, From: "Trefoil <shop@example.org>"})
	require.NoError(t, err)
	due := letter()
	waiting := &queue{due: &due, empty: make(chan struct{})}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- post.Postman{Letters: waiting, Sender: sender, Log: slog.New(slog.DiscardHandler)}.Run(ctx)
	}()
	select {
	case <-waiting.empty:
	case err := <-ended:
		require.FailNow(t, "the postman went home", errors.Join(err))
	}
	stop()
	require.NoError(t, <-ended)
	require.Contains(t, <-server.arrived, "here it is.")
	require.Equal(t, []time.Duration{5 * time.Second, 10 * time.Second}, waiting.failed, "each pause is twice the last")
}
