package gateway

import (
	"errors"
	"net/http"

	"github.com/trefoil-graph/trefoil/router/edge/documents"
	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/shared/graphqlhttp"
	"github.com/trefoil-graph/trefoil/router/shared/strictjson"
)

// params are the parameters of a GraphQL request (GraphQL over HTTP, section 5.1).
type params struct {
	graphqlhttp.Params

	// raw is the query between the quotes of the JSON body, until it is decoded into Query. It need
	// not be decoded if the engine has seen it before.
	raw  []byte
	body *[]byte
}

// transport is a way in which GraphQL requests arrive. The table in rules_test.go has a column for
// each.
type transport string

const (
	overPOST transport = "POST"
	overGET  transport = "GET" // and HEAD
	// A POST with a JSON list of requests.
	overBatch transport = "batch"
)

// readParams reads the parameters of a POST or a GET. It stores those of a batch in x.batch. Every
// error is a *refusal.Refusal.
//
// A POST must be application/json, because a page of another origin cannot send this type without
// a preflight.
func (g *Gateway) readParams(x *exchange) (params, error) {
	r := x.request
	switch r.Method {
	case http.MethodGet, http.MethodHead: // net/http sends no body for HEAD
		x.transport = overGET
		return orRefusal(graphqlhttp.ReadURL(r.URL))
	case http.MethodPost:
		x.transport = overPOST
		if !graphqlhttp.IsJSON(r.Header.Get("Content-Type")) {
			return params{}, refusal.New(http.StatusUnsupportedMediaType, codeBadRequest,
				"The Content-Type must be application/json in UTF-8.")
		}
		body, err := g.bodies.read(x.ResponseWriter, r, g.options.BodyBytes)
		if err != nil {
			return params{}, unreadableBody(err)
		}
		if most := g.options.BatchedOperations; most > 0 && graphqlhttp.IsList(*body) {
			x.transport = overBatch
			x.batch, err = readBatch(*body, most)
			return params{body: body}, err
		}
		p, err := g.paramsOfJSON(strictjson.TrimMark(*body))
		p.body = body
		return p, err
	default:
		return params{}, refuseMethod("GET, HEAD, POST", "Send GraphQL requests by POST or GET.")
	}
}

func unreadableBody(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return refusal.New(http.StatusRequestEntityTooLarge, codeTooLarge,
			"The body is larger than %d bytes.", tooLarge.Limit)
	}
	return refusal.New(http.StatusBadRequest, codeBadRequest,
		"The body could not be read. It is incomplete, or does not match its Content-Encoding.")
}

func (g *Gateway) paramsOfJSON(body []byte) (params, error) {
	if !g.options.Plain {
		if p, ok := scanParams(body); ok {
			return p, nil
		}
	}
	return decodeParams(body)
}

// read decodes the query if it is not decoded yet.
func (p *params) read() (err error) {
	if p.raw == nil {
		return nil
	}
	query, ok := unquote(p.raw)
	if ok {
		p.Query, p.raw = query, nil
		return nil
	}
	body := p.body
	*p, err = decodeParams(strictjson.TrimMark(*body))
	p.body = body
	return err
}

func decodeParams(body []byte) (params, error) { return orRefusal(graphqlhttp.ReadJSON(body)) }

// orRefusal returns the parameters, or a refusal with the text of the error.
func orRefusal(p graphqlhttp.Params, err error) (params, error) {
	if err != nil {
		return params{}, refusal.New(http.StatusBadRequest, codeBadRequest, "%s", err)
	}
	return params{Params: p}, nil
}

// hasID reports whether the request has the id of a document.
func (p *params) hasID() bool {
	_, ok := p.Extensions["persistedQuery"]
	return ok || p.DocumentID != ""
}

// check refuses parameters without a document's text.
func (p *params) check() error {
	if p.Query == "" && len(p.raw) == 0 {
		if p.hasID() {
			return documents.Unsupported()
		}
		return refusal.New(http.StatusBadRequest, codeBadRequest, `The parameter query is missing.`)
	}
	return nil
}
