package serve

import (
	"net/http"

	"github.com/trefoil-graph/trefoil/router/shared/browser"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
)

// guarded refuses requests that a page of another origin may have sent, before any handler reads
// their cookies.
func guarded(next http.Handler) http.Handler {
	guard := new(browser.Guard)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		browser.Protect(w.Header())
		if err := guard.Check(r); err != nil {
			writeErrors(w, http.StatusForbidden, apierror.New(browser.CodeRefused, err.Error()))
			return
		}
		next.ServeHTTP(w, r)
	})
}
