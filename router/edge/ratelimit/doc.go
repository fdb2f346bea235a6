// Package ratelimit limits how often a caller may send operations.
//
//	caller, operation ──rules──▶ charges ──▶ store: memory or Redis ──▶ verdict ──▶ 429, headers
//	                                           └─ Redis fails ─▶ memory, or all, or nothing passes
//
// Input: who sends a request, and its operation when it is known. Output: what is left of each
// limit, for the response's headers, or a refusal.
//
// A rule counts with the generic cell rate algorithm (GCRA), which is a token bucket in one number
// for each key: the time at which the bucket is full again. A request that any rule refuses is
// charged by none. Memory is bounded by the number of keys: when it is exceeded, the key that was
// used least recently is forgotten. A caller that is over its limit and goes on is therefore not
// forgotten before all quiet ones.
//
// A rule by subject, API key or address is checked before a document is parsed. A rule about
// operations or root fields is checked before execution, and each alias of a root field counts
// (CVE-2026-35401: hundreds of log-ins in one request). A batch is charged for each of its
// operations (CVE-2026-33756).
//
// With Redis, one script checks and charges all rules of a request atomically, by the clock of the
// Redis server, so that several routers share their limits.
package ratelimit
