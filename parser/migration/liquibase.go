package migration

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// liquibase reads formatted SQL changelogs: files that begin with "--liquibase
// formatted sql" and hold changesets. The order is that of the changelog in
// XML, YAML or JSON that includes them, where it is in the directory, else that
// of the names. Each changeset is a migration of its own, and runs in a
// transaction of its own unless it says runInTransaction:false. It is known as
// author:id, or as file::id::author where several files have that.
//
// A changeset for another database is no migration, and neither is one to
// ignore. Contexts and labels are taken as given and preconditions as met,
// because files do not show what is asked for when they run. Changes in XML,
// YAML or JSON are opaque, except for those that run a SQL file.
// https://github.com/liquibase/liquibase/blob/master/liquibase-standard/src/main/java/liquibase/parser/AbstractFormattedChangeLogParser.java
type liquibase struct{}

func (liquibase) Name() string { return "liquibase" }

var liquibaseHeader = pattern.New(`(?i)^\s*--\s*liquibase\s*formatted`)

// marked reports whether the first line that is not blank is the header.
func (liquibase) marked(text string) bool {
	return liquibaseHeader.MatchString(text)
}

// Detect implements [Layout]. Files below count where the directory has none
// but a changelog that may include them.
func (l liquibase) Detect(dir *Dir) Evidence {
	files := slices.DeleteFunc(dir.SQL(), func(in *Input) bool { return !in.signedBy(l) })
	reason := "--liquibase formatted sql in "
	if roots := changelogs(dir); len(roots) > 0 {
		for _, in := range dir.Below()[len(dir.Files()):] {
			if in.isSQL() && in.signedBy(l) {
				files = append(files, in)
			}
		}
		reason = roots[0].Name + ", and " + reason
	}
	return Evidence{Reason: reason + count(len(files), "file"), Files: files}
}

// A changeset is a migration and how Liquibase knows it.
type changeset struct {
	*Migration
	id, author string
	in         *Input
}

// A changelog is what a walk through changelogs collects.
type changelog struct {
	liquibase
	all      []*Input
	visited  map[*Input]bool
	used     map[*Input]bool // for a changeset
	sets     []changeset
	problems []Problem
}

// Load implements [Layout].
func (l liquibase) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	roots := changelogs(dir)
	c := l.walk(dir, roots)
	if len(roots) == 0 {
		named := slices.Clone(c.all)
		slices.SortStableFunc(named, func(a, b *Input) int { return natural(a.Name, b.Name) })
		for _, in := range named {
			if in.isSQL() && (in.signedBy(l) || in.Opaque() != "") {
				c.visit(in, false)
			}
		}
	}
	c.identify()
	for _, s := range c.sets {
		c.used[s.in] = true
		set.Migrations = append(set.Migrations, s.Migration)
	}
	set.Problems = c.problems
	for _, in := range c.all {
		if !c.used[in] && (in.isSQL() || !c.visited[in]) {
			set.Ignored = append(set.Ignored, in.Path())
		}
	}
	return set
}

// walk visits the changelogs that others do not include, and what they include.
func (liquibase) walk(dir *Dir, roots []*Input) *changelog {
	c := &changelog{all: dir.Below(), visited: map[*Input]bool{}, used: map[*Input]bool{}}
	for _, root := range roots {
		c.visit(c.own(root), false)
	}
	return c
}

// own returns the input of the list of all files for one of the directory.
func (c *changelog) own(in *Input) *Input {
	at := slices.IndexFunc(c.all, func(o *Input) bool { return o.Name == in.Name })
	if at < 0 {
		return in
	}
	return c.all[at]
}

// identify gives the changesets their IDs, and reports those that have one
// identity: author, id and file.
func (c *changelog) identify() {
	short, full := map[string]int{}, map[string]changeset{}
	for _, s := range c.sets {
		short[s.author+":"+s.id]++
	}
	for _, s := range c.sets {
		s.ID = s.author + ":" + s.id
		long := fmt.Sprintf("%s::%s::%s", s.in.Name, s.id, s.author)
		if short[s.ID] > 1 {
			s.ID = long
		}
		first, again := full[long]
		if !again {
			full[long] = s
			continue
		}
		at, was := s.Up.Span, first.Up.Span
		at.End, was.End = at.Start, was.Start
		c.problems = append(c.problems, Problem{
			Kind:    DuplicateVersion,
			At:      at,
			Message: fmt.Sprintf("changeset %s:%s is in %s already, so liquibase refuses the changelog", s.author, s.id, s.in.Path()),
			Related: []Related{{At: was, Message: "first used here"}},
		})
	}
}

// visit reads a changelog. Raw SQL is one only where it is included.
func (c *changelog) visit(in *Input, included bool) {
	if c.visited[in] {
		return
	}
	c.visited[in] = true
	switch {
	case !in.isSQL():
		c.structured(in)
	case in.Opaque() != "":
		c.sets = append(c.sets, changeset{&Migration{Up: &Script{Span: in.Body()}, Opaque: in.Opaque()}, "raw", "includeAll", in})
	case in.signedBy(c):
		sets, problems := readFormatted(in)
		c.sets = append(c.sets, sets...)
		c.problems = append(c.problems, problems...)
	case included:
		m := &Migration{}
		var problems []Problem
		m.Up, m.Opaque, problems = whole(in, c, Wrapped)
		c.sets = append(c.sets, changeset{m, "raw", "includeAll", in})
		c.problems = append(c.problems, problems...)
	}
}

// single implements [single]: a file may be several migrations.
func (l liquibase) single(in *Input) ([]*Migration, []Problem) {
	if in.Opaque() != "" || !in.signedBy(l) {
		return wholeAs(in, l, Wrapped)
	}
	sets, problems := readFormatted(in)
	c := &changelog{sets: sets, problems: problems}
	c.identify()
	var ms []*Migration
	for _, s := range c.sets {
		ms = append(ms, s.Migration)
	}
	if len(ms) == 0 {
		ms = []*Migration{{ID: in.Name, Up: &Script{Span: in.Start()}}}
	}
	return ms, c.problems
}

// forPostgres reports whether a list of databases, some of them perhaps
// excluded, has PostgreSQL. A list that a property fills in may have it.
func forPostgres(list string) bool {
	named, excluded := false, false
	for name := range strings.SplitSeq(list, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case name == "postgresql", name == "all", strings.Contains(name, "${"):
			return true
		case name == "none", name == "!postgresql", name == "!all":
			excluded = true
		case name != "" && !strings.HasPrefix(name, "!"):
			named = true
		}
	}
	return !named && !excluded
}
