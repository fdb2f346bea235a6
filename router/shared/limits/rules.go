package limits

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// Options configure the validation.
type Options struct {
	// NoSuggestions omits "Did you mean" from errors, so that they do not reveal names that the
	// client did not send.
	NoSuggestions bool
	// NoIntrospection refuses __schema and __type.
	NoIntrospection bool
	// IntrospectionDepth bounds the levels of selections below __schema and __type; 0 means
	// DefaultIntrospectionDepth.
	IntrospectionDepth int
	// NameBytes is the length of the longest name that a document defines, for example of an alias; 0
	// means DefaultNameBytes.
	NameBytes int
	// Document bounds the size of the document.
	Document Document
}

// DefaultIntrospectionDepth is the default bound on the levels of introspection. The query that
// tools send has 14 levels.
const DefaultIntrospectionDepth = 20

// Rules returns the rules that validate one document, with replacements for gqlparser's slow
// rules. The rules hold the state of one validation, so do not use them again. The result is for
// gqlgen:
//
//	server.SetDefaultRulesFn(func() *rules.Rules { return limits.Rules(limits.Options{}) })
//
// Use Options.NoSuggestions and not Executor.SetDisableSuggestion, which restores gqlparser's own
// rules.
func Rules(o Options) *rules.Rules {
	g := newGuard()
	set := rules.NewRules(core.Rule{Name: guardName, RuleFunc: g.observe})
	for _, rule := range ruleList(o) {
		set.AddRule(rule.Name, g.guarded(rule))
	}
	return set
}

// Validate applies the rules of a list to a document. A document with errors must not be used
// afterwards.
func Validate(schema *ast.Schema, document *ast.QueryDocument, list RuleList) gqlerror.List {
	var errs gqlerror.List
	g := newGuard()
	observers := &core.Events{}
	g.observe(observers, collect(guardName, &errs))
	for _, rule := range list {
		rule.RuleFunc(observers, func(options ...core.ErrorOption) {
			g.add(collect(rule.Name, &errs), options)
		})
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

// RuleList is a list of rules, sorted by name. Validate applies them in this order.
type RuleList []core.Rule

// NewRuleList returns the rules for Validate. Call it once: sorting the rules takes longer than
// applying them.
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
		sizeOfDocument(o),
		slicingArguments(),
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
		rule := rules.ScalarLeafsRule
		rule.RuleFunc = rules.ScalarLeafsRuleWithoutSuggestions.RuleFunc
		return rule
	}
	return rules.ScalarLeafsRule
}
