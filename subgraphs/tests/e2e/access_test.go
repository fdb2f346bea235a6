//go:build e2e

package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/tests/access"
)

// TestAskersGetWhatTheRulesSay checks the system against the table of package access: every door
// and every call as every asker, through the router and at the service itself. The fields behind
// a door come from the schema and are not listed here.
func TestAskersGetWhatTheRulesSay(t *testing.T) {
	t.Parallel()
	p := newProbe(t)
	for _, door := range p.table.Doors {
		for _, endpoint := range p.endpoints(door.Service, door.Entity != "" || door.Live) {
			p.tryDoor(door, endpoint)
		}
		if door.Entity != "" {
			p.noEntities(door)
		}
	}
	for _, call := range p.table.Calls {
		for _, endpoint := range p.endpoints(call.Service, false) {
			p.tryCall(call, endpoint)
		}
	}
	for name := range p.table.Fields {
		require.NotEqual(t, p.table.Excused(name), p.shown[name], "%s must be shown to somebody, or rules.txt must say why not", name)
	}
}

// probe sends requests and checks the answers.
type probe struct {
	*cast
	t       *testing.T
	table   *access.Table
	schemas map[string]*access.Schema // of the services and of the router's API
	shown   map[string]bool           // the fields that somebody was shown
	tried   int
}

// endpoint is a URL with the schema of its answers.
type endpoint struct {
	name   string
	schema *access.Schema
}

func newProbe(t *testing.T) *probe {
	t.Helper()
	table, err := access.Load()
	require.NoError(t, err)
	p := &probe{t: t, table: table, schemas: map[string]*access.Schema{}, shown: map[string]bool{}}
	for _, name := range append(access.Services(), "api") {
		p.schemas[name], err = access.ReadSchema("../../../schema", name)
		require.NoError(t, err)
	}
	p.cast = newCast(t)
	return p
}

func (p *probe) endpoints(service string, alone bool) []endpoint {
	endpoints := []endpoint{{service, p.schemas[service]}}
	if !alone {
		endpoints = append(endpoints, endpoint{"router", p.schemas["api"]})
	}
	return endpoints
}

func (p *probe) tryDoor(door access.Door, e endpoint) {
	p.t.Helper()
	root, query := access.Root(door.Text), fmt.Sprintf("{ %s %s }", door.Text, e.schema.Selection("Query", access.Root(door.Text)))
	switch {
	case door.Entity != "":
		root, query = "_entities", entityQuery(door, e.schema)
	case door.Live:
		query = fmt.Sprintf("subscription { %s %s }", door.Text, e.schema.Selection("Subscription", root))
	}
	for _, asker := range access.Askers() {
		for name, token := range p.tokens(asker) {
			what := fmt.Sprintf("%s at %s as %s", door.Text, e.name, name)
			a := p.ask(e, asker, token, query)
			value := a.at(root)
			if list, isList := value.([]any); isList && door.Entity != "" {
				value = list[0]
			}
			require.Equal(p.t, door.Row[asker], a.outcome(root, value), "%s: %s", what, a.Body)
			p.keepsSecrets(door, asker, a, what)
			if value != nil {
				p.inspect(seeing{root: root, own: door.Own, asker: asker, answer: a, what: what}, value)
			}
		}
	}
}

// entityQuery returns a query for the entity that a door names, such as "Product(slug: $slug)".
func entityQuery(door access.Door, s *access.Schema) string {
	key := strings.TrimSuffix(strings.TrimPrefix(door.Text, door.Entity+"("), ")")
	return fmt.Sprintf(`{ _entities(representations: [{__typename: %q, %s}]) { ... on %s %s } }`,
		door.Entity, key, door.Entity, s.SelectionOf(door.Entity))
}

