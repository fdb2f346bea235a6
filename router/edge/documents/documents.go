package documents

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/trefoil-graph/trefoil/router/edge/redisclient"
)

// Modes of the trusted list.
const (
	// ModeOff reads no manifests.
	ModeOff = "off"
	// ModeLog accepts all documents, and logs those that are not in the list.
	ModeLog = "log"
	// ModePrefer accepts all documents, and also the ids of the list.
	ModePrefer = "prefer"
	// ModeRequire accepts the documents of the list only, by id or by text.
	ModeRequire = "require"
	// ModeRequireID accepts the documents of the list only, by id only.
	ModeRequireID = "requireId"
)

// Modes returns all modes.
func Modes() []string {
	return []string{ModeOff, ModeLog, ModePrefer, ModeRequire, ModeRequireID}
}

// Document is a document with its id. It never changes.
type Document struct{ ID, Text string }

// Options configure where documents come from.
type Options struct {
	// Mode says which documents are accepted; empty means ModeOff.
	Mode string
	// Manifests are the paths and URLs of the trusted documents.
	Manifests []string
	// Interval is the time between two looks at the manifests.
	Interval time.Duration
	// Automatic configures APQ; nil means that clients cannot store documents.
	Automatic *AutomaticOptions
	Log       *slog.Logger
}

// AutomaticOptions configure APQ.
type AutomaticOptions struct {
	// MemoryBytes bounds the documents in memory, with all that belongs to them.
	MemoryBytes int64
	// Shared is the server in which several routers keep documents; nil means none.
	Shared *redisclient.Client
	// Prefix stands before all keys in the shared server.
	Prefix string
	// TTL is how long the shared server keeps a document after it was stored.
	TTL time.Duration
}

// Documents finds documents by id. It is safe for concurrent use.
type Documents struct {
	options   Options
	trusted   atomic.Pointer[list]
	automatic *automatic // nil without APQ
	unknown   unknownLog
	watch     watch
}

// New returns the documents of the manifests, and reads these once.
func New(ctx context.Context, o Options) (*Documents, error) {
	d := &Documents{options: o, unknown: unknownLog{log: o.Log}}
	d.trusted.Store(new(list))
	if a := o.Automatic; a != nil {
		kept, err := newMemory(a.MemoryBytes)
		if err != nil {
			return nil, fmt.Errorf("documents: %w", err)
		}
		d.automatic = &automatic{memory: kept, shared: a.Shared, prefix: a.Prefix, ttl: a.TTL}
	}
	if o.Mode == ModeOff || o.Mode == "" {
		return d, nil
	}
	d.watch = newWatch(o.Manifests)
	next, err := d.watch.read(ctx)
	if err != nil {
		return nil, fmt.Errorf("documents: %w", err)
	}
	d.trusted.Store(next)
	return d, nil
}

// Trusted returns the documents of the trusted list.
func (d *Documents) Trusted() []*Document { return d.trusted.Load().all }

// ChecksTexts reports whether Find must be called for a request without an id.
func (d *Documents) ChecksTexts() bool {
	return d.options.Mode == ModeLog || d.isStrict()
}

// isStrict reports whether only trusted documents are accepted.
func (d *Documents) isStrict() bool {
	return d.options.Mode == ModeRequire || d.options.Mode == ModeRequireID
}

// Found is the result of Find.
type Found struct {
	// Document is the document to execute; nil if it is the text of the request, which no id names.
	Document *Document
	// isNew is true if the document is to be kept once it has passed every rule.
	isNew bool
}

// Find returns the document of a request. An error is a *refusal.Refusal.
func (d *Documents) Find(ctx context.Context, r Request) (Found, error) {
	trusted := d.trusted.Load()
	if found := trusted.named(r); found != nil {
		if r.Text != "" && !found.has(r.Text) {
			return Found{}, mismatch()
		}
		return Found{Document: found}, nil
	}
	if d.isStrict() {
		return d.listed(trusted, r)
	}
	if r.ID != "" && (r.Text == "" || r.IsHash) {
		return d.unlisted(ctx, r)
	}
	d.report(trusted, r.Text)
	return Found{}, nil
}

// named returns the trusted document with the id of a request. An id of the list may have the
// prefix of a hash, too.
func (l *list) named(r Request) *Document {
	if r.ID == "" {
		return nil
	}
	if found := l.byID[r.ID]; found != nil || !r.IsHash {
		return found
	}
	return l.byID[hashPrefix+r.ID]
}

// listed finds a document where only trusted ones are accepted, by its text.
func (d *Documents) listed(trusted *list, r Request) (Found, error) {
	switch {
	case d.options.Mode == ModeRequireID && r.ID == "":
		return Found{}, idRequired()
	case d.options.Mode == ModeRequireID:
		return Found{}, notInList()
	case r.Text == "":
		return Found{}, notFound(r)
	}
	if found := trusted.withText(r.Text); found != nil {
		return Found{Document: found}, nil
	}
	return Found{}, notInList()
}

// unlisted finds a document by an id that is not in the trusted list.
func (d *Documents) unlisted(ctx context.Context, r Request) (Found, error) {
	if d.automatic != nil && r.IsHash && r.Text == "" {
		if found := d.automatic.find(ctx, r.ID); found != nil {
			d.report(d.trusted.Load(), found.Text)
			return Found{Document: found}, nil
		}
	}
	if r.Text == "" {
		return Found{}, notFound(r)
	}
	if d.automatic != nil {
		// A client that always sends both does not cost a hash each time.
		if known := d.automatic.memory.get(r.ID); known != nil && known.Text == r.Text {
			d.report(d.trusted.Load(), r.Text)
			return Found{Document: known}, nil
		}
	}
	if hash(r.Text) != r.ID {
		return Found{}, mismatch()
	}
	d.report(d.trusted.Load(), r.Text)
	if d.automatic == nil {
		return Found{}, nil
	}
	return Found{Document: &Document{ID: r.ID, Text: r.Text}, isNew: true}, nil
}

// IsKept reports whether the document is kept under its id, so that its next requests have the
// same address.
func (f Found) IsKept() bool { return f.Document != nil && !f.isNew }

// Keep stores a new document. Call it only after the document has passed every rule.
func (d *Documents) Keep(ctx context.Context, f Found) {
	if f.isNew {
		d.automatic.keep(ctx, f.Document)
	}
}

// report logs a document that is not in the list, if the mode asks for it.
func (d *Documents) report(trusted *list, text string) {
	if d.options.Mode == ModeLog && trusted.withText(text) == nil {
		d.unknown.add(text)
	}
}
