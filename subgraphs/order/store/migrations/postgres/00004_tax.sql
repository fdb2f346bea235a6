-- +goose Up
-- The tax rate in an item's price. It follows the catalogue until the order is placed.
ALTER TABLE order_items ADD COLUMN tax_basis_points BIGINT NOT NULL DEFAULT 0 CHECK (tax_basis_points BETWEEN 0 AND 10000);

-- Billed items get the rate of their invoice. No rate is invented: an item without a known rate
-- makes the migration fail, on NOT NULL.
UPDATE order_items SET tax_basis_points = coalesce(
    (SELECT invoice_lines.tax_basis_points FROM invoices JOIN invoice_lines ON invoice_id = invoices.id
     WHERE invoices.order_id = order_items.order_id AND invoice_lines.position = order_items.position),
    (SELECT products.tax_basis_points FROM products WHERE products.id = order_items.product_id));

-- +goose Down
ALTER TABLE order_items DROP COLUMN tax_basis_points;
