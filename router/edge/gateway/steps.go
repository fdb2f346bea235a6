package gateway

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/edge/authentication"
	"github.com/trefoil-graph/trefoil/router/edge/compression"
	"github.com/trefoil-graph/trefoil/router/edge/cors"
	"github.com/trefoil-graph/trefoil/router/edge/documents"
	"github.com/trefoil-graph/trefoil/router/edge/ratelimit"
	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/shared/browser"
	"github.com/trefoil-graph/trefoil/router/shared/graphqlhttp"
)

// httpStep is a rule for HTTP requests. An exchange passes each of them once, before its
// parameters are read.
type httpStep interface {
	// name is the step's name in the log and in the table of rules (rules_test.go).
	name() string
	// pass returns nil if the exchange continues with the next step. Otherwise it returns a
	// *refusal.Refusal, an internal error, or errAnswered if the step has written the response.
	pass(x *exchange) error
}

// operationStep is a rule for GraphQL requests. Each call of an exchange passes each step. A step
// must not assume that an exchange has only one call.
type operationStep interface {
	name() string
	// pass is like httpStep.pass. A step may set or replace the document and the prepared operation
	// of the call.
	pass(x *exchange, c *call) error
}

// responseStep changes GraphQL responses, including those of refusals, before they are written.
type responseStep interface {
	name() string
	pass(x *exchange, r *reply)
}

// reply is a response that has not been written.
type reply struct {
	status int
	body   []byte
	// release is called after the response is written. It may be nil.
	release func()
}

// errAnswered ends an exchange whose response a step has written.
var errAnswered = errors.New("the response is written")

// httpSteps returns the steps for HTTP requests in their order. A step that is not configured is
// not in the list.
func httpSteps(o Options) []httpStep {
	var list []httpStep
	if o.CORS != nil { // first, so that pages of other origins can read refusals
		list = append(list, corsStep{o.CORS})
	}
	list = append(list, mediaStep{})
	if o.Guard != nil {
		list = append(list, csrfStep{o.Guard, o.CORS})
	}
	// The steps above refuse what a page of another origin may have sent. The limits do not count
	// it, so that such a page cannot use up a quota. They count all other requests.
	if o.RateLimit != nil {
		list = append(list, callerStep{o.RateLimit})
	}
	if o.Decoder != nil {
		list = append(list, decompressStep{o.Decoder, o.BodyBytes, newSlots()})
	}
	if o.Authenticator != nil {
		list = append(list, authenticateStep{o.Authenticator})
	}
	return list
}

// operationSteps returns the steps for the operations of an engine in their order. A step that is
// not configured is not in the list.
func operationSteps(o Options) []operationStep {
	var list []operationStep
	if o.RateLimit != nil {
		list = append(list, rateLimitStep{})
	}
	if o.Documents != nil {
		list = append(list, persistedDocumentStep{o.Documents})
	}
	list = append(list, documentStep{}, planStep{}, methodStep{})
	if o.RateLimit != nil && o.RateLimit.CountsOperations() {
		list = append(list, operationLimitStep{o.RateLimit})
	}
	list = append(list, authorizeStep{})
	if o.QueryPlan {
		list = append(list, queryPlanStep{})
	}
	if o.Documents != nil { // last, so that a document that a rule refuses is not kept
		list = append(list, keepDocumentStep{o.Documents})
	}
	return list
}

// responseSteps returns the steps for responses in their order. A step that is not configured is
// not in the list.
func responseSteps(o Options) []responseStep {
	var list []responseStep
	if o.ETag { // before compression, so that all codings have the same tag
		list = append(list, etagStep{})
	}
	if o.Encoder != nil {
		list = append(list, compressStep{o.Encoder})
	}
	return list
}

// corsStep sets the CORS headers, and answers preflights.
type corsStep struct{ policy *cors.Policy }

func (corsStep) name() string { return "cors" }

func (s corsStep) pass(x *exchange) error {
	if s.policy.Apply(x, x.request) {
		return errAnswered
	}
	return nil
}

// mediaStep chooses the media type of the response. Later refusals have it, too.
type mediaStep struct{}

func (mediaStep) name() string { return "media" }

func (mediaStep) pass(x *exchange) error {
	media, ok := graphqlhttp.Negotiate(graphqlhttp.List(x.request.Header, "Accept"))
	if !ok {
		return refusal.New(http.StatusNotAcceptable, codeUnacceptable,
			"The Accept header must allow %s or %s.", graphqlhttp.Response, graphqlhttp.JSON)
	}
	x.media = media
	return nil
}

