package denylist

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// maxPage is the size of the largest page of entries.
const maxPage = 8 << 20

// HTTP names an endpoint that returns entries.
//
// A GET returns {"entries": [{…}], "cursor": "…"}. The next request has the query parameter after
// with that cursor, and the endpoint returns only the entries that came later. Without a cursor,
// each answer has to hold all entries.
type HTTP struct {
	URL string
	// Authorization is sent as the header with that name; empty means none.
	Authorization string
	// Every is the time between two requests.
	Every time.Duration
	// Timeout is how long one request may take.
	Timeout time.Duration
}

// FollowHTTP adds the entries of an endpoint until ctx ends.
func (l *List) FollowHTTP(ctx context.Context, from HTTP) {
	client := &http.Client{Timeout: from.Timeout}
	cursor, failing := "", false
	for ctx.Err() == nil {
		next, more, err := l.readPage(ctx, client, from, cursor)
		if err != nil && !failing && ctx.Err() == nil { // logged once, not every time
			l.options.Log.Warn("cannot read the deny list; will retry", "error", err)
		}
		failing = err != nil
		if err == nil {
			cursor = next
			if more {
				continue
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(from.Every):
		}
	}
}

// readPage reads the entries after the cursor. It reports whether there may be more: the page had
// entries, and the cursor moved. If it fails, the same page is read again.
func (l *List) readPage(ctx context.Context, client *http.Client, from HTTP, cursor string) (
	next string, more bool, err error,
) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, pageURL(from.URL, cursor), nil)
	if err != nil {
		return cursor, false, err
	}
	if from.Authorization != "" {
		request.Header.Set("Authorization", from.Authorization)
	}
	answer, err := client.Do(request)
	if err != nil {
		return cursor, false, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return cursor, false, fmt.Errorf("%s: status %d", from.URL, answer.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxPage+1))
	if err != nil {
		return cursor, false, err
	}
	if len(text) > maxPage {
		return cursor, false, fmt.Errorf("%s: the answer has more than %d bytes", from.URL, maxPage)
	}
	var page struct {
		Entries []json.RawMessage `json:"entries"`
		Cursor  string            `json:"cursor"`
	}
	if err := json.Unmarshal(text, &page); err != nil {
		return cursor, false, fmt.Errorf("%s: not a page of entries: %w", from.URL, err)
	}
	for _, raw := range page.Entries {
		if err := l.read(raw); err != nil {
			l.options.Log.Warn("an entry of the deny list is ignored", "error", err)
		}
	}
	if page.Cursor == "" {
		return "", false, nil
	}
	return page.Cursor, len(page.Entries) > 0 && page.Cursor != cursor, nil
}

func pageURL(base, cursor string) string {
	u, err := url.Parse(base)
	if err != nil || cursor == "" {
		return base
	}
	query := u.Query()
	query.Set("after", cursor)
	u.RawQuery = query.Encode()
	return u.String()
}
