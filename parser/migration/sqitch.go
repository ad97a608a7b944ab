package migration

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// sqitch reads the changes of sqitch.plan, in its order: deploy/name.sql, and
// revert/name.sql for the way back. A change that was reworked is in the plan
// twice, and its first form in name@tag.sql, where the tag stands between the
// two. Each script is run by a psql of its own, statement by statement, and
// nobody opens a transaction but the script itself. Where sqitch.conf is in the directory or
// above, it says where the scripts are.
// https://github.com/sqitchers/sqitch/blob/main/lib/App/Sqitch/Plan.pm (1.6.1)
type sqitch struct{}

func (sqitch) Name() string { return "sqitch" }

const (
	sqitchPlan = "sqitch.plan"
	sqitchConf = "sqitch.conf"
)

// Detect implements [Layout].
func (l sqitch) Detect(dir *Dir) Evidence {
	p := l.project(dir)
	if p.plan == nil || p.plan.Opaque() != "" {
		return Evidence{}
	}
	changes, _ := l.changes(p.plan)
	if len(changes) == 0 {
		return Evidence{}
	}
	files := []*Input{p.plan}
	for _, c := range changes {
		if in := p.script(p.deploy, path.Join(p.reworked, "deploy"), c); in != nil {
			files = append(files, in)
		}
	}
	return Evidence{Reason: p.plan.Name + " with " + count(len(changes), "change"), Files: files}
}

// A sqitchProject is where sqitch.conf says that things are, from the
// directory that is read.
type sqitchProject struct {
	dir                              *Dir
	conf, plan                       *Input
	engine                           string
	engineAt                         source.Span
	deploy, revert, verify, reworked string
	extension                        string
}

var (
	sqitchSection = pattern.New(`^\s*\[\s*(\w+)(?:\s+"([^"]*)")?\s*\]\s*$`)
	sqitchKey     = pattern.New(`^\s*(\w+)\s*=\s*(.*?)\s*$`)
)

func (sqitch) project(dir *Dir) sqitchProject {
	p := sqitchProject{dir: dir}
	down := "."
	if p.conf = dir.File(sqitchConf); p.conf == nil {
		p.conf, down = dir.above(sqitchConf)
	}
	values := map[string]string{}
	if p.conf != nil && p.conf.Opaque() == "" {
		p.read(values)
	}
	// here returns a path of the configuration as one from dir.
	here := func(key, otherwise string) string {
		value := values[key]
		if value == "" {
			return otherwise
		}
		value = path.Clean(value)
		switch {
		case down == ".", down == "":
			return value
		case value == down:
			return "."
		}
		return strings.TrimPrefix(value, down+"/")
	}
	top := here("top_dir", ".")
	p.plan = dir.at(here("plan_file", path.Join(top, sqitchPlan)))
	p.deploy = here("deploy_dir", path.Join(top, "deploy"))
	p.revert = here("revert_dir", path.Join(top, "revert"))
	p.verify = here("verify_dir", path.Join(top, "verify"))
	p.reworked = here("reworked_dir", top)
	p.extension = values["extension"]
	if p.extension == "" {
		p.extension = "sql"
	}
	return p
}

// read reads the keys of [core], and of [engine "pg"], which have precedence.
func (p *sqitchProject) read(values map[string]string) {
	section := ""
	for l := range lines(p.conf.Body()) {
		if m := sqitchSection.FindStringSubmatch(l.text); m != nil {
			section = m[1] + " " + m[2]
			continue
		}
		m := sqitchKey.FindStringSubmatch(l.text)
		if m == nil {
			continue
		}
		key, value := m[1], strings.Trim(m[2], `"`)
		switch {
		case section == "core " && key == "engine":
			p.engine, p.engineAt = value, l.span(p.conf.Source())
		case section == "engine pg", section == "core " && values[key] == "":
			values[key] = value
		}
	}
}

// A sqitchChange is a line of the plan.
type sqitchChange struct {
	name, note string
	at         source.Span
	// undo: the line takes the change back.
	undo bool
	// tags stand after the change and before the next one.
	tags []string
	// rework are the tags of which one is in the names of the files, because
	// the change comes again.
	rework []string
}

// id is what sqitch calls the change where its name alone would not do.
func (c sqitchChange) id() string {
	if len(c.rework) > 0 {
		return c.name + "@" + c.rework[0]
	}
	return c.name
}

var sqitchLine = pattern.New(`^\s*([+-]?)\s*([^\s\[@%]\S*)(?:\s+\[[^\]]*\])?\s+\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\s+[^<]+<[^>]+>\s*$`)

