package gateway

import "github.com/trefoil-graph/trefoil/router/operation"

// prepare makes of a document what its requests need. Documents that differ in their literals only are parsed and planned once,
// with variables in place of the literals. BenchmarkForms: 5 µs for one more of a form, 130 for one alone.
//
// A document is taken for one of a form only if it is sure to be valid, and to be answered as if it had been planned alone: see
// operation.Bind. All others are parsed, and what is wrong with them is told of their own text.
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

// bound is the operation of a form for a document with these literals. If they alone decide what it costs, it is checked here
// and not with each request. A document that costs too much is prepared alone, so that the error has its own positions.
func (e *Engine) bound(k key, known *planned, literals map[string]any) (*prepared, error) {
	if known.cost == operation.CostOfLiterals && known.operation.CheckCost(literals) != nil {
		return e.prepareAlone(k)
	}
	return e.newPrepared(known, literals), nil
}

// prepareAlone prepares a document as it is.
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
