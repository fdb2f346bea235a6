package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
)

// ordersOfUser is how many orders every user has. Each order has two items.
const ordersOfUser = 10

const password = "difference engine"

func usersOf(size int) int { return max(size/ordersOfUser, 2) }

func userName(n int) string { return fmt.Sprintf("bench%d", n) }

// fill lets the services create their tables, stops them and fills the tables.
func (s *system) fill(ctx context.Context, size int) error {
	if err := s.startAll(ctx); err != nil {
		return err
	}
	_, err := ask(ctx, s.url("router")+"/graphql", "", `mutation { register(
		input: {username: "`+userName(0)+`", email: "bench0@example.com",
			firstName: "Ada", lastName: "Lovelace", password: "`+password+`"}
	) { user { id } errors { __typename } } }`, nil)
	s.stop()
	return errors.Join(err,
		s.write(ctx, "user", users(usersOf(size))),
		s.write(ctx, "product", products(size)),
		s.write(ctx, "order", orders(size)),
		s.publishCatalogue(ctx))
}

// write runs statements in one transaction.
func (s *system) write(ctx context.Context, service string, statements []string) (err error) {
	db, err := s.open(ctx, service)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = runAll(ctx, db, statements)
	if err == nil && db.Dialect() == sqldb.Postgres {
		// Autovacuum does this in a running shop. Without it, the first reader of each row would
		// also have to write. VACUUM cannot run in a transaction, so it does not use the writing
		// pool.
		_, err = db.Read().ExecContext(ctx, "VACUUM ANALYZE")
	}
	if err != nil {
		return fmt.Errorf("fill %s: %w", service, err)
	}
	return nil
}

func runAll(ctx context.Context, db *sqldb.DB, statements []string) error {
	return db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		for _, statement := range statements {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("%w: %.80s", err, strings.TrimSpace(statement))
			}
		}
		return nil
	})
}

// numbers returns the SQL of a table n with the numbers i from 1 to end - 1, for both databases.
func numbers(end int) string {
	return fmt.Sprintf("WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) "+
		"UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d)", end)
}

// insert returns the SQL that adds a row to a table for each row of n.
func insert(table, columns string, values ...string) string {
	return " INSERT INTO " + table + " (" + columns + ")" +
		" SELECT " + strings.Join(values, ", ") + " FROM n"
}

// id returns the SQL of an id made from a number. An id has 26 digits, and the last one is even.
func id(prefix, number string) string {
	return "'" + prefix + "_000000000000000' || CAST(1000000000 + " + number + " AS TEXT) || '0'"
}

// text returns the SQL of one of the words followed by the number.
func text(number string, words ...string) string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = fmt.Sprintf("WHEN %d THEN '%s'", i, word)
	}
	return fmt.Sprintf("CASE %s %% %d %s END || ' ' || CAST(%s AS TEXT)",
		number, len(words), strings.Join(list, " "), number)
}

// title, price and sku return the SQL of a product's data, given its number.
func title(number string) string {
	return text(number, "amber kettle", "blue kettle", "copper pan", "green tea",
		"oak table", "red pencil", "silver spoon", "woollen throw")
}
func price(number string) string { return "(500 + " + number + " * 37 % 20000)" }
func sku(number string) string   { return "'BENCH-' || CAST(" + number + " AS TEXT)" }

// beginning is a time in microseconds. The row with number n is n seconds younger.
const beginning = "1750000000000000"

func moment(number string) string { return "(" + beginning + " + " + number + " * 1000000)" }

func users(count int) []string {
	name := "'bench' || CAST(i AS TEXT)"
	email := name + " || '@example.com'"
	return []string{numbers(count) + insert("users",
		"id, username, email, email_folded, first_name, last_name, password_hash, created_at",
		id("usr", "i"), name, email, email, "'Ada'", "'Lovelace'", "u.password_hash", moment("i")) +
		" CROSS JOIN users u WHERE u.username = '" + userName(0) + "'"}
}

