package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"runtime/debug"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/trefoil-graph/trefoil/router/shared/limits"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
)

const (
	// tokenLimit bounds the work of parsing and validating a document. It is a multiple of the
	// router's default because the router adds __typename, keys and variables.
	tokenLimit = routerTimes * 15_000
	// A syntax tree takes about 25 times the memory of its text: 50 MB if the cache is full.
	cachedDocuments = 256
	cachedLength    = 8 << 10
	internalMessage = "Something went wrong on our side."
	unavailable     = "The service is not available right now. Try again in a moment."
)

// Options configures GraphQL.
type Options struct {
	// NoIntrospection refuses __schema and __type. Error messages then contain only names that
	// the client sent.
	NoIntrospection bool
}

// GraphQL returns a handler for a schema that gqlgen generated.
func GraphQL(schema graphql.ExecutableSchema, log *slog.Logger, options Options) http.Handler {
	server := handler.New(schema)
	server.AddTransport(transport{})
	server.SetQueryCache(documents{lru.New[*ast.QueryDocument](cachedDocuments)})
	server.SetParserTokenLimit(tokenLimit)
	server.SetValidationRulesFn(func() *rules.Rules {
		return limits.Rules(limits.Options{
			NoIntrospection: options.NoIntrospection, NoSuggestions: options.NoIntrospection,
			NameBytes: 2 * limits.DefaultNameBytes, // the router adds numbers to names
			Document:  bounds(),
		})
	})
	server.Use(extension.Introspection{}) // the rules above can forbid it
	server.Use(newCosts(schema.Schema()))
	server.AroundRootFields(checkEntities(schema.Schema()))
	server.SetErrorPresenter(presenter(log))
	server.SetRecoverFunc(func(_ context.Context, cause any) error {
		return fmt.Errorf("panic: %v\n%s", cause, debug.Stack()) // for the log
	})
	return server
}

// bounds returns the bounds of a document. Only its depth is bounded here: the router needs more
// aliases and fragments than its clients, and the cost bounds what they cause.
func bounds() limits.Document {
	const any = math.MaxInt32
	return limits.Document{
		Depth: routerTimes * limits.DefaultDocument().Depth, Aliases: any, RootFields: any,
		Directives: any, Fragments: any,
	}
}

// documents caches validated documents with a short text.
type documents struct {
	graphql.Cache[*ast.QueryDocument]
}

// Add caches a document unless its text is long.
func (d documents) Add(ctx context.Context, text string, document *ast.QueryDocument) {
	if len(text) <= cachedLength {
		d.Cache.Add(ctx, text, document)
	}
}

// presenter turns an error into one for the client, with a code and without internal details. It
// logs the details.
func presenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		// Copy the error, because requests may share it.
		shown := *graphql.DefaultErrorPresenter(ctx, err)
		code, message := describe(ctx, err, &shown)
		ours := code == apierror.Internal || code == apierror.ServiceUnavailable
		if ours && !errors.Is(err, context.Canceled) {
			log.Error("request failed", "code", code, "error", err,
				"path", shown.Path.String(), "requestId", requestID(ctx))
		}
		shown.Err, shown.Message, shown.Path = nil, limits.Shorten(message), shortened(shown.Path)
		shown.Extensions = extensions(code)
		return &shown
	}
}

// shortened returns a path whose names are as short as messages. A name can come from the client,
// such as an unknown field of an input.
func shortened(path ast.Path) ast.Path {
	short := slices.Clone(path)
	for i, element := range short {
		if name, ok := element.(ast.PathName); ok {
			short[i] = ast.PathName(limits.Shorten(string(name)))
		}
	}
	return short
}

func extensions(code apierror.Code) map[string]any { return map[string]any{"code": code} }

// describe returns the code and the message of an error.
func describe(ctx context.Context, err error, found *gqlerror.Error) (apierror.Code, string) {
	var ours *apierror.Error
	code, coded := found.Extensions["code"].(string)
	switch {
	case errors.As(err, &ours):
		return ours.Code, ours.Message
	case errors.Is(err, context.DeadlineExceeded):
		return apierror.Timeout, tooLate
	case sqldb.Unavailable(err):
		return apierror.ServiceUnavailable, unavailable
	case coded && ofVariable(found):
		return apierror.BadUserInput, found.Message
	case coded:
		return apierror.Code(code), found.Message
	case ofArgument(ctx):
		return apierror.BadUserInput, found.Message
	default:
		return apierror.Internal, internalMessage
	}
}

// ofVariable reports whether an error is about a variable's value. gqlgen gives such errors the
// same code as errors in the document, GRAPHQL_VALIDATION_FAILED.
func ofVariable(err *gqlerror.Error) bool {
	return len(err.Path) > 0 && err.Path[0] == ast.PathName("variable")
}

// ofArgument reports whether gqlgen could not convert the field's arguments, for example because
// a number is too large. It then leaves the field's arguments unset.
func ofArgument(ctx context.Context) bool {
	field := graphql.GetFieldContext(ctx)
	return field != nil && field.Args == nil && field.Field.Field != nil &&
		field.Field.Definition != nil && len(field.Field.Definition.Arguments) > 0
}
