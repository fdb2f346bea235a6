package documents

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/lexer"
)

// list is a set of trusted documents. It never changes.
type list struct {
	all      []*Document
	byID     map[string]*Document
	byText   map[string]*Document
	byTokens map[string]*Document
}

// newList returns the documents of several manifests as one list. One text may have several ids.
func newList(manifests ...[]*Document) (*list, error) {
	l := &list{
		byID: map[string]*Document{}, byText: map[string]*Document{}, byTokens: map[string]*Document{},
	}
	for _, documents := range manifests {
		for _, d := range documents {
			if known := l.byID[d.ID]; known != nil {
				if known.Text != d.Text {
					return nil, fmt.Errorf("two documents have the id %q; an id must name one text", d.ID)
				}
				continue
			}
			l.all = append(l.all, d)
			l.byID[d.ID] = d
			if l.byText[d.Text] == nil {
				l.byText[d.Text] = d
			}
			if key := tokens(d.Text); l.byTokens[key] == nil {
				l.byTokens[key] = d
			}
		}
	}
	return l, nil
}

// withText returns the document with a text. White space, commas and comments may differ, because
// clients print documents in different ways.
func (l *list) withText(text string) *Document {
	if found := l.byText[text]; found != nil {
		return found
	}
	if len(l.all) == 0 {
		return nil
	}
	return l.byTokens[tokens(text)]
}

// has reports whether a text is that of the document.
func (d *Document) has(text string) bool {
	return d.Text == text || tokens(d.Text) == tokens(text)
}

// tokens returns a key that is equal for two texts if, and only if, they have the same tokens. A
// token is written with its kind and length. The key of a text with a wrong token is the text
// itself.
func tokens(text string) string {
	var b strings.Builder
	l := lexer.New(&ast.Source{Input: text})
	for {
		token, err := l.ReadToken()
		switch {
		case err != nil:
			return "text:" + text
		case token.Kind == lexer.EOF:
			return b.String()
		case token.Kind == lexer.Comment:
			continue
		}
		b.WriteString(strconv.Itoa(int(token.Kind)))
		b.WriteByte(':')
		b.WriteString(strconv.Itoa(len(token.Value)))
		b.WriteByte(':')
		b.WriteString(token.Value)
	}
}