// noEntities checks that the router's API has no way to look up entities.
func (p *probe) noEntities(door access.Door) {
	p.t.Helper()
	for _, asker := range access.Askers() {
		for name, token := range p.tokens(asker) {
			query := p.write(p.t, asker, entityQuery(door, p.schemas[door.Service]))
			a := p.client("router", asker, token, query).must(p.t, query, nil)
			require.Nil(p.t, a.Data, "%s as %s", door.Text, name)
			require.Equal(p.t, []string{"GRAPHQL_VALIDATION_FAILED"}, a.codes()[:1], "%s as %s", door.Text, name)
		}
	}
}

// ask sends a query, with the ids of the owner's things or of things made for it.
func (p *probe) ask(e endpoint, asker access.Asker, token, query string) answer {
	p.t.Helper()
	query = p.write(p.t, asker, query)
	c := p.client(e.name, asker, token, query)
	c.cookie, p.ticket = c.cookie+p.ticket, ""
	a := answer{}
	if strings.HasPrefix(query, "subscription") {
		a = c.firstEvent(p.t, query)
	} else {
		a = c.must(p.t, query, nil)
	}
	for _, failure := range a.Errors {
		require.NotContains(p.t, []string{"GRAPHQL_VALIDATION_FAILED", "INTERNAL"}, failure.Extensions.Code, "%s\n%s", query, a.Body)
	}
	return a
}

// client returns a client with the asker's token. The router refuses a bad token in a header before
// it asks a service. For one in a cookie it refuses the fields that need a log-in, and passes it on
// for the others, so the table says what the services answer.
func (p *probe) client(name string, asker access.Asker, token, query string) client {
	p.t.Helper()
	c := p.system.client(name).as(token)
	if name != "router" || asker != access.Bad {
		return c
	}
	a := c.must(p.t, query, nil)
	require.Equal(p.t, http.StatusUnauthorized, a.Status, a.Body)
	require.Equal(p.t, []string{"UNAUTHENTICATED"}, a.codes(), a.Body)
	c = c.as("")
	c.cookie = "trefoil_access=" + token + "; "
	return c
}

// outcome returns what an asker got for a root field.
func (a answer) outcome(root string, value any) access.Outcome {
	if value != nil {
		return access.Shown
	}
	for _, failure := range a.Errors {
		if len(failure.Path) == 0 || failure.Path[0] == root {
			return refusal(failure)
		}
	}
	return access.Null
}

func refusal(f failure) access.Outcome {
	code := f.Extensions.Code
	if code == "UNAUTHORIZED_FIELD_OR_TYPE" { // by the router
		code = f.Extensions.Reason
	}
	switch code {
	case "UNAUTHENTICATED":
		return access.Login
	case "FORBIDDEN":
		return access.Role
	}
	return access.Outcome(code)
}

// keepsSecrets checks that the owner's secrets occur nowhere in an answer to somebody else.
func (p *probe) keepsSecrets(door access.Door, asker access.Asker, a answer, what string) {
	p.t.Helper()
	if asker == access.Owner || door.Row[asker] == access.Shown && !door.Own && asker >= access.Support {
		return
	}
	said := fmt.Sprint(a.Data, a.Errors) // without the plan, which repeats the request
	for _, secret := range p.secrets {
		require.NotContains(p.t, said, secret, what)
	}
}

// seeing is an answer to check.
type seeing struct {
	root   string
	own    bool // the answer shows the asker's own data
	asker  access.Asker
	answer answer
	what   string
}

// inspect checks each field of an answer against its rule.
func (p *probe) inspect(s seeing, value any) {
	p.t.Helper()
	got := map[string]access.Outcome{}
	s.collect(value, []any{s.root}, got)
	for name, outcome := range got {
		kind, ruled := p.table.Fields[name]
		require.True(p.t, ruled, "%s: no rule for %s", s.what, name)
		rule := s.rule(p.table.Kinds[kind])
		if rule == access.Shown && outcome == access.Null {
			continue // an empty value; in the end each field must have been shown
		}
		require.Equal(p.t, rule, outcome, "%s: %s: %s", s.what, name, s.answer.Body)
		p.shown[name] = p.shown[name] || outcome == access.Shown
	}
}