// csrfStep refuses requests that a page of another origin may have sent, unless CORS allows the
// page.
type csrfStep struct {
	guard   *browser.Guard
	trusted *cors.Policy
}

func (csrfStep) name() string { return "csrf" }

func (s csrfStep) pass(x *exchange) error {
	err := s.guard.Check(x.request)
	if err != nil && !s.trusted.Allows(x.request.Header.Get("Origin")) {
		return refusal.New(http.StatusForbidden, browser.CodeRefused, "%s", err)
	}
	return nil
}

// decompressStep decompresses the body. It first reads the compressed body completely: a few bytes
// can require a window of 16 MiB, which must not be held while the rest of a body arrives slowly.
// So it needs only as many windows as there are processors.
type decompressStep struct {
	decoder  *compression.Decoder
	maxBytes int64
	slots    slots
}

func (decompressStep) name() string { return "decompress" }

func (s decompressStep) pass(x *exchange) error {
	coding := graphqlhttp.List(x.request.Header, "Content-Encoding")
	if coding == "" {
		return nil
	}
	compressed, err := x.gateway.bodies.read(x.ResponseWriter, x.request, s.maxBytes)
	if err != nil {
		return unreadableBody(err)
	}
	defer x.gateway.bodies.release(compressed)
	if err := s.slots.take(x.request.Context()); err != nil {
		return err
	}
	defer s.slots.give()
	body, err := s.decoder.Open(coding, io.NopCloser(bytes.NewReader(*compressed)))
	if err != nil {
		return refusal.New(http.StatusUnsupportedMediaType, codeBadRequest,
			"The Content-Encoding must be one of %s.", s.decoder.Supported()).
			With("Accept-Encoding", s.decoder.Supported())
	}
	defer body.Close()
	plain, err := io.ReadAll(http.MaxBytesReader(x.ResponseWriter, body, s.maxBytes))
	if err != nil {
		return unreadableBody(err)
	}
	x.request = x.request.WithContext(x.request.Context()) // do not change the server's request
	x.request.Body = io.NopCloser(bytes.NewReader(plain))
	x.request.ContentLength = int64(len(plain))
	return nil
}

// authenticateStep identifies the client.
type authenticateStep struct{ authenticator *authentication.Authenticator }

func (authenticateStep) name() string { return "authenticate" }

func (s authenticateStep) pass(x *exchange) (err error) {
	s.authenticator.Strip(x.request.Header)
	x.identity, err = s.authenticator.Authenticate(x.request)
	return err
}

// documentStep refuses a request without a document.
type documentStep struct{}

func (documentStep) name() string { return "document" }

func (documentStep) pass(_ *exchange, c *call) error { return c.params.check() }

// planStep finds the prepared operation of a document. A document is parsed, validated and planned
// once while it is cached.
type planStep struct{}

func (planStep) name() string { return "operation" }

func (planStep) pass(x *exchange, c *call) error {
	find := c.engine.find
	if c.document.IsKept() {
		find = c.engine.findDocument(c.document.Document)
	}
	found, err := find(x.request.Context(), c.params)
	if err != nil {
		return refusalOf(err)
	}
	c.prepared = found
	x.operation = found.operation.Name
	return nil
}

// methodStep refuses operations other than queries by GET.
type methodStep struct{}

func (methodStep) name() string { return "method" }

func (methodStep) pass(x *exchange, c *call) error {
	if x.transport == overGET && c.prepared.operation.Kind != ast.Query {
		return refuseMethod("POST", "GET executes queries only. Send this operation by POST.")
	}
	return nil
}

// queryPlanStep adds the plan to the response if the client requests it.
type queryPlanStep struct{}

func (queryPlanStep) name() string { return "queryPlan" }

func (queryPlanStep) pass(x *exchange, c *call) error {
	if !c.engine.options.HidesPlan {
		c.trace, _ = strconv.ParseBool(x.request.Header.Get(queryPlanHeader))
	}
	return nil
}

// etagStep adds an ETag to responses to GET without errors. It answers 304 if the client already
// has the response.
type etagStep struct{}

func (etagStep) name() string { return "etag" }

func (etagStep) pass(x *exchange, r *reply) {
	if x.transport != overGET {
		return
	}
	header := x.Header()
	header.Add("Vary", "Accept")
	if r.status != http.StatusOK || x.errors > 0 {
		return
	}
	hash := sha256.New()
	_, _ = io.WriteString(hash, x.media)
	_, _ = hash.Write(r.body)
	tag := `"` + base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:16]) + `"`
	header["Etag"] = []string{"W/" + tag} // weak: compression changes the bytes
	for given := range strings.SplitSeq(graphqlhttp.List(x.request.Header, "If-None-Match"), ",") {
		given = strings.TrimSpace(given)
		if given == "*" || strings.TrimPrefix(given, "W/") == tag {
			r.status, r.body = http.StatusNotModified, nil
			header.Del("Content-Type")
			return
		}
	}
}

