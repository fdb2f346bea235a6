-- +goose Up
-- How often the order was placed; 0 for orders confirmed before there was a stock service.
ALTER TABLE orders ADD COLUMN attempt BIGINT NOT NULL DEFAULT 0 CHECK (attempt >= 0);

-- Why the last placing was refused: a list in JSON.
ALTER TABLE orders ADD COLUMN problems TEXT COLLATE "C" NOT NULL DEFAULT '[]';

CREATE INDEX orders_pending ON orders (placed_at) WHERE status = 'PENDING';

-- Each placing has its own key.
ALTER TABLE placements ADD COLUMN attempt BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX placements_attempt ON placements (order_id, attempt);

-- The statuses that an order has had, and when each began.
CREATE TABLE order_events (
    order_id TEXT COLLATE "C" NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    version  BIGINT NOT NULL,
    status   TEXT COLLATE "C" NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (order_id, version)
);

INSERT INTO order_events (order_id, version, status, at)
SELECT id, version, status, placed_at FROM orders WHERE placed_at IS NOT NULL;

-- +goose Down
DROP TABLE order_events;
DROP INDEX placements_attempt;
ALTER TABLE placements DROP COLUMN attempt;
DROP INDEX orders_pending;
ALTER TABLE orders DROP COLUMN problems;
ALTER TABLE orders DROP COLUMN attempt;
