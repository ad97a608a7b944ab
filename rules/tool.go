package rules

import "github.com/migracheck/migracheck/parser/migration"

// A tool is what a migration tool does with a history that was not only added
// to, by its own source. The zero tool is one of which nothing is known.
type tool struct {
	// late is what becomes of a new migration whose place is before one that ran
	// already; refuses: nothing is released then.
	late    string
	refuses bool
	// skips: it never runs such a migration there.
	skips bool
	// sums says what the tool compares the file of a migration that ran with,
	// "" for nothing; wording counts where it compares comments as well.
	sums    string
	wording bool
	// misses: it refuses to run where a migration that ran has no file.
	misses bool
	// forgets: without a down script it takes the record of a migration back and
	// runs nothing.
	forgets bool
	// shares: it runs all that is pending in one session and resets nothing.
	shares bool
}

// tools are by the name of their layout.
func tools(layout string) tool {
	switch layout {
	case "atlas":
		return tool{late: "atlas refuses to run anything unless --exec-order allows it", refuses: true}
	case "dbmate":
		return tool{late: "dbmate runs it there late, or refuses with --strict", shares: true}
	case "diesel":
		return tool{late: "diesel runs it there late", shares: true}
	case "drizzle":
		return tool{late: "drizzle runs it there only if its time stamp is later than the last one's"}
	case "flyway":
		return tool{late: "Flyway refuses to run anything unless outOfOrder is set", refuses: true, sums: "a checksum of its text", wording: true, misses: true}
	case "golang-migrate":
		return tool{late: "golang-migrate never runs it there", skips: true, forgets: true, shares: true}
	case "goose":
		return tool{late: "goose refuses to run anything unless -allow-missing is given", refuses: true, forgets: true, shares: true}
	case "graphile-migrate":
		return tool{late: "graphile-migrate refuses to run anything", refuses: true, sums: "a hash of its text", wording: true}
	case "liquibase":
		return tool{late: "liquibase runs it there late", sums: "a checksum of its statements"}
	case "node-pg-migrate":
		return tool{late: "node-pg-migrate refuses to run anything unless --no-check-order is given", refuses: true}
	case "pgmigrate":
		return tool{sums: "a hash of its text", wording: true}
	case "postgres-migrations":
		return tool{late: "postgres-migrations refuses to run anything", refuses: true, sums: "a hash of its text", wording: true}
	case "prisma":
		return tool{late: "prisma runs it there late", shares: true}
	case "refinery":
		return tool{late: "refinery refuses to run anything", refuses: true, sums: "a checksum of its text", wording: true, misses: true}
	case "sql-migrate":
		return tool{late: "sql-migrate runs it there late", misses: true, forgets: true, shares: true}
	case "sqlx":
		return tool{late: "sqlx runs it there late", sums: "a hash of its text", wording: true, misses: true, shares: true}
	case "supabase":
		return tool{late: "supabase refuses to run anything unless --include-all is given", refuses: true}
	case "tern":
		return tool{late: "tern refuses to run anything", refuses: true}
	}
	return tool{}
}

// tool is what is known of the tool whose migrations are judged.
func (p *Pass) tool() tool {
	if p.set == nil {
		return tool{}
	}
	return tools(p.set.Layout)
}

// toolName is the tool's name for a message.
func (p *Pass) toolName() string {
	switch {
	case p.set == nil || p.set.Layout == "plain" || p.set.Layout == "custom":
		return "the migration tool"
	case p.set.Layout == "flyway":
		return "Flyway"
	}
	return p.set.Layout
}

// repeatable reports whether a migration has no place in the order of versions:
// the tool runs it again whenever it changes.
func (p *Pass) repeatable(m *migration.Migration) bool {
	return p.set != nil && p.set.Repeatable(m)
}
