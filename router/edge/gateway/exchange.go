package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/trefoil-graph/trefoil/router/edge/authentication"
	"github.com/trefoil-graph/trefoil/router/edge/ratelimit"
	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/shared/graphqlhttp"
)

const requestIDHeader = "X-Request-Id"

// exchange is one HTTP request with its response, and the data for its log entry.
type exchange struct {
	http.ResponseWriter
	request *http.Request
	// isGraphQL is true if the path is one of GraphQL.
	isGraphQL bool
	// transport is known once the parameters are read.
	transport transport
	// batch are the parameters of each request of a batch.
	batch []graphqlhttp.Params
	// media is the response's media type.
	media string
	id    string
	// gateway has the options and the steps for responses.
	gateway *Gateway
	began   time.Time
	status  int
	// operation, errors and shared are for the log. shared is true if the answer was made for
	// another, equal request.
	operation string
	errors    int
	shared    bool
	// identity says who sends the request; it is empty if nothing is authenticated.
	identity authentication.Result
	// limiter counts the request's operations; nil if nothing counts them. address is where the
	// request comes from. isCharged is true once an operation is counted.
	limiter   *ratelimit.Limiter
	address   string
	isCharged bool
	// step is the name of the step that has ended the exchange.
	step string
}

func newExchange(w http.ResponseWriter, r *http.Request, g *Gateway) *exchange {
	id := requestID(r.Header.Get(requestIDHeader))
	w.Header()[requestIDHeader] = []string{id}
	return &exchange{
		ResponseWriter: w, request: r, media: graphqlhttp.JSON, id: id,
		gateway: g, began: time.Now(),
	}
}

// log returns a logger that adds the request's ID.
func (x *exchange) log() *slog.Logger {
	return x.gateway.options.Log.With("requestId", x.id)
}

// requestID returns the client's own ID if it is safe to log, so that a request can be traced
// through several systems, and otherwise a new one.
func requestID(given string) string {
	if given == "" || len(given) > 64 {
		return uuid.NewString()
	}
	for _, c := range given {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return uuid.NewString()
		}
	}
	return given
}

// WriteHeader records the status.
func (x *exchange) WriteHeader(status int) {
	if x.status == 0 {
		x.status = status
	}
	x.ResponseWriter.WriteHeader(status)
}

func (x *exchange) Write(p []byte) (int, error) {
	if x.status == 0 {
		x.status = http.StatusOK
	}
	return x.ResponseWriter.Write(p)
}

// Unwrap supports http.ResponseController.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

func (x *exchange) text(status int, text string) {
	x.Header().Set("Content-Type", "text/plain; charset=utf-8")
	x.WriteHeader(status)
	_, _ = io.WriteString(x, text+"\n")
}

// respond sends a GraphQL response after it has passed the steps for responses.
func (x *exchange) respond(status int, body []byte) {
	x.Header()["Content-Type"] = graphqlhttp.ContentType(x.media)
	if len(x.gateway.responseSteps) == 0 { // without steps, no reply is allocated
		x.write(status, body)
		return
	}
	r := &reply{status: status, body: body}
	for _, step := range x.gateway.responseSteps {
		step.pass(x, r)
	}
	x.write(r.status, r.body)
	if r.release != nil {
		r.release()
	}
}

func (x *exchange) write(status int, body []byte) {
	if status != http.StatusNotModified { // which has no body, not an empty one
		x.Header()["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	x.WriteHeader(status)
	defer joinWrites(x.request).end()
	_, _ = x.Write(body)
}

// send writes the response to the exchange's only call, unless there is an error instead.
func (x *exchange) send(a answered, shared bool) error {
	x.shared = shared
	if a.err != nil {
		return a.err
	}
	x.errors = a.errors
	x.addHeader(a.returned)
	x.respond(http.StatusOK, a.body)
	return nil
}

// addHeader adds headers of subgraphs to the response.
func (x *exchange) addHeader(returned http.Header) {
	header := x.Header()
	for name, values := range returned {
		switch {
		case name == "Vary": // the response varies with what the steps use, too
			values = slices.Concat(header[name], values)
		case name == "Cache-Control" && x.transport == overBatch: // it is that of one operation
			continue
		case name == "Set-Cookie" && x.transport == overBatch:
			values = slices.Concat(header[name], values)
		}
		header[name] = values
	}
}

// refuse sends the errors of a request that is not executed, each with the request's ID.
func (x *exchange) refuse(r *refusal.Refusal) {
	status := r.Status
	if r.WellFormed {
		status = graphqlhttp.Status(x.media, status)
	}
	maps.Copy(x.Header(), r.Header)
	x.errors = len(r.Errors)
	x.respond(status, x.encode(r))
}

// encode returns the errors of a refusal as a GraphQL response.
func (x *exchange) encode(r *refusal.Refusal) []byte {
	body, err := json.Marshal(map[string]any{"errors": r.ErrorsFor(x.id)})
	if err != nil {
		x.log().Error("cannot encode errors", "error", err)
	}
	return body
}

// end logs the exchange. It is deferred: it turns a panic into an error with the request's ID, and
// logs the cause.
func (x *exchange) end() {
	if cause := recover(); cause != nil {
		if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(cause)
		}
		x.logPanic(cause)
		if x.status == 0 {
			x.refuse(internal())
		}
	}
	if !x.isLogged() {
		return
	}
	x.log().Info("request",
		"method", x.request.Method, "path", x.request.URL.Path, "operation", x.operation,
		"status", x.status, "errors", x.errors, "shared", x.shared, "step", x.step,
		"duration", time.Since(x.began))
}

// logPanic logs the cause of a panic that has been recovered.
func (x *exchange) logPanic(cause any) {
	x.log().Error("panic", "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
}

// isLogged reports whether the exchange is logged: a GraphQL request that failed, or every one if
// so configured. A log line costs more than a small query.
func (x *exchange) isLogged() bool {
	failed := x.errors > 0 || x.status >= http.StatusBadRequest
	return x.isGraphQL && (x.gateway.options.AccessLog || failed)
}
