package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/shared/strictjson"
)

// params are the parameters of a GraphQL request (GraphQL over HTTP, section 5.1).
type params struct {
	Query         string
	OperationName string
	Variables     map[string]any
	Extensions    map[string]any

	// raw is the query between the quotes of the JSON body, while it has not been decoded into
	// Query. If it was seen before, it need not be decoded.
	raw  []byte
	body *[]byte
}

// transport is a way in which GraphQL requests arrive. The table in rules_test.go has a column for
// each.
type transport string

const (
	overPOST transport = "POST"
	overGET  transport = "GET" // and HEAD
)

// readParams reads the parameters of a POST or a GET. Every error is a *refusal.Refusal.
//
// A POST must be application/json: a page of another origin cannot send that without a preflight
// request, which this server never approves.
func (g *Gateway) readParams(x *exchange) (params, error) {
	r := x.request
	switch r.Method {
	case http.MethodGet, http.MethodHead: // net/http sends no body for HEAD
		x.transport = overGET
		return paramsOfURL(r.URL.Query())
	case http.MethodPost:
		x.transport = overPOST
		if err := requireJSON(r.Header.Get("Content-Type")); err != nil {
			return params{}, err
		}
		body, err := g.bodies.read(x.ResponseWriter, r, g.options.BodyBytes)
		if err != nil {
			return params{}, unreadableBody(err)
		}
		p, err := paramsOfJSON(strictjson.TrimMark(*body))
		p.body = body
		return p, err
	default:
		return params{}, refuseMethod("GET, HEAD, POST", "Send GraphQL requests by POST or GET.")
	}
}

func requireJSON(contentType string) error {
	if contentType == mediaJSON {
		return nil
	}
	media, parameters, err := mime.ParseMediaType(contentType)
	charset := strings.ToLower(parameters["charset"])
	isUTF8 := charset == "" || charset == "utf-8" || charset == "utf8"
	if err != nil || media != mediaJSON || !isUTF8 {
		return refusal.New(http.StatusUnsupportedMediaType, codeBadRequest,
			"The Content-Type must be application/json in UTF-8.")
	}
	return nil
}

func unreadableBody(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return refusal.New(http.StatusRequestEntityTooLarge, codeTooLarge,
			"The body is larger than %d bytes.", tooLarge.Limit)
	}
	return refusal.New(http.StatusBadRequest, codeBadRequest, "The body could not be read.")
}

func paramsOfJSON(body []byte) (params, error) {
	if p, ok := quickParams(body); ok {
		return p, nil
	}
	return slowParams(body)
}

// read decodes the query unless that has been done.
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
	*p, err = slowParams(strictjson.TrimMark(*body))
	p.body = body
	return err
}

func slowParams(body []byte) (params, error) {
	var p params
	if bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("[")) {
		return p, refusal.New(http.StatusBadRequest, codeBadRequest,
			"The body is a list. Send one operation per request.")
	}
	err := strictjson.Members(body, map[string]any{
		"query": &p.Query, "operationName": &p.OperationName,
		"variables": &p.Variables, "extensions": &p.Extensions,
	})
	if err != nil {
		return p, refusal.New(http.StatusBadRequest, codeBadRequest,
			"The body is not a GraphQL request in JSON: %s.", complaint(err))
	}
	return p, nil
}

func paramsOfURL(query url.Values) (params, error) {
	p := params{Query: query.Get("query"), OperationName: query.Get("operationName")}
	for name, text := range map[string]string{"query": p.Query, "operationName": p.OperationName} {
		if !utf8.ValidString(text) {
			return p, refusal.New(http.StatusBadRequest, codeBadRequest,
				"The parameter %s is not valid UTF-8.", name)
		}
	}
	objects := map[string]*map[string]any{"variables": &p.Variables, "extensions": &p.Extensions}
	for name, into := range objects {
		text := query.Get(name)
		if text == "" {
			continue
		}
		if err := strictjson.Decode([]byte(text), into); err != nil {
			return p, refusal.New(http.StatusBadRequest, codeBadRequest,
				"The parameter %s is not a JSON object: %s.", name, complaint(err))
		}
	}
	return p, nil
}

// check refuses parameters without a document.
func (p *params) check() error {
	if p.Query == "" && len(p.raw) == 0 {
		return refusal.New(http.StatusBadRequest, codeBadRequest, `The parameter query is missing.`)
	}
	return nil
}

// complaint describes a JSON error without naming Go types.
func complaint(err error) string {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong) && wrong.Field != "":
		return "the parameter " + wrong.Field + " has the wrong type, " + wrong.Value
	case errors.As(err, &wrong):
		return "it has the wrong type, " + wrong.Value
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends too early"
	default:
		return err.Error()
	}
}
