// Package documents finds documents by the ids that clients send instead of their texts.
//
//	id, text ──Find──▶ trusted list ──▶ memory ──▶ Redis ──▶ document, or a refusal
//	                     ▲ manifests: files and URLs, polled
//	document ──rules of the gateway──▶ Keep ──▶ memory, Redis
//
// Input: the id and the text of a request. Output: a document. A document never changes, so the
// address of the Document identifies it.
//
// Documents have two sources. The trusted list holds the documents of the manifests that the
// builds of clients write; the mode says whether the router accepts other documents. Automatic
// persisted queries (APQ) come from clients: a client sends the SHA-256 hash of a text alone, and
// if the router does not know the hash, it sends the hash with the text. The router stores the
// text only if its hash is right and it has passed every rule, and checks the hash of a text from
// Redis again. So no client can store a document that the router refuses, or a document under the
// id of another.
//
// If a manifest cannot be read or has an error, the earlier list stays in use. The APQ documents
// in memory are bounded by their bytes. A failure of Redis never fails a request.
package documents
