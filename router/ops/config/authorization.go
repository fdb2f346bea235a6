package config

import (
	"net/url"
	"slices"
	"time"
)

// Authorization says how the router enforces the schema's @authenticated, @requiresScopes and
// @policy. They hold without any setting. `go doc ./router/query/access` explains what they hide.
type Authorization struct {
	// Mode says what becomes of an operation of which the client may not see all. `filter`
	// executes the rest: fields that are hidden are null, each with an error
	// UNAUTHORIZED_FIELD_OR_TYPE, whose extension `reason` is UNAUTHENTICATED if the client must
	// log in, and otherwise FORBIDDEN. `reject` refuses the operation. `report` executes all of it,
	// and logs what is hidden: use it before the directives are enforced. Default: filter.
	Mode string `yaml:"mode"`

	// Policies are expressions in CEL (https://cel.dev) by the names of policies, such as `staff:
	// '"staff" in claims.roles'`. They read `claims` (of the token; empty for anonymous clients),
	// `operation.name`, `operation.kind`, and `headers` by names in lower case. A policy is granted
	// if its expression is true. An error, such as a claim that the token does not have, means no.
	// A policy that the schema names and that is not defined is an error at the start. Default:
	// none.
	Policies map[string]string `yaml:"policies"`

	// PolicyEndpoint is a service that decides all other policies.
	PolicyEndpoint PolicyEndpoint `yaml:"policyEndpoint"`
}

// PolicyEndpoint is a service that decides policies. For each request that needs any, it gets all
// of their names at once. `go doc ./router/edge/policy Endpoint` shows the request and the answer.
// No answer means no.
type PolicyEndpoint struct {
	// URL is the service's address. Default: none.
	URL string `yaml:"url"`

	// Timeout is how long a request to it may take. Default: 500ms.
	Timeout time.Duration `yaml:"timeout"`

	// Headers are the client's headers that it gets. Default: none.
	Headers []string `yaml:"headers"`
}

// The values of Authorization.Mode.
const (
	modeFilter = "filter"
	modeReject = "reject"
	modeReport = "report"
)

// Rejects reports whether the mode is reject.
func (a Authorization) Rejects() bool { return a.Mode == modeReject }

// OnlyReports reports whether the mode is report.
func (a Authorization) OnlyReports() bool { return a.Mode == modeReport }

func (c Config) validateAuthorization(p *problems) {
	a := c.Authorization
	if !slices.Contains([]string{modeFilter, modeReject, modeReport}, a.Mode) {
		p.add("authorization: mode: %q is not filter, reject or report", a.Mode)
	}
	if a.PolicyEndpoint.URL != "" {
		u, err := url.Parse(a.PolicyEndpoint.URL)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			p.add("authorization: policyEndpoint: url: %q is not an http or https URL",
				a.PolicyEndpoint.URL)
		}
	}
	if a.PolicyEndpoint.Timeout <= 0 {
		p.add("authorization: policyEndpoint: timeout: %s is not positive", a.PolicyEndpoint.Timeout)
	}
	p.headers("authorization: policyEndpoint: headers", Headers{Forward: a.PolicyEndpoint.Headers})
}
