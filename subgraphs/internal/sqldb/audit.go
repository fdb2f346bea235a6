package sqldb

import (
	"context"
	"fmt"
	"slices"
)

// Rule is something that holds in every database of a service, whenever that was stopped. The
// statement Breaches finds what breaks it, as text.
type Rule struct{ Name, Breaches string }

// Audit returns what breaks the rules, one line each, after what is wrong with the database itself:
// nothing, if all is well.
func Audit(ctx context.Context, db *DB, rules []Rule) (findings []string, err error) {
	for _, r := range slices.Concat(intact(db.Dialect()), rules) {
		var breaches []string
		if err := db.Read().SelectContext(ctx, &breaches, r.Breaches); err != nil {
			return nil, fmt.Errorf("audit %q: %w", r.Name, err)
		}
		for _, breach := range breaches {
			findings = append(findings, r.Name+": "+breach)
		}
	}
	return findings, nil
}

// intact asks SQLite, which checks foreign keys only where it is told to. Postgres has no such word.
func intact(d Dialect) []Rule {
	if d != SQLite {
		return nil
	}
	return []Rule{{Name: "the database is intact", Breaches: `
		SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'
		UNION ALL
		SELECT "table" || ' row ' || rowid || ' has no ' || parent FROM pragma_foreign_key_check`}}
}
