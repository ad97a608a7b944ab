package migration

import (
	"path"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// morph reads the files of Mattermost's tool: golang-migrate's names, but with
// a transaction per file unless its first bytes say "-- morph:nontransactional".
// Files run in order of name.
// https://github.com/mattermost/morph/blob/master/drivers/postgres/postgres.go (v1.1.0)
type morph struct{}

func (morph) Name() string { return "morph" }

const morphMarker = "-- morph:nontransactional"

var morphLine = pattern.New(`(?m)^[ \t]*--[ \t]*morph:nontransactional`)

func (morph) revision(in *Input) (revision, bool) {
	m := golangMigrateName.FindStringSubmatch(in.Name)
	if m == nil {
		return revision{}, false
	}
	f := revision{in: in, version: m[1], name: m[2], down: m[3] == "down"}
	if path.Ext(in.Name) == ".go" {
		f.opaque = goMigration
	}
	return f, true
}

// Detect implements [Layout]: golang-migrate's names, and something of morph's.
func (l morph) Detect(dir *Dir) Evidence {
	var files []*Input
	why := ""
	for _, in := range dir.Files() {
		if _, ok := l.revision(in); !ok || !sqlExtension(in.Name) {
			continue
		}
		files = append(files, in)
		if strings.Contains(in.Text(), "morph:") && morphLine.MatchString(in.Text()) {
			why = morphMarker
		}
	}
	if len(files) > 0 && dir.imports("github.com/mattermost/morph") {
		why = "Go code that imports github.com/mattermost/morph"
	}
	if why == "" {
		return Evidence{}
	}
	return Evidence{Reason: count(len(files), "file") + " named NNN_name.up.sql/.down.sql, and " + why, Files: files}
}

// Load implements [Layout].
func (l morph) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	var files []revision
	for _, in := range dir.Files() {
		f, ok := l.revision(in)
		if ok {
			files = append(files, f)
			continue
		}
		set.pass(l, in, "NNN_name.up.sql or NNN_name.down.sql")
	}
	// Names are compared, not numbers: 10_b comes before 9_a.
	set.pair(l, files, func(a, b string) int { return strings.Compare(a+"_", b+"_") })
	return set
}

func (l morph) readFile(in *Input) (*Script, string, []Problem) {
	t := Wrapped
	at := morphLine.FindStringIndex(in.Text())
	if strings.HasPrefix(in.Source().Text, morphMarker) {
		t, at = Implicit, nil
	}
	s, opaque, problems := whole(in, l, t)
	if at != nil && opaque == "" {
		place := s.Span
		place.Start, place.End = s.Span.Start+at[0], s.Span.Start+at[1]
		problems = append(problems, Problem{
			Kind:    BadMarker,
			At:      place,
			Message: morphMarker + " is not what the file begins with, so morph opens a transaction all the same",
		})
	}
	return s, opaque, problems
}
