package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

var mixedTransactionModes = &Rule{
	Name:     "mixed-transaction-modes",
	Title:    "A script mixes statements that cannot run in a transaction with others, and the tool refuses it",
	Category: Process,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, s *replay.Statement) {
		if s.Down || p.set == nil || p.set.Layout != "flyway" || p.wrapped(s.Span) || !flywayRunsAlone(s) {
			return
		}
		var other *replay.Statement
		for _, o := range p.script() {
			switch {
			case o == s, o.Err != nil:
			case !flywayRunsAlone(o):
				other = o
			case other == nil && o.Span.Start < s.Span.Start:
				return // said of the first one
			}
			if other != nil {
				break
			}
		}
		if other == nil {
			return
		}
		p.Report(Finding{
			At:      s.Span,
			Message: fmt.Sprintf("Flyway runs %s outside a transaction and the script has statements that it runs in one, so Flyway refuses the script unless mixed is set", alone(s)),
			Related: []Related{{At: other.Span, Message: "a statement that Flyway runs in a transaction"}},
		})
	}),
}

// flywayRunsAlone reports whether Flyway knows that a statement cannot run in a
// transaction; it knows of fewer than there are.
// https://github.com/flyway/flyway/blob/main/flyway-database/flyway-database-postgresql/src/main/java/org/flywaydb/database/postgresql/PostgreSQLParser.java
func flywayRunsAlone(s *replay.Statement) bool {
	switch s.Kind {
	case "CREATE DATABASE", "DROP DATABASE", "CREATE TABLESPACE", "DROP TABLESPACE", "CREATE SUBSCRIPTION", "DROP SUBSCRIPTION", "ALTER SYSTEM", "VACUUM", "DISCARD ALL":
		return true
	}
	for _, op := range s.Ops {
		switch op := op.(type) {
		case *ddl.CreateIndex:
			return op.Concurrently
		case *ddl.DropRelation:
			return op.Concurrently
		case *ddl.Vacuum:
			return op.Vacuum
		case *ddl.Reindex:
			return op.Target == "schema" || op.Target == "database" || op.Target == "system"
		}
	}
	return false
}

// alone names a statement, with the word that keeps it out of transactions.
func alone(s *replay.Statement) string {
	for _, op := range s.Ops {
		switch op := op.(type) {
		case *ddl.CreateIndex:
			if op.Concurrently {
				return s.Kind + " CONCURRENTLY"
			}
		case *ddl.DropRelation:
			if op.Concurrently {
				return s.Kind + " CONCURRENTLY"
			}
		case *ddl.Reindex:
			if op.Concurrently {
				return s.Kind + " CONCURRENTLY"
			}
		}
	}
	return s.Kind
}