func products(size int) []string {
	of := numbers(size + 1)
	return []string{
		of + insert("product", `id, slug, sku, title, title_key, description, category_id,
				price_minor, currency, tax_basis_points, on_hand, active, version,
				created_at, updated_at`,
			id("prd", "i"), "'bench-' || CAST(i AS TEXT)", sku("i"), title("i"), title("i"),
			"'Something to be found, bought and kept.'", "c.id",
			price("i"), "'EUR', 1900, 100000, 1, 1", moment("i"), moment("i")) +
			" JOIN category c ON c.position = i % (SELECT count(*) FROM category)",
		of + insert("product_words", "product_id, words",
			id("prd", "i"), title("i")+" || ' something to be found bought and kept'"),
		of + insert("stock_ledger", "id, product_id, delta, reason, actor, key, created_at",
			id("led", "i"), id("prd", "i"), "100000, 'opening stock', 'system'",
			"'bench ' || CAST(i AS TEXT)", moment("i")),
		of + insert("image", "product_id, position, url, alt, width, height",
			id("prd", "i"), "1, '/images/enamel-teapot-1.svg', 'A teapot', 800, 800"),
	}
}

// gross and tax return the SQL of the amounts of an invoice line.
func gross(product, quantity string) string {
	return "(" + price(product) + " * " + quantity + ")"
}

func tax(product, quantity string) string {
	return "((" + gross(product, quantity) + " * 1900 + 5950) / 11900)"
}

func orders(size int) []string {
	of := numbers(size + 1)
	first, second := "i", fmt.Sprintf("(i %% %d + 1)", size)
	total := "(" + gross(first, "1") + " + " + gross(second, "2") + ")"
	taxes := "(" + tax(first, "1") + " + " + tax(second, "2") + ")"
	buyer := fmt.Sprintf("(i %% %d)", usersOf(size))
	return []string{
		of + insert("products", `id, sku, title, price_minor, currency, tax_basis_points,
				maximum_quantity, active, version`,
			id("prd", "i"), sku("i"), title("i"), price("i"), "'EUR', 1900, 99, 1, 1"),
		of + insert("orders", `id, user_id, number, status, version, currency,
				total_minor, total_quantity, created_at, updated_at, placed_at`,
			id("ord", "i"), id("usr", buyer), "'BENCH-' || CAST(i AS TEXT)",
			"'CONFIRMED', 3, 'EUR'", total, "3", moment("i"), moment("i"), moment("i")),
		of + insert("placements", "user_id, key, request_hash, order_id, placed_at",
			id("usr", buyer), "'bench ' || CAST(i AS TEXT)", "''", id("ord", "i"), moment("i")),
		of + item("1", first, "1"), of + item("2", second, "2"),
		of + insert("order_words", "order_id, words", id("ord", "i"),
			"'bench ' || CAST(i AS TEXT) || ' ' || "+itemWords(first)+" || ' ' || "+itemWords(second)),
		"INSERT INTO invoice_counters (year, last) VALUES (2025, " + fmt.Sprint(size) + ")",
		of + insert("invoices", `id, order_id, year, sequence, status, issued_at, currency,
				net_minor, tax_minor, gross_minor`,
			id("inv", "i"), id("ord", "i"), "2025, i, 'ISSUED'", moment("i"), "'EUR'",
			total+" - "+taxes, taxes, total),
		of + line("1", first, "1"), of + line("2", second, "2"),
		of + insert("order_events", "order_id, version, status, at",
			id("ord", "i"), "3, 'CONFIRMED'", moment("i")),
	}
}

// itemWords returns the SQL of the title and SKU, folded as the search expects them.
func itemWords(product string) string {
	return title(product) + ` || ' bench ' || CAST(` + product + ` AS TEXT)`
}

func item(position, product, quantity string) string {
	return insert("order_items", `id, order_id, position, product_id, product_version, sku, title,
			quantity, unit_price_minor, tax_basis_points, shown_price_minor`,
		id("itm", "(2 * i + "+position+")"), id("ord", "i"), position, id("prd", product), "1",
		sku(product), title(product), quantity, price(product), "1900", price(product))
}

func line(position, product, quantity string) string {
	gross, tax := gross(product, quantity), tax(product, quantity)
	return insert("invoice_lines", `invoice_id, position, sku, title, quantity,
			unit_price_minor, tax_basis_points, net_minor, tax_minor, gross_minor`,
		id("inv", "i"), position, sku(product), title(product), quantity,
		price(product), "1900", gross+" - "+tax, tax, gross)
}
