package migration

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/source"
)

// drizzle reads the files that drizzle-kit writes: NNNN_name.sql in the order of
// meta/_journal.json, or, since version 1, a directory NNN_name with a
// migration.sql. It cuts files at "--> statement-breakpoint", wherever that
// stands, and runs everything that is pending in one transaction. There are no
// down migrations.
// https://github.com/drizzle-team/drizzle-orm/blob/main/drizzle-orm/src/migrator.ts (0.45 and 1.0.0-rc.2)
type drizzle struct{}

func (drizzle) Name() string { return "drizzle" }

const breakpoint = "--> statement-breakpoint"

// journal returns meta/_journal.json, or nil.
func (drizzle) journal(dir *Dir) *Input {
	if meta := dir.Sub("meta"); meta != nil {
		return meta.File("_journal.json")
	}
	return nil
}

// kit returns the migrations of version 1: the directories' names and files.
func (drizzle) kit(dir *Dir) (files []*Input, snapshots int) {
	for _, name := range dir.Dirs() {
		sub := dir.Sub(name)
		if strings.HasPrefix(name, ".") || sub == nil {
			continue
		}
		if in := sub.File("migration.sql"); in != nil {
			files = append(files, in)
			if sub.File("snapshot.json") != nil {
				snapshots++
			}
		}
	}
	return files, snapshots
}

// Detect implements [Layout].
func (l drizzle) Detect(dir *Dir) Evidence {
	if journal := l.journal(dir); journal != nil && strings.Contains(journal.Text(), `"entries"`) {
		files := dir.SQL()
		return Evidence{Reason: "meta/_journal.json with " + count(len(files), "SQL file"), Files: files}
	}
	files, snapshots := l.kit(dir)
	if snapshots == 0 || len(dir.SQL()) > 0 {
		return Evidence{}
	}
	directories := "directories"
	if len(files) == 1 {
		directories = "directory"
	}
	return Evidence{Reason: fmt.Sprintf("%d %s with migration.sql, %d of them with snapshot.json", len(files), directories, snapshots), Files: files}
}

// Load implements [Layout].
func (l drizzle) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name(), OneTransaction: true}
	journal := l.journal(dir)
	for _, in := range dir.Files() {
		if journal == nil || !in.isSQL() {
			set.Ignored = append(set.Ignored, in.Path())
		}
	}
	if journal == nil {
		files, _ := l.kit(dir)
		for _, in := range files {
			l.add(set, in, in.dir.name())
		}
		for _, name := range dir.Dirs() {
			if sub := dir.Sub(name); sub != nil && sub.File("migration.sql") == nil {
				for _, in := range sub.SQL() {
					set.Ignored = append(set.Ignored, in.Path())
				}
			}
		}
		return set
	}
	l.listed(set, dir, journal)
	return set
}

// A journalEntry is a migration in the journal.
type journalEntry struct {
	When int64  `json:"when"`
	Tag  string `json:"tag"`

	at source.Span
}

// entries reads the journal.
func (drizzle) entries(journal *Input) ([]journalEntry, error) {
	var list struct {
		Entries []journalEntry `json:"entries"`
	}
	if err := json.Unmarshal([]byte(journal.Text()), &list); err != nil {
		return nil, err
	}
	at := journal.Body()
	for i := range list.Entries {
		e := &list.Entries[i]
		e.at = journal.Start()
		quoted := strconv.Quote(e.Tag)
		if n := strings.Index(at.Text(), quoted); n >= 0 {
			e.at = source.Span{File: at.File, Start: at.Start + n, End: at.Start + n + len(quoted)}
			at.Start = e.at.End
		}
	}
	return list.Entries, nil
}

// listed adds the migrations of a journal.
func (l drizzle) listed(set *Set, dir *Dir, journal *Input) {
	entries, err := l.entries(journal)
	if err != nil {
		set.Problems = append(set.Problems, Problem{
			Kind:    BadMarker,
			At:      journal.Start(),
			Message: fmt.Sprintf("%s cannot be read as JSON, so drizzle refuses the directory; the files are taken in order of name", journal.Path()),
		})
		for _, in := range dir.SQL() {
			l.add(set, in, strings.TrimSuffix(in.Name, ".sql"))
		}
		return
	}
	used := map[string]*journalEntry{}
	var latest *journalEntry
	for i := range entries {
		e := &entries[i]
		in := dir.File(e.Tag + ".sql")
		if in == nil {
			set.Problems = append(set.Problems, Problem{
				Kind:    EmptyMigration,
				At:      e.at,
				Message: fmt.Sprintf("%s lists %s, but there is no %s.sql, so drizzle refuses the directory", journal.Path(), e.Tag, e.Tag),
			})
			continue
		}
		if first := used[e.Tag]; first != nil {
			set.Problems = append(set.Problems, Problem{
				Kind:    DuplicateVersion,
				At:      e.at,
				Message: fmt.Sprintf("%s lists %s twice, so drizzle runs it twice", journal.Path(), e.Tag),
				Related: []Related{{At: first.at, Message: "first listed here"}},
			})
			continue
		}
		used[e.Tag] = e
		l.add(set, in, e.Tag)
		if latest != nil && e.When <= latest.When {
			set.Problems = append(set.Problems, Problem{
				Kind:    BadMarker,
				At:      e.at,
				Message: fmt.Sprintf("the journal dates %s at %d, no later than %s before it (%d), so drizzle skips it without a word on databases where that one has run", e.Tag, e.When, latest.Tag, latest.When),
				Related: []Related{{At: latest.at, Message: "the later date"}},
			})
			continue
		}
		latest = e
	}
	for _, in := range dir.SQL() {
		if used[strings.TrimSuffix(in.Name, ".sql")] != nil {
			continue
		}
		set.Ignored = append(set.Ignored, in.Path())
		if supabaseName.MatchString(in.Name) {
			set.Problems = append(set.Problems, Problem{
				Kind:    MixedLayouts,
				At:      in.Start(),
				Message: fmt.Sprintf("%s is numbered like a migration, but drizzle does not read it: %s does not list it", in.Path(), journal.Path()),
			})
		}
	}
}

func (l drizzle) add(set *Set, in *Input, tag string) {
	m := &Migration{ID: tag}
	if version, name, ok := strings.Cut(tag, "_"); ok && strings.Trim(version, "0123456789") == "" && version != "" {
		m.ID, m.Name = version, name
	}
	if slices.ContainsFunc(set.Migrations, func(o *Migration) bool { return o.ID == m.ID }) {
		m.ID, m.Name = tag, "" // drizzle knows files by their dates, not by numbers
	}
	var problems []Problem
	m.Up, m.Opaque, problems = l.readFile(in)
	set.Problems = append(set.Problems, problems...)
	set.Migrations = append(set.Migrations, m)
}

func (l drizzle) readFile(in *Input) (*Script, string, []Problem) {
	s, opaque, problems := whole(in, l, Wrapped)
	if opaque != "" {
		return s, opaque, problems
	}
	s.Pieces = nil
	for at := s.Span.Start; at <= s.Span.End; {
		end, next := s.Span.End, s.Span.End+1
		if n := strings.Index(s.Span.File.Text[at:s.Span.End], breakpoint); n >= 0 {
			end, next = at+n, at+n+len(breakpoint)
		}
		if piece, ok := s.part(at, end, Wrapped); ok {
			s.Pieces = append(s.Pieces, piece)
		}
		at = next
	}
	return s, opaque, problems
}
