package gateway

import "github.com/trefoil-graph/trefoil/router/query/operation"

// prepare parses and plans a document. Documents that differ only in their literals have one form,
// which is parsed and planned once, with variables in place of the literals. BenchmarkForms: 5 µs
// for one more document of a form, 130 µs for a document without a form. If Plain is set, no
// document has a form.
//
// A document uses the plan of its form only if it is certainly valid, and has the same response as
// with its own plan: see operation.Bind. All other documents are parsed, so that errors refer to
// their own text.
func (e *Engine) prepare(k key) (*prepared, error) {
	form, ok := operation.FormOf(k.text)
	if !ok || e.options.Plain {
		return e.prepareAlone(k)
	}
	formKey := key{form.Key, k.name, k.labels}
	if known, ok := e.forms.get(formKey); ok {
		if literals, ok := known.operation.Bind(form); ok {
			return e.bound(k, known, literals)
		}
	}
	op, err := e.parser.ParseShared(k.text, k.name, form)
	if err != nil {
		return nil, err
	}
	made, err := e.plan(op, k.labels)
	if err != nil {
		return nil, err
	}
	if !op.Shared() {
		return e.newPrepared(made, nil), nil
	}
	literals, ok := op.Bind(form)
	if !ok {
		return e.prepareAlone(k)
	}
	if len(form.Key) <= largestCached {
		e.forms.add(formKey, made)
	}
	return e.bound(k, made, literals)
}

// bound returns a form's operation for a document with these literals. If only the literals
// determine the cost, bound checks the cost once for all requests. For a document that costs
// too much, it prepares the document without the form, so that the error has its positions.
func (e *Engine) bound(k key, known *planned, literals map[string]any) (*prepared, error) {
	if known.cost == operation.CostOfLiterals && known.operation.CheckCost(literals) != nil {
		return e.prepareAlone(k)
	}
	return e.newPrepared(known, literals), nil
}

// prepareAlone prepares a document without a form.
func (e *Engine) prepareAlone(k key) (*prepared, error) {
	op, err := e.parser.Parse(k.text, k.name)
	if err != nil {
		return nil, err
	}
	made, err := e.plan(op, k.labels)
	if err != nil {
		return nil, err
	}
	return e.newPrepared(made, nil), nil
}