// compressStep compresses responses to clients that accept it.
type compressStep struct{ encoder *compression.Encoder }

func (compressStep) name() string { return "compress" }

func (s compressStep) pass(x *exchange, r *reply) {
	header := x.Header()
	header.Add("Vary", "Accept-Encoding")
	coding := s.encoder.Choose(graphqlhttp.List(x.request.Header, "Accept-Encoding"), len(r.body))
	if coding == "" {
		return
	}
	if buffer := s.encoder.Encode(coding, r.body); buffer != nil {
		header.Set("Content-Encoding", coding)
		r.body, r.release = buffer.Bytes(), func() { s.encoder.Release(buffer) }
	}
}

// callerStep makes the limits count the request, and finds out from which address it comes.
type callerStep struct{ limiter *ratelimit.Limiter }

func (callerStep) name() string { return "caller" }

func (s callerStep) pass(x *exchange) error {
	x.limiter, x.address = s.limiter, s.limiter.Address(x.request)
	return nil
}

// caller returns the client as the limits count it: by its address, and by its identity once the
// request is authenticated.
func (x *exchange) caller() ratelimit.Caller {
	c := ratelimit.Caller{Address: x.address}
	identity := x.identity.Identity
	switch {
	case identity == nil:
	case identity.Scheme() == authentication.SchemeAPIKey:
		c.APIKey = identity.Subject()
	default:
		c.Subject = identity.Subject()
		c.Issuer = string(identity.Scheme()) + " " + identity.Issuer()
	}
	return c
}

// rateLimitStep refuses the operations of a caller that sends too many, before they are parsed.
type rateLimitStep struct{}

func (rateLimitStep) name() string { return "rateLimit" }

func (rateLimitStep) pass(x *exchange, _ *call) error { return x.charge() }

// charge counts one operation of the caller.
func (x *exchange) charge() error {
	x.isCharged = true
	quotas, err := x.limiter.Caller(x.request.Context(), x.caller(), 1)
	quotas.Set(x.Header())
	return err
}

// chargeRefused counts a request that was refused before it had an operation as one operation.
// Otherwise a client could guess API keys, ask for the contracts of others and send malformed
// bodies as often as it likes. It returns the refusal that the client gets.
func (x *exchange) chargeRefused(err error) error {
	if err == nil || x.limiter == nil || x.isCharged {
		return err
	}
	var refused *refusal.Refusal // allocated, so after the return above
	if !errors.As(err, &refused) {
		return err
	}
	if limited := x.charge(); limited != nil {
		x.step = rateLimitStep{}.name()
		return limited
	}
	return err
}

// operationLimitStep refuses operations and root fields that a caller uses too often.
type operationLimitStep struct{ limiter *ratelimit.Limiter }

func (operationLimitStep) name() string { return "operationLimit" }

func (s operationLimitStep) pass(x *exchange, c *call) error {
	quotas, err := s.limiter.Operation(x.request.Context(), x.caller(), c.prepared.operation)
	quotas.Set(x.Header())
	return err
}

// persistedDocumentStep finds the document of an id, and refuses documents that are not trusted if
// the mode requires trusted ones.
type persistedDocumentStep struct{ documents *documents.Documents }

func (persistedDocumentStep) name() string { return "persistedDocuments" }

func (s persistedDocumentStep) pass(x *exchange, c *call) error {
	hasID := c.params.hasID()
	if !hasID && !s.documents.ChecksTexts() {
		return nil
	}
	if err := c.params.read(); err != nil {
		return err
	}
	if !hasID && c.params.Query == "" {
		return nil // documentStep refuses it
	}
	request, err := documents.RequestOf(
		c.params.DocumentID, c.params.Extensions, c.params.Query)
	if err != nil {
		return err
	}
	c.document, err = s.documents.Find(x.request.Context(), request)
	if found := c.document.Document; found != nil {
		c.params.Query = found.Text
	}
	return err
}

// keepDocumentStep stores a document that a client has sent with its hash. It is the last step, so
// the document has passed every rule.
type keepDocumentStep struct{ documents *documents.Documents }

func (keepDocumentStep) name() string { return "keepDocument" }

func (s keepDocumentStep) pass(x *exchange, c *call) error {
	s.documents.Keep(x.request.Context(), c.document)
	return nil
}
