-- +goose Up
-- The number of pieces on hand that orders hold.
ALTER TABLE product ADD COLUMN reserved BIGINT NOT NULL DEFAULT 0
    CHECK (reserved >= 0 AND reserved <= on_hand);

-- All changes of the pieces on hand. The sum of a product's deltas is its number of pieces on hand.
CREATE TABLE stock_ledger (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    product_id TEXT COLLATE "C" NOT NULL REFERENCES product (id),
    delta      BIGINT NOT NULL,
    reason     TEXT COLLATE "C" NOT NULL,
    actor      TEXT COLLATE "C" NOT NULL,
    key        TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);
CREATE INDEX stock_ledger_product ON stock_ledger (product_id, created_at);

INSERT INTO stock_ledger (id, product_id, delta, reason, actor, key, created_at)
SELECT 'led_opening_' || id, id, on_hand, 'opening stock', 'system', 'opening ' || id, created_at FROM product;

-- The pieces that one attempt to place an order holds or has held.
CREATE TABLE reservation (
    order_id   TEXT COLLATE "C" NOT NULL,
    attempt    BIGINT NOT NULL CHECK (attempt > 0),
    status     TEXT COLLATE "C" NOT NULL CHECK (status IN ('HELD', 'COMMITTED', 'RELEASED', 'EXPIRED')),
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (order_id, attempt)
);
CREATE INDEX reservation_held ON reservation (expires_at) WHERE status = 'HELD';

CREATE TABLE reservation_item (
    order_id   TEXT COLLATE "C" NOT NULL,
    attempt    BIGINT NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL REFERENCES product (id),
    quantity   BIGINT NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (order_id, attempt, product_id),
    FOREIGN KEY (order_id, attempt) REFERENCES reservation (order_id, attempt)
);
CREATE INDEX reservation_item_product ON reservation_item (product_id);

-- The reply to an attempt to reserve. It is sent again if the command is repeated. An attempt
-- that was released before its reserve command arrived also has a reply.
CREATE TABLE stock_inbox (
    order_id    TEXT COLLATE "C" NOT NULL,
    attempt     BIGINT NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL CHECK (kind IN ('reserved', 'rejected')),
    reply       BYTEA NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (order_id, attempt)
);

-- +goose Down
DROP TABLE stock_inbox;
DROP TABLE reservation_item;
DROP TABLE reservation;
DROP TABLE stock_ledger;
ALTER TABLE product DROP COLUMN reserved;
