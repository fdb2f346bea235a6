// Package documents finds documents by the ids that clients send instead of their texts.
//
//	id, text ──Find──▶ trusted list ──▶ memory ──▶ Redis ──▶ document, or a refusal
//	                     ▲ manifests: files and URLs, polled
//	document ──rules of the gateway──▶ Keep ──▶ memory, Redis
//
// Input: the id and the text of a request. Output: a document, which never changes, so that its
// address identifies it.
//
// There are two sources of documents. A trusted list is made of the manifests that the builds of
// clients write. The mode says whether other documents are accepted. Automatic persisted queries
// (APQ) come from clients: a client sends the SHA-256 hash of a text alone, and if the router does
// not know it, the hash with the text. Such a document is kept only after it has passed every
// rule, and only if the hash is right; one from Redis is served only if its hash is right. So
// nobody can store a document that is refused, or one under another's id.
//
// A manifest that cannot be read or has an error changes nothing: the list stays as it was. The
// documents of APQ are bounded by their bytes in memory. A failure of Redis never fails a request.
package documents
