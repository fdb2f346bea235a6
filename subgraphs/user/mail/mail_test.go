package mail_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/mail"
)

func message() account.Mail {
	return account.Mail{ID: "let_1", Recipient: "ada@example.org", Subject: "Grüße", Body: "Hello Ada,\n\nhere it is.\n", ExpiresAt: time.Now().Add(time.Hour)}
}

func TestMailsBecomeFiles(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "mail")
	sender, err := mail.NewSender(mail.Config{From: "Trefoil <shop@example.org>", Folder: folder})
	require.NoError(t, err)
	require.NoError(t, sender.Send(t.Context(), message()))
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, files, 1)
	text, err := os.ReadFile(filepath.Join(folder, "let_1.eml"))
	require.NoError(t, err)
	require.Contains(t, string(text), "To: <ada@example.org>\r\n")
	require.Contains(t, string(text), "here it is.")
}

func TestServerURLMustBeValid(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"http://mail.example.org", "mail.example.org:25", "smtp://mail:x", "smtp://"} {
		_, err := mail.NewSender(mail.Config{URL: bad})
		require.ErrorContains(t, err, "SMTP_URL", bad)
	}
}

// mailServer is a real SMTP server that refuses the first mails.
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

func TestMailsReachTheServer(t *testing.T) {
	t.Parallel()
	server, url := startServer(t, 0)
	sender, err := mail.NewSender(mail.Config{URL: url, From: "Trefoil <shop@example.org>"})
	require.NoError(t, err)
	require.NoError(t, sender.Send(t.Context(), message()))
	arrived := <-server.arrived
	require.Contains(t, arrived, "ada@example.org\n")
	require.Contains(t, arrived, "Message-ID: <let_1@trefoil>")
}

func TestConcurrentMailsReachTheServer(t *testing.T) {
	t.Parallel()
	server, url := startServer(t, 0)
	sender, err := mail.NewSender(mail.Config{URL: url, From: "Trefoil <shop@example.org>"})
	require.NoError(t, err)
	var all sync.WaitGroup
	for i := range cap(server.arrived) {
		all.Go(func() {
			l := message()
			l.ID, l.Recipient = fmt.Sprintf("let_%d", i), fmt.Sprintf("ada%d@example.org", i)
			assert.NoError(t, sender.Send(t.Context(), l))
		})
	}
	all.Wait()
	for range cap(server.arrived) { // each arrives with its own text
		text := <-server.arrived
		recipient := regexp.MustCompile(`^ada(\d)@example.org\n`).FindStringSubmatch(text)
		require.NotNil(t, recipient, text)
		require.Contains(t, text, "Message-ID: <let_"+recipient[1]+"@trefoil>")
	}
}

// queue is a store of mails in memory.
type queue struct {
	mu      sync.Mutex
	due     map[string]time.Time
	mails   map[string]account.Mail
	dropped []string
	changed chan struct{}
	full    atomic.Bool  // no write succeeds
	keeps   atomic.Bool  // no mail can be deleted
	looked  atomic.Int64 // how often DueMails was called
}

var errDiskFull = errors.New("disk full")

func newQueue() *queue {
	return &queue{due: map[string]time.Time{}, mails: map[string]account.Mail{}, changed: make(chan struct{}, 1)}
}

func (q *queue) add(l account.Mail) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.mails[l.ID], q.due[l.ID] = l, time.Now()
}

func (q *queue) size() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.mails)
}

func (q *queue) Alone(ctx context.Context, fn func(context.Context) error) error { return fn(ctx) }

func (q *queue) DueMails(_ context.Context, now time.Time, most int) ([]account.Mail, error) {
	q.looked.Add(1)
	q.mu.Lock()
	defer q.mu.Unlock()
	var due []account.Mail
	for id, l := range q.mails {
		if !now.Before(q.due[id]) {
			due = append(due, l)
		}
	}
	slices.SortFunc(due, func(a, b account.Mail) int {
		return cmp.Or(cmp.Compare(min(a.Attempts, 1), min(b.Attempts, 1)), q.due[a.ID].Compare(q.due[b.ID]), cmp.Compare(a.ID, b.ID))
	})
	return due[:min(len(due), most)], nil
}

func (q *queue) forget(id string) {
	delete(q.mails, id)
	select {
	case q.changed <- struct{}{}:
	default:
	}
}

func (q *queue) DeleteMail(_ context.Context, id string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.full.Load() || q.keeps.Load() {
		return errDiskFull
	}
	q.forget(id)
	return nil
}

func (q *queue) ScheduleMail(_ context.Context, id string, attempts int, due time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.full.Load() {
		return errDiskFull
	}
	l := q.mails[id]
	l.Attempts = attempts
	q.mails[id], q.due[id] = l, due
	return nil
}