// rule returns the rule for an asker and a kind of field. Everyone sees their own data as owners
// do.
func (s seeing) rule(kind access.Row) access.Outcome {
	if s.own && s.asker >= access.Owner && kind[s.asker] != access.Shown {
		return kind[access.Owner]
	}
	return kind[s.asker]
}

// collect records the outcome of each field, by Type.field; a shown value replaces null.
func (s seeing) collect(value any, path []any, got map[string]access.Outcome) {
	switch value := value.(type) {
	case []any:
		for i, one := range value {
			s.collect(one, append(slices.Clone(path), float64(i)), got)
		}
	case map[string]any:
		for key, one := range value {
			if key == "__typename" {
				continue
			}
			at := append(slices.Clone(path), key)
			field := strings.TrimPrefix(key, value["__typename"].(string)+"_")
			name := value["__typename"].(string) + "." + field
			if outcome := s.outcome(one, at); got[name] != access.Shown {
				got[name] = outcome
			}
			s.collect(one, at, got)
		}
	}
}

func (s seeing) outcome(value any, path []any) access.Outcome {
	if value != nil {
		return access.Shown
	}
	for _, failure := range s.answer.Errors {
		if len(failure.Path) > 0 && failure.Path[len(failure.Path)-1] == path[len(path)-1] {
			return refusal(failure)
		}
	}
	return access.Null
}

func (p *probe) tryCall(call access.Call, e endpoint) {
	p.t.Helper()
	root := access.Root(call.Text)
	query := fmt.Sprintf("mutation { %s %s }", call.Text, e.schema.Selection("Mutation", root))
	for _, asker := range access.Askers() {
		for name, token := range p.tokensFor(call, asker) {
			if call.Spends && asker > access.Bad {
				token = p.logIn(p.t, p.usernames[asker])
			}
			what := fmt.Sprintf("%s at %s as %s", call.Text, e.name, name)
			a := p.ask(e, asker, token, query)
			want := call.Row[asker]
			if root == "logout" && asker == access.Bad && e.name == "router" {
				want = access.Shown // a browser whose access token has expired logs out by its cookies
			}
			require.Equal(p.t, want, a.outcomeOfCall(root), "%s: %s", what, a.Body)
			if !showsOwners(call, asker) {
				p.keepsSecrets(access.Door{}, asker, a, what)
			}
			if payload := a.at(root); payload != nil {
				p.inspect(seeing{root: root, own: call.Own, asker: asker, answer: a, what: what}, payload)
				p.use(call.Text)
			}
		}
	}
}

// tokensFor returns all of an asker's tokens to try. For a call that does not require a token it
// returns one of them, in turn, because password hashes take time.
func (p *probe) tokensFor(call access.Call, asker access.Asker) map[string]string {
	tokens := p.tokens(asker)
	if call.Row[asker] == access.Login {
		return tokens
	}
	names := slices.Sorted(maps.Keys(tokens))
	p.tried++
	name := names[p.tried%len(names)]
	return map[string]string{name: tokens[name]}
}

// showsOwners reports whether an answer may contain the owner's secrets: to staff with access,
// and to an asker who used the secrets for access.
func showsOwners(call access.Call, asker access.Asker) bool {
	forStaff := call.Row[access.Other] == access.Role
	return forStaff && call.Row[asker] != access.Role || call.Own && asker < access.Owner
}

// outcomeOfCall returns the code of the payload's first error, if there is one.
func (a answer) outcomeOfCall(root string) access.Outcome {
	payload, _ := a.at(root).(map[string]any)
	if payload == nil {
		return a.outcome(root, nil)
	}
	if errors, _ := payload["errors"].([]any); len(errors) > 0 {
		first := errors[0].(map[string]any)
		return access.Outcome(first[first["__typename"].(string)+"_code"].(string))
	}
	return access.Shown
}
