package migration

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/migracheck/migracheck/parser/pattern"
)

// nodePgMigrate reads NNN_name.sql with "-- Up Migration" and "-- Down
// Migration" parts, all up where there are no markers; NNN_name.up.sql and
// .down.sql for those who ask for its other loader; and knows of NNN_name.js and
// .ts. Everything pending runs in one transaction.
// https://github.com/salsita/node-pg-migrate/blob/main/src/sqlMigration.ts (v10.0.0-alpha.2)
type nodePgMigrate struct{}

func (nodePgMigrate) Name() string { return "node-pg-migrate" }

var (
	nodePgUp   = pattern.New(`(?im)^\s*--[\s-]*up\s+migration`)
	nodePgDown = pattern.New(`(?im)^\s*--[\s-]*down\s+migration`)
	// The tool takes any comment that begins so; nobody else writes a line
	// of just these words for each direction.
	nodePgUpLine   = pattern.New(`(?im)^--[ \t-]*up[ \t]+migration$`)
	nodePgDownLine = pattern.New(`(?im)^--[ \t-]*down[ \t]+migration$`)
	nodePgScript   = pattern.New(`\.[cm]?[jt]s$`)
)

func (nodePgMigrate) marked(text string) bool {
	up, down := false, false
	for line := range commentLines(text) {
		if line = strings.TrimRight(line, " \t\r"); len(line) < len("migration") || !strings.EqualFold(line[len(line)-len("migration"):], "migration") {
			continue // as nearly all
		}
		up, down = up || nodePgUpLine.MatchString(line), down || nodePgDownLine.MatchString(line)
	}
	return up && down
}

// Detect implements [Layout].
func (l nodePgMigrate) Detect(dir *Dir) Evidence {
	var files []*Input
	marked := 0
	for _, in := range dir.SQL() {
		if _, ok := l.file(in); ok && foreign(in, l) == "" {
			files = append(files, in)
		}
		if in.signedBy(l) {
			marked++
		}
	}
	if len(files) == 0 {
		return Evidence{}
	}
	if marked > 0 {
		return Evidence{Reason: "-- Up Migration and -- Down Migration in " + count(marked, "file"), Files: files}
	}
	if manifest := dir.requires("node-pg-migrate"); manifest != nil && len(files) == len(dir.SQL()) {
		return Evidence{Reason: count(len(files), "file") + " named NNN_name.sql, and node-pg-migrate in " + manifest.Path(), Files: files}
	}
	return Evidence{}
}

// A nodePgFile is a file with what the tool sorts it by.
type nodePgFile struct {
	revision
	number uint64
	stem   string
}

func (nodePgMigrate) file(in *Input) (nodePgFile, bool) {
	ext := path.Ext(in.Name)
	digits, _ := leadingDigits(in.Name)
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || ext != ".sql" && !nodePgScript.MatchString(ext) || strings.HasSuffix(in.Name, ".d.ts") {
		return nodePgFile{}, false
	}
	// Seventeen digits are a date, to be compared with dates in milliseconds.
	if t, err := time.Parse("20060102150405.000", digits[:min(len(digits), 14)]+"."+digits[min(len(digits), 14):]); len(digits) == 17 && err == nil {
		n = uint64(max(t.UnixMilli(), 0))
	}
	f := nodePgFile{number: n, stem: strings.TrimSuffix(in.Name, ext)}
	f.in = in
	if ext != ".sql" {
		f.opaque = "JavaScript migration"
		if strings.HasSuffix(ext, "ts") {
			f.opaque = "TypeScript migration"
		}
	}
	if stem, ok := strings.CutSuffix(f.stem, ".down"); ok {
		f.stem, f.down = stem, true
	}
	f.stem = strings.TrimSuffix(f.stem, ".up")
	f.version, f.name = digits, strings.TrimLeft(f.stem[len(digits):], "_-")
	return f, true
}

// Load implements [Layout].
func (l nodePgMigrate) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name(), OneTransaction: true}
	var files []nodePgFile
	for _, in := range dir.Files() {
		f, ok := l.file(in)
		if !ok {
			set.Ignored = append(set.Ignored, in.Path())
			if in.isSQL() {
				set.refused(l, in, "named NNN_name.sql")
			}
			continue
		}
		files = append(files, f)
	}
	slices.SortStableFunc(files, func(a, b nodePgFile) int {
		return cmp.Or(cmp.Compare(a.number, b.number), natural(a.stem, b.stem))
	})
	shared := map[string]bool{}
	for i, f := range files {
		if i > 0 && files[i-1].version == f.version && files[i-1].stem != f.stem {
			shared[f.version] = true
		}
	}
	for len(files) > 0 {
		n := slices.IndexFunc(files, func(f nodePgFile) bool { return f.stem != files[0].stem })
		if n < 0 {
			n = len(files)
		}
		l.add(set, files[:n], shared)
		files = files[n:]
	}
	return set
}

// add makes a migration of a file, or of a pair. Names tell migrations apart,
// not numbers.
func (l nodePgMigrate) add(set *Set, files []nodePgFile, shared map[string]bool) {
	var pair []revision
	for _, f := range files {
		r := f.revision
		if shared[r.version] {
			r.version, r.name = f.stem, ""
		}
		pair = append(pair, r)
	}
	if len(pair) > 1 || pair[0].down || pair[0].opaque != "" {
		set.version(l, pair)
		return
	}
	m := &Migration{ID: pair[0].version, Name: pair[0].name}
	in := pair[0].in
	if in.Opaque() != "" || !nodePgUp.MatchString(in.Text()) && !nodePgDown.MatchString(in.Text()) {
		var problems []Problem
		m.Up, m.Opaque, problems = l.readFile(in)
		set.Problems = append(set.Problems, problems...)
	} else {
		var problems []Problem
		m.Up, m.Down, problems = l.read(in)
		set.Problems = append(set.Problems, problems...)
	}
	set.Migrations = append(set.Migrations, m)
}

// readFile reads a file without markers, or one whose name says its direction.
func (l nodePgMigrate) readFile(in *Input) (*Script, string, []Problem) { return whole(in, l, Wrapped) }

func (nodePgMigrate) read(in *Input) (up, down *Script, problems []Problem) {
	body := in.Body()
	find := func(marker *pattern.Pattern) int {
		if at := marker.FindStringIndex(body.Text()); at != nil {
			return body.Start + at[0]
		}
		return -1
	}
	part := func(start, end int) *Script {
		s := &Script{Span: body}
		s.Span.Start, s.Span.End = start, end
		if piece, ok := s.part(start, end, Wrapped); ok {
			s.Pieces = []Piece{piece}
		}
		return s
	}
	atUp, atDown := find(nodePgUp), find(nodePgDown)
	switch {
	case atDown < 0:
		up = part(max(atUp, body.Start), body.End)
	case atUp < 0:
		// What the tool runs on the way up is the whole file; nobody means that.
		up, down = part(body.Start, atDown), part(atDown, body.End)
		at := body
		at.Start += nodePgDown.FindStringIndex(body.Text())[1]
		at.End = at.Start
		at.Start = max(body.Start, strings.LastIndexByte(body.File.Text[:at.End], '\n')+1)
		problems = append(problems, Problem{
			Kind:    BadMarker,
			At:      at,
			Message: "there is no -- Up Migration marker, so node-pg-migrate runs the whole file on the way up, with the down part",
		})
	case atUp < atDown:
		up, down = part(atUp, atDown), part(atDown, body.End)
	default:
		down, up = part(atDown, atUp), part(atUp, body.End)
	}
	return up, down, problems
}
