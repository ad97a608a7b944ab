package migration

import (
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// prisma reads a directory per migration with a migration.sql, in order of
// name, beside migration_lock.toml. There is no way back: a down.sql is a file
// for people, who run it by hand.
//
// Nobody opens a transaction. The file was sent as one simple query, until
// Prisma 7.4: since then, a file with CREATE INDEX CONCURRENTLY that Prisma's
// own parser can read is sent in parts. The files do not say which version
// runs them, so that such a file is [Unstated]; DROP INDEX CONCURRENTLY, which
// that parser cannot read, keeps it whole.
// https://github.com/prisma/prisma-engines/pull/5767
type prisma struct{}

func (prisma) Name() string { return "prisma" }

const (
	prismaLock   = "migration_lock.toml"
	prismaScript = "migration.sql"
)

// prismaName matches the names that prisma migrate dev generates.
var prismaName = pattern.New(`^\d{14}_`)

// Detect implements [Layout]. A snapshot.json is Drizzle's, whose directories
// are the same otherwise.
func (prisma) Detect(dir *Dir) Evidence {
	var files []*Input
	generated := true
	for _, f := range folders(dir) {
		in := f.dir.File(prismaScript)
		if in == nil {
			continue
		}
		files = append(files, in)
		generated = generated && prismaName.MatchString(f.name) && f.dir.File("snapshot.json") == nil
	}
	switch {
	case len(files) == 0:
		return Evidence{}
	case dir.File(prismaLock) != nil:
		return Evidence{Reason: prismaLock + " and " + count(len(files), "directory") + " with " + prismaScript, Files: files}
	case generated:
		return Evidence{Reason: count(len(files), "directory") + " named YYYYMMDDHHMMSS_name with " + prismaScript, Files: files}
	}
	return Evidence{}
}

// Load implements [Layout].
func (l prisma) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	for _, in := range dir.Files() {
		if in.Name != prismaLock {
			set.Ignored = append(set.Ignored, in.Path())
		}
	}
	set.Problems = append(set.Problems, l.provider(dir)...)
	fs := folders(dir)
	var names []string
	for _, f := range fs {
		names = append(names, f.name)
	}
	shared := sharedVersions(names)
	for _, f := range fs { // in order of name, as Prisma runs them
		m := &Migration{ID: f.name}
		if version, name := plainVersion(f.name); name != "" && !shared[version] {
			m.ID, m.Name = version, name
		}
		in := f.dir.File(prismaScript)
		if in != nil {
			var problems []Problem
			m.Up, m.Opaque, problems = whole(in, l, l.transaction(in))
			set.Problems = append(set.Problems, problems...)
			set.Migrations = append(set.Migrations, m)
			f.rest(set, prismaScript)
			continue
		}
		files := f.dir.Files()
		if len(files) == 0 {
			continue
		}
		if in = f.dir.File("migration.ts"); in == nil {
			set.Problems = append(set.Problems, Problem{
				Kind:    BadMarker,
				At:      files[0].Start(),
				Message: fmt.Sprintf("there is no %s in %s, so prisma stops with P3015", prismaScript, f.dir.Path),
			})
			f.rest(set)
			continue
		}
		// Some teams run such steps themselves, between Prisma's, which does not
		// get to see them.
		m.Up, m.Opaque = &Script{Span: in.Start()}, "TypeScript migration"
		set.Migrations = append(set.Migrations, m)
		f.rest(set, in.Name)
	}
	return set
}

var prismaProvider = pattern.New(`(?m)^[ \t]*provider[ \t]*=[ \t]*"([^"\n]*)"`)

// provider reports migrations for another server than PostgreSQL.
func (prisma) provider(dir *Dir) []Problem {
	lock := dir.File(prismaLock)
	if lock == nil || lock.Opaque() != "" {
		return nil
	}
	body := lock.Body()
	m := prismaProvider.FindStringSubmatchIndex(body.Text())
	if m == nil {
		return nil
	}
	at := source.Span{File: body.File, Start: body.Start + m[2], End: body.Start + m[3]}
	switch name := at.Text(); name {
	case "postgresql", "postgres", "cockroachdb":
		return nil
	default:
		return []Problem{{
			Kind:    BadMarker,
			At:      at,
			Message: fmt.Sprintf("%s says that these migrations are for %s, so prisma refuses to run them on PostgreSQL", lock.Path(), name),
		}}
	}
}

// transaction says what runs the statements of a file.
func (prisma) transaction(in *Input) Transaction {
	create := false
	for _, s := range statements(in.Text()) {
		s = strings.ToUpper(s)
		switch {
		case strings.HasPrefix(s, "DROP INDEX CONCURRENTLY"):
			return Implicit
		case strings.HasPrefix(s, "CREATE INDEX CONCURRENTLY"), strings.HasPrefix(s, "CREATE UNIQUE INDEX CONCURRENTLY"):
			create = true
		}
	}
	if create {
		return Unstated
	}
	return Implicit
}

// single implements [single].
func (l prisma) single(in *Input) ([]*Migration, []Problem) {
	return wholeAs(in, l, l.transaction(in))
}
