package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/trefoil-graph/trefoil/router/shared/graphqlhttp"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
)

const bodyLimit = 1 << 20

// transport implements GraphQL over HTTP: POST with JSON, and GET for queries. A HEAD is a GET
// whose answer has no body. It replaces gqlgen's transports so that every refusal has a code and
// none repeats the body, which may hold a password.
type transport struct{}

// refusal is the answer to a request that is refused before GraphQL sees it.
type refusal struct {
	status  int
	message string
}

// Supports accepts every request, because Do refuses the wrong ones with a message.
func (transport) Supports(*http.Request) bool { return true }

// Do answers one request.
func (transport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	start := graphql.Now()
	media, ok := graphqlhttp.Negotiate(graphqlhttp.List(r.Header, "Accept"))
	if !ok && !acceptsEvents(r) {
		refuse(w, &refusal{http.StatusNotAcceptable, "The Accept header must allow " +
			graphqlhttp.Response + " or " + graphqlhttp.JSON + "."})
		return
	}
	params, refused := read(w, r)
	if refused != nil {
		refuse(w, refused)
		return
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	operation, errs := exec.CreateOperationContext(r.Context(), params)
	if errs != nil {
		status := graphqlhttp.Status(media, http.StatusBadRequest)
		ctx := graphql.WithOperationContext(r.Context(), operation)
		write(w, media, status, exec.DispatchError(ctx, errs))
		return
	}
	if r.Method != http.MethodPost && operation.Operation.Operation != ast.Query {
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, &refusal{http.StatusMethodNotAllowed,
			"GET is for queries only. Send other operations by POST."})
		return
	}
	limits := new(budget)
	operation.ResolverMiddleware = limits.resolve
	if operation.Operation.Operation == ast.Subscription {
		stream(w, r, exec, operation, limits)
		return
	}
	answer(w, r, media, exec, operation, limits)
}

// answer executes a query or a mutation within its limits. It writes nothing if the client has
// disconnected.
func answer(w http.ResponseWriter, r *http.Request, media string, exec graphql.GraphExecutor,
	operation *graphql.OperationContext, limits *budget,
) {
	ctx, cancel := context.WithTimeout(r.Context(), operationTimeout)
	defer cancel()
	defer limits.watch(ctx)()
	respond, operationCtx := exec.DispatchOperation(ctx, operation)
	response, exceeded := limits.check(ctx, respond(operationCtx))
	switch {
	case exceeded != nil:
		writeErrors(w, http.StatusOK, exceeded)
	case response != nil:
		write(w, media, http.StatusOK, response)
	}
}

func read(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *refusal) {
	switch r.Method {
	case http.MethodPost:
		return readBody(w, r)
	case http.MethodGet, http.MethodHead: // net/http sends no body for HEAD
		return withQuery(graphqlhttp.ReadURL(r.URL))
	}
	w.Header().Set("Allow", "GET, HEAD, POST")
	return nil, &refusal{http.StatusMethodNotAllowed, "Use POST, or GET for queries."}
}

func readBody(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *refusal) {
	if !graphqlhttp.IsJSON(r.Header.Get("Content-Type")) {
		return nil, &refusal{http.StatusUnsupportedMediaType,
			"The body must be " + graphqlhttp.JSON + " in UTF-8."}
	}
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, &refusal{http.StatusRequestEntityTooLarge,
			fmt.Sprintf("The body is larger than %d bytes.", bodyLimit)}
	case err != nil:
		return nil, &refusal{http.StatusBadRequest, "The body could not be read."}
	}
	return withQuery(graphqlhttp.ReadJSON(content))
}

func withQuery(params graphqlhttp.Params, err error) (*graphql.RawParams, *refusal) {
	switch {
	case err != nil:
		return nil, &refusal{http.StatusBadRequest, err.Error()}
	case strings.TrimSpace(params.Query) == "":
		return nil, &refusal{http.StatusBadRequest, "The request has no query."}
	}
	return &graphql.RawParams{
		Query: params.Query, OperationName: params.OperationName,
		Variables: params.Variables, Extensions: params.Extensions,
	}, nil
}

// body is a response as it is sent. It has no data if nothing was executed.
type body struct {
	Errors     gqlerror.List   `json:"errors,omitempty"`
	Data       json.RawMessage `json:"data,omitempty"`
	Extensions map[string]any  `json:"extensions,omitempty"`
}

// json returns the text of the response. It copies the data into the text itself: encoding/json
// would parse and copy it twice, which took as long as resolving it.
func (b body) json() ([]byte, error) {
	data := b.Data
	b.Data = nil
	text, err := json.Marshal(b)
	if err != nil || data == nil {
		return text, err
	}
	whole := make([]byte, 0, len(text)+len(data)+len(`,"data":`))
	whole = append(whole, text[:len(text)-1]...)
	if len(whole) > 1 {
		whole = append(whole, ',')
	}
	whole = append(append(whole, `"data":`...), data...)
	return append(whole, '}'), nil
}

func write(w http.ResponseWriter, media string, status int, response *graphql.Response) {
	send(w, status, media, body{response.Errors, response.Data, response.Extensions})
}

func refuse(w http.ResponseWriter, refused *refusal) {
	writeErrors(w, refused.status, apierror.New(apierror.BadUserInput, refused.message))
}

func writeErrors(w http.ResponseWriter, status int, err *apierror.Error) {
	send(w, status, graphqlhttp.JSON, body{Errors: gqlerror.List{shownError(err)}})
}

func shownError(err *apierror.Error) *gqlerror.Error {
	return &gqlerror.Error{Message: err.Message, Extensions: extensions(err.Code)}
}

func send(w http.ResponseWriter, status int, media string, answer body) {
	w.Header()["Content-Type"] = graphqlhttp.ContentType(media)
	text, err := answer.json()
	if err != nil {
		panic(err) // only invalid JSON in extensions, which we never write
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = w.Write(text) // an error means that the client has disconnected
}
