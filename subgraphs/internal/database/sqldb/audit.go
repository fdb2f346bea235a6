package sqldb

import (
	"context"
	"fmt"
	"slices"
)

// Rule is an invariant of a service's database, which holds at every moment the service can be
// stopped. Breaches is a query that returns one line of text for each breach.
type Rule struct{ Name, Breaches string }

// Audit returns one line for each breach of a rule. It checks the integrity of the database
// first. A database without faults has no findings.
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

// intact returns the rules that find corruption in a SQLite file. SQLite checks foreign keys only
// on connections that turn the check on. Postgres has no such query.
func intact(d Dialect) []Rule {
	if d != SQLite {
		return nil
	}
	return []Rule{{Name: "the database is intact", Breaches: `
		SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'
		UNION ALL
		SELECT "table" || ' row ' || rowid || ' has no ' || parent FROM pragma_foreign_key_check`}}
}
