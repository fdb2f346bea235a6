package limits

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// Options say how documents are validated.
type Options struct {
	// NoSuggestions leaves "Did you mean" out of errors: names that the client did not send stay
	// unknown to it.
	NoSuggestions bool
	// NoIntrospection refuses __schema and __type.
	NoIntrospection bool
	// IntrospectionDepth is how deep the selections of __schema and __type may be; 0 is
	// DefaultIntrospectionDepth.
	IntrospectionDepth int
	// NameBytes is how long the names may be that a document makes up, aliases for example; 0 is
	// DefaultNameBytes.
	NameBytes int
}

// DefaultIntrospectionDepth is the greatest depth of introspection. The query that tools send has
// a depth of 14.
const DefaultIntrospectionDepth = 20

// Rules returns the rules of GraphQL for the validation of one document: the state of a validation
// is in them. Those of gqlparser that are slow are replaced. It is made for gqlgen:
//
//	server.SetDefaultRulesFn(func() *rules.Rules { return limits.Rules(limits.Options{}) })
//
// Executor.SetDisableSuggestion would put gqlparser's own rules back: use Options.NoSuggestions.
func Rules(o Options) *rules.Rules {
	g := newGuard()
	set := rules.NewRules(core.Rule{Name: guardName, RuleFunc: g.observe})
	for _, rule := range ruleList(o) {
		set.AddRule(rule.Name, g.guarded(rule))
	}
	return set
}

// Validate validates a document by the rules that Rules returns. A document with errors is not
// usable after.
func Validate(schema *ast.Schema, document *ast.QueryDocument, list RuleList) gqlerror.List {
	var errs gqlerror.List
	g := newGuard()
	observers := &core.Events{}
	g.observe(observers, collect(guardName, &errs))
	for _, rule := range list {
		rule.RuleFunc(observers, func(options ...core.ErrorOption) { g.add(collect(rule.Name, &errs), options) })
	}
	core.Walk(schema, document, observers)
	return errs
}

func collect(name string, into *gqlerror.List) core.AddErrFunc {
	return func(options ...core.ErrorOption) {
		err := &gqlerror.Error{Rule: name}
		for _, option := range options {
			option(err)
		}
		*into = append(*into, err)
	}
}

// RuleList is a list of rules in the order of their names, as Validate applies them.
type RuleList []core.Rule

// NewRuleList returns the rules for Validate. It is made once: to sort the rules takes longer than
// to apply them.
func NewRuleList(o Options) RuleList { return ruleList(o) }

func ruleList(o Options) RuleList {
	list := RuleList{
		fieldsOnCorrectType(o),
		rules.FragmentsOnCompositeTypesRule,
		knownArgumentNames(o),
		rules.KnownDirectivesRule,
		rules.KnownFragmentNamesRule,
		rules.KnownRootTypeRule,
		knownTypeNames(o),
		rules.LoneAnonymousOperationRule,
		introspection(o),
		lengthsOfNames(o),
		{Name: rules.NoFragmentCyclesRule.Name, RuleFunc: noFragmentCycles},
		rules.NoUndefinedVariablesRule,
		rules.NoUnusedFragmentsRule,
		rules.NoUnusedVariablesRule,
		{Name: rules.OverlappingFieldsCanBeMergedRule.Name, RuleFunc: fieldsCanBeMerged},
		{Name: rules.PossibleFragmentSpreadsRule.Name, RuleFunc: possibleFragmentSpreads},
		rules.ProvidedRequiredArgumentsRule,
		scalarLeafs(o),
		{Name: rules.SingleFieldSubscriptionsRule.Name, RuleFunc: singleFieldSubscriptions},
		rules.UniqueArgumentNamesRule,
		rules.UniqueDirectivesPerLocationRule,
		rules.UniqueFragmentNamesRule,
		rules.UniqueInputFieldNamesRule,
		rules.UniqueOperationNamesRule,
		rules.UniqueVariableNamesRule,
		valuesOfCorrectType(o),
		rules.VariablesAreInputTypesRule,
		rules.VariablesInAllowedPositionRule,
	}
	slices.SortFunc(list, func(a, b core.Rule) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func scalarLeafs(o Options) core.Rule {
	if o.NoSuggestions {
		return core.Rule{Name: rules.ScalarLeafsRule.Name, RuleFunc: rules.ScalarLeafsRuleWithoutSuggestions.RuleFunc}
	}
	return rules.ScalarLeafsRule
}
