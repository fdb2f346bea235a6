// Package ratelimit limits how often a caller may send operations.
//
//	caller, operation ──rules──▶ charges ──▶ store: memory or Redis ──▶ verdict ──▶ 429, headers
//	                                           └─ Redis fails ─▶ memory, or all, or nothing passes
//
// Input: the caller of a request, and the operation once the router has parsed it. Output: the
// rest of each quota, for the response's headers, or a refusal.
//
// A rule counts with the generic cell rate algorithm (GCRA). It is a token bucket that stores one
// number for each key: the time at which the bucket is full again. If one rule refuses a request,
// no rule charges for it. The number of keys in memory is bounded: a new key replaces the least
// recently used one. A refused request counts as a use, so a caller that continues over its limit
// is not forgotten before callers that send nothing.
//
// A rule by subject, API key or address is checked before a document is parsed. A rule about
// operations or root fields is checked before execution, and each alias of a root field counts
// (CVE-2026-35401: hundreds of log-ins in one request). A batch is charged for each of its
// operations (CVE-2026-33756).
//
// With Redis, several routers share their limits: one script checks and charges all rules of a
// request atomically, by the clock of the Redis server.
package ratelimit
