package web

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
)

// pageList is the file in which the build lists the addresses of the storefront's pages.
const pageList = "pages.json"

// pages are the addresses of the storefront's pages, each in its segments. One that begins with $
// stands for any segment.
type pages [][]string

func readPages(tree fs.FS) (pages, error) {
	text, err := fs.ReadFile(tree, pageList)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	var addresses []string
	if err := json.Unmarshal(text, &addresses); err != nil {
		return nil, fmt.Errorf("web: %s: %w", pageList, err)
	}
	list := make(pages, len(addresses))
	for i, address := range addresses {
		list[i] = segments(address)
	}
	return list, nil
}

func segments(address string) []string { return strings.Split(strings.Trim(address, "/"), "/") }

// has reports whether there is a page at an address. The storefront's own router ignores case and
// a slash at the end, too.
func (p pages) has(address string) bool {
	asked := segments(address)
	for _, page := range p {
		if matches(page, asked) {
			return true
		}
	}
	return false
}

func matches(page, asked []string) bool {
	if len(page) != len(asked) {
		return false
	}
	for i, segment := range page {
		isAny := strings.HasPrefix(segment, "$") && asked[i] != ""
		if !isAny && !strings.EqualFold(segment, asked[i]) {
			return false
		}
	}
	return true
}