func (q *queue) DropMails(_ context.Context, now time.Time) (count int, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for id, l := range q.mails {
		if !now.Before(l.ExpiresAt) {
			q.forget(id)
			q.dropped = append(q.dropped, id)
			count++
		}
	}
	return count, nil
}

// work runs a relay on a queue until the returned function is called.
func work(t *testing.T, q *queue, sender mail.Sender) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- mail.Relay{Mails: q, Sender: sender, Log: slog.New(slog.DiscardHandler)}.Run(ctx) }()
	return func() {
		cancel()
		require.NoError(t, <-ended)
	}
}

func TestMailIsSentAgainUntilItArrives(t *testing.T) {
	t.Parallel()
	server, url := startServer(t, 1)
	sender, err := mail.NewSender(mail.Config{URL: url, From: "Trefoil <shop@example.org>"})
	require.NoError(t, err)
	waiting := newQueue()
	waiting.add(message())
	defer work(t, waiting, sender)()
	require.Contains(t, <-server.arrived, "here it is.")
	<-waiting.changed
	require.Zero(t, waiting.size())
}

// mailServers deliver at once, except to addresses named dead: their server never answers.
type mailServers struct {
	mu    sync.Mutex
	tried map[string][]time.Duration // by recipient: when, since the start
	began time.Time
	under int
	most  int // the most concurrent deliveries
}

func newMailServers() *mailServers {
	return &mailServers{tried: map[string][]time.Duration{}, began: time.Now()}
}

func (o *mailServers) Send(ctx context.Context, l account.Mail) error {
	o.mu.Lock()
	o.tried[l.Recipient] = append(o.tried[l.Recipient], time.Since(o.began))
	o.under++
	o.most = max(o.most, o.under)
	o.mu.Unlock()
	defer func() {
		o.mu.Lock()
		o.under--
		o.mu.Unlock()
	}()
	if !strings.HasPrefix(l.Recipient, "dead") {
		return nil
	}
	<-ctx.Done()
	return ctx.Err()
}

func (o *mailServers) tries(recipient string) []time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.tried[recipient])
}

func TestDeadAddressesDoNotDelayOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const dead = 300
		waiting, post := newQueue(), newMailServers()
		for i := range dead { // these were tried before
			name := fmt.Sprintf("dead%03d@example.org", i)
			waiting.add(account.Mail{ID: name, Recipient: name, Attempts: 3, ExpiresAt: time.Now().Add(24 * time.Hour)})
		}
		stop := work(t, waiting, post)
		time.Sleep(time.Minute) // in the bubble's time
		for i := range 20 {
			name := fmt.Sprintf("ada%d@example.org", i)
			waiting.add(account.Mail{ID: name, Recipient: name, ExpiresAt: time.Now().Add(15 * time.Minute)})
		}
		time.Sleep(5 * time.Second)
		require.Equal(t, dead, waiting.size(), "only the dead ones are left")
		time.Sleep(time.Hour)
		for i := range dead { // four at a time, half a minute each: all are tried within 38 minutes
			require.NotEmpty(t, post.tries(fmt.Sprintf("dead%03d@example.org", i)))
		}
		stop()
		require.LessOrEqual(t, post.most, 8)
	})
}

func TestMailsAreRetriedUntilTheyExpire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		waiting, post := newQueue(), newMailServers()
		waiting.add(account.Mail{ID: "let_1", Recipient: "dead@example.org", ExpiresAt: time.Now().Add(15 * time.Minute)})
		defer work(t, waiting, post)()
		time.Sleep(time.Hour)
		require.Zero(t, waiting.size())
		require.Equal(t, []string{"let_1"}, waiting.dropped)
		var pauses []time.Duration
		tries := post.tries("dead@example.org")
		for i := range tries[1:] { // each attempt itself takes half a minute
			pauses = append(pauses, (tries[i+1] - tries[i] - 30*time.Second).Truncate(5*time.Second))
		}
		require.Equal(t, []time.Duration{
			5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second, 80 * time.Second, 160 * time.Second, 300 * time.Second,
		}, pauses, "each pause is twice the previous one, up to five minutes")
	})
}

func TestStoppingDoesNotCountAsAFailedAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		waiting, post := newQueue(), newMailServers()
		waiting.add(account.Mail{ID: "let_1", Recipient: "dead@example.org", ExpiresAt: time.Now().Add(time.Hour)})
		stop := work(t, waiting, post)
		synctest.Wait()
		stop()
		require.Zero(t, waiting.mails["let_1"].Attempts)
	})
}
