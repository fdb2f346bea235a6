// Package admin serves the router's operators, on a listener of its own that clients cannot reach.
//
//	GET  /healthz   200 while the process runs
//	GET  /readyz    200 once there is a schema, and 503 before
//	GET  /config    the configuration in use as YAML, with all defaults and without secrets
//	GET  /state     the schema, the caches and the process, as JSON
//	POST /reload    reads the configuration and the schemas again; 409 if the old ones stay
//
// Input: a Router, which shows and reloads the running router. Output: a handler. The path
// /metrics is reserved for metrics.
//
// There are no passwords: whoever reaches the listener may use it, so it listens on 127.0.0.1. A
// page in a browser on the same machine cannot: a request with another host name than the
// listener's is refused (a page could give its own name the address 127.0.0.1), and so is a POST
// from another origin.
package admin

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
)

// Router shows and reloads the running router. Its methods are safe for concurrent use.
type Router interface {
	// IsReady reports whether there is a schema.
	IsReady() bool
	// PrintConfig returns the configuration in use as YAML, without secrets.
	PrintConfig() ([]byte, error)
	// State returns a value that is shown as JSON.
	State() any
	// Reload reads the configuration and the schemas again. The error says why the old ones stay.
	Reload(*http.Request) error
}

// NewHandler returns the handler of a listener on an address.
func NewHandler(router Router, address string, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		text(w, http.StatusOK, "ok")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !router.IsReady() {
			text(w, http.StatusServiceUnavailable, "no schema yet")
			return
		}
		text(w, http.StatusOK, "ok")
	})
	mux.HandleFunc("GET /config", func(w http.ResponseWriter, _ *http.Request) {
		shown, err := router.PrintConfig()
		if err != nil {
			log.Error("cannot print the configuration", "error", err)
			text(w, http.StatusInternalServerError, "the configuration cannot be printed; see the log")
			return
		}
		w.Header().Set("Content-Type", "application/yaml")
		_, _ = w.Write(shown)
	})
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		_ = encoder.Encode(router.State())
	})
	mux.HandleFunc("POST /reload", func(w http.ResponseWriter, r *http.Request) {
		if err := router.Reload(r); err != nil {
			text(w, http.StatusConflict, "the configuration stays as it is: "+err.Error())
			return
		}
		text(w, http.StatusOK, "reloaded")
	})
	return guard(address, new(http.CrossOriginProtection).Handler(mux))
}

func text(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, line)
}

// guard refuses requests whose Host is a name other than the listener's own or localhost.
func guard(address string, next http.Handler) http.Handler {
	own, _, err := net.SplitHostPort(address)
	if err != nil {
		own = address
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if host != own && host != "localhost" && net.ParseIP(host) == nil {
			text(w, http.StatusForbidden, "use the listener's address, or localhost")
			return
		}
		next.ServeHTTP(w, r)
	})
}
