-- +goose Up
-- The rate of the tax in an item's price: the catalogue's, until the order is placed and its items stay as they are.
ALTER TABLE order_items ADD COLUMN tax_basis_points INTEGER NOT NULL DEFAULT 0 CHECK (tax_basis_points BETWEEN 0 AND 10000);

-- What was billed at a rate has that one. No rate is made up: an item of which none is known fails here, on NOT NULL.
UPDATE order_items SET tax_basis_points = coalesce(
    (SELECT invoice_lines.tax_basis_points FROM invoices JOIN invoice_lines ON invoice_id = invoices.id
     WHERE invoices.order_id = order_items.order_id AND invoice_lines.position = order_items.position),
    (SELECT products.tax_basis_points FROM products WHERE products.id = order_items.product_id));

-- +goose Down
ALTER TABLE order_items DROP COLUMN tax_basis_points;
