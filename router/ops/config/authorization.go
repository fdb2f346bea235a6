package config

import (
	"net/url"
	"slices"
	"time"
)

// Authorization says how the router enforces the schema's @authenticated, @requiresScopes and
// @policy. It enforces them even without any setting. `go doc ./router/query/access` explains
// which fields they hide.
type Authorization struct {
	// Mode says what the router does with an operation that selects fields the client may not see.
	// `filter` executes the operation without these fields. In the response they are null, each with
	// an error UNAUTHORIZED_FIELD_OR_TYPE, whose extension `reason` is UNAUTHENTICATED if the client
	// must log in, and otherwise FORBIDDEN. `reject` refuses the operation. `report` executes the
	// complete operation and logs the fields; use it to see the effect of directives before you
	// enforce them. Default: filter.
	Mode string `yaml:"mode"`

	// Policies are expressions in CEL (https://cel.dev), each with the name of its policy, for
	// example `staff: '"staff" in claims.roles'`. An expression can read `claims` (of the token;
	// empty for anonymous clients), `operation.name`, `operation.kind`, and `headers`, whose names
	// are in lower case. A policy is granted if its expression is true. It is not granted if the
	// expression fails, for example because the token lacks a claim. The router does not start if the
	// schema names a policy that is not defined. Default: none.
	Policies map[string]string `yaml:"policies"`

	// PolicyEndpoint is a service that decides all other policies.
	PolicyEndpoint PolicyEndpoint `yaml:"policyEndpoint"`
}

// PolicyEndpoint is a service that decides policies. For each operation that needs some, the
// router sends one request with their names. `go doc ./router/edge/policy Endpoint` shows the
// request and the answer. Without an answer, the policies are not granted.
type PolicyEndpoint struct {
	// URL is the service's address. Default: none.
	URL string `yaml:"url"`

	// Timeout limits the time of one request to the service. Default: 500ms.
	Timeout time.Duration `yaml:"timeout"`

	// Headers are the client's headers that the service gets. Default: none.
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
