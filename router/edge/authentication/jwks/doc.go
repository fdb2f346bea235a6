// Package jwks keeps the public keys of one issuer of tokens, a JSON Web Key Set (RFC 7517).
//
//	file ──New──▶ ┐
//	copy ──New──▶ ├ Set ──Find(kid, alg)──▶ the key that verifies a token
//	URL ──Run───▶ ┘
//	     every 5 minutes, and for an unknown kid at most once an interval
//
// Input: a URL or a file. Output: the key for the header of a token, or the reason why there is
// none: the set does not have it, or the set cannot be fetched at the moment.
//
// A known key is found without a lock and without waiting, whatever the URL does. At most one
// fetch runs at a time, and at most MaxWaiting requests wait for it. An answer that is not a key
// set, or has no usable key, does not replace the keys in use.
package jwks
