// Package stock is the domain of what is on hand, and of who holds it.
//
// In go the commands of orders and the adjustments of staff; out come replies, reservations and
// rows of the ledger, each decided in one transaction:
//
//	reserve ──▶ seen? the same reply again : all items to be had? HELD, reserved : rejected
//	commit  ──▶ HELD ──▶ COMMITTED; EXPIRED ──▶ held again, if there are enough, or lost
//	release ──▶ HELD, COMMITTED ──▶ RELEASED; not seen ──▶ a rejection, for the reserve to come
//	ship    ──▶ COMMITTED ──▶ shipped: neither held nor on hand, a row of the ledger
//	            all else  ──▶ shipped all the same, and told as an error
//	time    ──▶ HELD for too long ──▶ EXPIRED, told
//	adjust  ──▶ on hand + delta, a row of the ledger
//
// Commands come once or often, early or late, and in any order: the reservation of an (order,
// attempt) has one history all the same, and pieces are never held twice.
package stock