// changes reads the plan.
func (sqitch) changes(plan *Input) (changes []sqitchChange, problems []Problem) {
	bad := func(kind ProblemKind, at source.Span, format string, args ...any) {
		problems = append(problems, Problem{Kind: kind, At: at, Message: fmt.Sprintf(format, args...)})
	}
	since := map[string]int{} // changes since the last tag
	last := map[string]int{}
	for l := range lines(plan.Body()) {
		text, note, _ := strings.Cut(l.text, "#")
		trimmed := strings.TrimSpace(text)
		at := l.span(plan.Source())
		switch {
		case trimmed == "", strings.HasPrefix(trimmed, "%"):
			continue
		case strings.HasPrefix(trimmed, "@"):
			if len(changes) == 0 {
				bad(BadMarker, at, "this tag stands before the first change, so sqitch refuses the plan")
				continue
			}
			tag, _, _ := strings.Cut(trimmed[1:], " ")
			changes[len(changes)-1].tags = append(changes[len(changes)-1].tags, tag)
			clear(since)
			continue
		}
		m := sqitchLine.FindStringSubmatch(text)
		if m == nil {
			bad(BadMarker, at, "this line is not a change with its name, time and planner, so sqitch refuses the plan")
			continue
		}
		c := sqitchChange{name: m[2], note: strings.TrimSpace(note), at: at, undo: m[1] == "-"}
		if first, ok := since[c.name]; ok {
			problems = append(problems, Problem{
				Kind:    DuplicateVersion,
				At:      at,
				Message: fmt.Sprintf("change %s is in the plan already, with no tag between, so sqitch refuses the plan", c.name),
				Related: []Related{{At: changes[first].at, Message: "first planned here"}},
			})
			continue
		}
		if first, ok := last[c.name]; ok {
			for i := len(changes) - 1; i >= first; i-- {
				changes[first].rework = append(changes[first].rework, changes[i].tags...)
			}
		}
		since[c.name], last[c.name] = len(changes), len(changes)
		changes = append(changes, c)
	}
	return changes, problems
}

// script returns the file of a change, or nil.
func (p sqitchProject) script(dir, reworked string, c sqitchChange) *Input {
	if len(c.rework) == 0 {
		return p.dir.at(path.Join(dir, c.name+"."+p.extension))
	}
	for _, tag := range c.rework {
		if in := p.dir.at(path.Join(reworked, c.name+"@"+tag+"."+p.extension)); in != nil {
			return in
		}
	}
	return nil
}

// Load implements [Layout].
func (l sqitch) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	p := l.project(dir)
	if p.plan == nil {
		return set
	}
	if p.engine != "" && p.engine != "pg" && p.engine != "cockroach" && p.engine != "yugabyte" {
		set.Problems = append(set.Problems, Problem{
			Kind:    BadMarker,
			At:      p.engineAt,
			Message: fmt.Sprintf("%s says that the engine is %s, so sqitch does not run these changes on PostgreSQL", p.conf.Path(), p.engine),
		})
	}
	changes, problems := l.changes(p.plan)
	set.Problems = append(set.Problems, problems...)
	var used []string
	for _, c := range changes {
		m := &Migration{ID: c.id(), Name: c.note}
		set.Migrations = append(set.Migrations, m)
		deploy := p.script(p.deploy, path.Join(p.reworked, "deploy"), c)
		revert := p.script(p.revert, path.Join(p.reworked, "revert"), c)
		for _, in := range []*Input{deploy, revert, p.script(p.verify, path.Join(p.reworked, "verify"), c)} {
			if in != nil {
				used = append(used, in.Path())
			}
		}
		switch {
		case c.undo:
			m.Up, m.Opaque = &Script{Span: c.at}, "line of the plan that takes a change back"
			continue
		case deploy == nil:
			m.Up, m.Opaque = &Script{Span: c.at}, "missing deploy script"
			set.Problems = append(set.Problems, Problem{
				Kind:    BadMarker,
				At:      c.at,
				Message: fmt.Sprintf("change %s has no deploy script %s, so sqitch stops at it", c.id(), path.Join(p.deploy, c.id()+"."+p.extension)),
			})
			continue
		}
		var more []Problem
		m.Up, m.Opaque, more = whole(deploy, l, Autocommit)
		set.Problems = append(set.Problems, more...)
		if revert != nil {
			var opaque string
			m.Down, opaque, more = whole(revert, l, Autocommit)
			m.Down.Opaque = opaque
			set.Problems = append(set.Problems, more...)
		}
	}
	set.inSessions(NewSession)
	for _, in := range dir.Below() {
		if in.isSQL() && !slices.Contains(used, in.Path()) {
			set.Ignored = append(set.Ignored, in.Path())
		}
	}
	return set
}

// single implements [single].
func (l sqitch) single(in *Input) ([]*Migration, []Problem) { return wholeAs(in, l, Autocommit) }
