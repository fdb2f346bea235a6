// Package stock is the domain of the pieces on hand and the orders that hold them.
//
// It handles the commands of orders and the adjustments of staff. Each is one transaction:
//
//	reserve ──▶ repeated: the same reply; all items available: HELD, reserved; otherwise rejected
//	commit  ──▶ HELD ──▶ COMMITTED; EXPIRED ──▶ held again if there are enough, otherwise lost
//	release ──▶ HELD, COMMITTED ──▶ RELEASED; unknown ──▶ a later reserve is rejected
//	ship    ──▶ COMMITTED ──▶ shipped: neither held nor on hand, with ledger entries
//	            otherwise ──▶ shipped all the same, and an error
//	time    ──▶ HELD for more than 30 minutes ──▶ EXPIRED, with a message
//	adjust  ──▶ on hand + delta, with a ledger entry
//
// Commands can be repeated, early, late and in any order. The reservation of an (order, attempt)
// still has one consistent history, and no piece is held twice.
package stock
