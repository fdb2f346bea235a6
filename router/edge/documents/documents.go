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
	// ModeLog accepts what ModePrefer accepts, and logs documents that are not in the list.
	ModeLog = "log"
	// ModePrefer accepts every text, and the ids of the list.
	ModePrefer = "prefer"
	// ModeRequire accepts only documents of the list, by id or by text.
	ModeRequire = "require"
	// ModeRequireID accepts only documents of the list, and only by id.
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
	// Interval is the time after which Watch reads the manifests again.
	Interval time.Duration
	// Automatic configures APQ; nil means that clients cannot store documents.
	Automatic *AutomaticOptions
	Log       *slog.Logger
}

// AutomaticOptions configure APQ.
type AutomaticOptions struct {
	// MemoryBytes bounds the memory of the documents: their texts, ids and entries in the cache.
	MemoryBytes int64
	// Shared is the server in which several routers keep documents; nil means none.
	Shared *redisclient.Client
	// Prefix begins each key in the shared server.
	Prefix string
	// TTL is the time after which the shared server deletes a document.
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

// New reads the manifests once and returns their documents.
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
	// Document is the document to execute; nil if the request's own text is to be executed and no id
	// names it.
	Document *Document
	// isNew is true if Keep must store the document after it has passed every rule.
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

// named returns the trusted document with the id of a request. RequestOf has removed the prefix
// sha256: from the request's id; the list may have the id with it or without it.
func (l *list) named(r Request) *Document {
	if r.ID == "" {
		return nil
	}
	if found := l.byID[r.ID]; found != nil || !r.IsHash {
		return found
	}
	return l.byID[hashPrefix+r.ID]
}

// listed finds a trusted document by its text, in the modes that accept no others. The list does
// not have the request's id.
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
		// Some clients send the hash and the text each time: comparing texts is cheaper than hashing.
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

// IsKept reports whether the document is stored, so that later requests for it get the same
// *Document.
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
