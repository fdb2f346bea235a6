package operation

import (
	"cmp"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/trefoil-graph/trefoil/router/shared/limits"
	"github.com/trefoil-graph/trefoil/router/shared/source"
)

// Codes of the errors that a client's document can have.
const (
	CodeParse      = "GRAPHQL_PARSE_FAILED"
	CodeValidation = "GRAPHQL_VALIDATION_FAILED"
	// CodeResolution is the code if the document has several operations and the request names
	// none, or no operation with that name.
	CodeResolution = "OPERATION_RESOLUTION_FAILURE"
	// CodeTooLarge is the code of an operation that exceeds the Limits.
	CodeTooLarge = limits.CodeTooLarge
	// CodeVariables is the code if the values of variables do not match their types.
	CodeVariables = "BAD_USER_INPUT"
)

// Limits bound the work that a document can cause. A zero value means the default.
type Limits struct {
	// Tokens is the number of the document's tokens. Default 15,000.
	Tokens int
	// Fields is the number of fields of the normalised operation, with fragments expanded. Default
	// 20,000.
	Fields int
	// Visits is how often selections may be visited to find those that share a response key.
	// Fragments count again wherever they are spread under other conditions or beside others.
	// Default 60,000.
	Visits int
	// Cost limits the operation's cost. Default limits.Default.
	Cost limits.Limits
	// MeasureCost lets every cost pass. Root mutations count as cost.
	MeasureCost bool
	// Rules say whether introspection is allowed, and how deep.
	Rules limits.Options
}

// DefaultLimits returns limits that are generous to people and restrict machines.
func DefaultLimits() Limits {
	return Limits{Tokens: 15_000, Fields: 20_000, Visits: 60_000, Cost: limits.Default()}
}

// Error is the reason why a document is refused: errors for the client, each with a code in its
// extensions. It must not be changed, because all requests that wait for the same document get the
// same Error.
type Error struct {
	// Status is the HTTP status for application/graphql-response+json.
	Status int
	Errors gqlerror.List
}

func (e *Error) Error() string { return e.Errors.Error() }

// refuse adds the code to all errors without one. The errors are few and short, whatever the
// client sent.
func refuse(code string, errs ...*gqlerror.Error) *Error {
	errs = errs[:min(len(errs), limits.MaxErrors)]
	for _, err := range errs {
		err.Message = limits.Shorten(err.Message)
		if err.Extensions == nil {
			err.Extensions = map[string]any{"code": code}
		}
	}
	return &Error{Status: http.StatusBadRequest, Errors: errs}
}

// Parser makes operations from documents for one API schema.
type Parser struct {
	schema   *ast.Schema
	possible map[string]*TypeSet
	rules    limits.RuleList
	pricer   *limits.Pricer
	limits   Limits
}

// NewParser returns a parser for documents for the API schema.
func NewParser(api *ast.Schema, bounds Limits) *Parser {
	standard := DefaultLimits()
	bounds.Tokens = cmp.Or(bounds.Tokens, standard.Tokens)
	bounds.Fields = cmp.Or(bounds.Fields, standard.Fields)
	bounds.Visits = cmp.Or(bounds.Visits, standard.Visits)
	bounds.Cost = cmp.Or(bounds.Cost, standard.Cost)
	return &Parser{
		schema: api, possible: possibleTypes(api), limits: bounds,
		rules: limits.NewRuleList(bounds.Rules), pricer: limits.NewPricer(api, bounds.Cost),
	}
}

// Parse parses, validates and normalises the operation with that name, or with an empty name, the
// only one. The error is an *Error.
func (p *Parser) Parse(text, name string) (*Operation, error) {
	_, definition, err := p.document(text, name)
	if err != nil {
		return nil, err
	}
	cost, err := p.cost(definition)
	if err != nil {
		return nil, err
	}
	return p.normalise(definition, cost)
}

// document parses and validates a document, and chooses one of its operations.
func (p *Parser) document(
	text, name string,
) (*ast.QueryDocument, *ast.OperationDefinition, error) {
	if !utf8.ValidString(text) {
		return nil, nil, refuse(CodeParse, gqlerror.Errorf("The document is not valid UTF-8."))
	}
	text, err := source.Correct(text)
	if err != nil {
		return nil, nil, refuse(CodeParse, gqlerror.WrapIfUnwrapped(err))
	}
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, p.limits.Tokens)
	if err != nil {
		return nil, nil, p.unparsed(gqlerror.WrapIfUnwrapped(err))
	}
	if errs := limits.Validate(p.schema, document, p.rules); len(errs) > 0 {
		return nil, nil, refuse(CodeValidation, errs...)
	}
	definition, refused := choose(document, name)
	if refused != nil {
		return nil, nil, refused
	}
	return document, definition, nil
}

// unparsed returns the error for a document that cannot be parsed, or that is too long.
func (p *Parser) unparsed(err *gqlerror.Error) *Error {
	if strings.HasPrefix(err.Message, "exceeded token limit") {
		return refuse(CodeTooLarge, gqlerror.Errorf(
			"The document has more than %d tokens. Send it in several requests.", p.limits.Tokens))
	}
	return refuse(CodeParse, err)
}

// choose is GetOperation (GraphQL, section 6.1).
func choose(document *ast.QueryDocument, name string) (*ast.OperationDefinition, *Error) {
	operations := document.Operations
	switch {
	case name != "":
		if found := operations.ForName(name); found != nil {
			return found, nil
		}
		return nil, refuse(CodeResolution, gqlerror.Errorf(
			"The document has no operation named %q.", name))
	case len(operations) == 1:
		return operations[0], nil
	case len(operations) == 0:
		return nil, refuse(CodeResolution, gqlerror.Errorf("The document has no operation."))
	default:
		return nil, refuse(CodeResolution, gqlerror.Errorf(
			"The document has %d operations. Choose one with operationName.", len(operations)))
	}
}

func (p *Parser) normalise(definition *ast.OperationDefinition, cost *cost) (*Operation, error) {
	root := rootType(p.schema, definition.Operation)
	if root == nil {
		return nil, refuse(CodeValidation, gqlerror.Errorf(
			"The schema has no %s.", definition.Operation))
	}
	c := collector{
		schema: p.schema, possible: p.possible, sets: map[string]*TypeSet{},
		left: p.limits.Fields, visits: p.limits.Visits,
	}
	fields := c.fields(root, []ast.SelectionSet{definition.SelectionSet})
	switch {
	case c.visits < 0:
		return nil, p.tooEntangled()
	case c.left < 0:
		return nil, refuse(CodeTooLarge, gqlerror.Errorf(
			"The operation has more than %d fields, with fragments expanded.", p.limits.Fields))
	}
	return &Operation{
		Kind:      definition.Operation,
		Name:      definition.Name,
		Variables: definition.VariableDefinitions,
		RootType:  root.Name,
		Fields:    fields,
		schema:    p.schema,
		switches:  switches(definition.VariableDefinitions, fields),
		cost:      cost,
	}, nil
}

func (p *Parser) tooEntangled() *Error {
	return refuse(CodeTooLarge, gqlerror.Errorf("The document's fragments are too entangled: "+
		"they expand to more than %d selections.", p.limits.Visits))
}

func rootType(schema *ast.Schema, kind ast.Operation) *ast.Definition {
	switch kind {
	case ast.Mutation:
		return schema.Mutation
	case ast.Subscription:
		return schema.Subscription
	default:
		return schema.Query
	}
}
