package migration

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A numbered is a migration whose tool orders by an integer.
type numbered struct {
	number    uint64
	in        *Input
	migration *Migration
}

// sortNumbered puts migrations into a set by number, and adds what is wrong
// with the numbers.
func (s *Set) sortNumbered(ms []numbered) {
	s.orderNumbered(ms)
	s.Problems = append(s.Problems, gaps(ms)...)
}

// orderNumbered is sortNumbered for tools with an idea of their own of what a
// gap is.
func (s *Set) orderNumbered(ms []numbered) {
	slices.SortStableFunc(ms, func(a, b numbered) int {
		return cmp.Or(cmp.Compare(a.number, b.number), strings.Compare(a.in.Name, b.in.Name))
	})
	for i, m := range ms {
		s.Migrations = append(s.Migrations, m.migration)
		if i > 0 && ms[i-1].number == m.number && (i == 1 || ms[i-2].number != m.number) {
			s.Problems = append(s.Problems, duplicate(s.Layout, m.migration.ID, same(ms[i-1:])))
		}
	}
}

// same returns the files of the leading migrations with one number.
func same(ms []numbered) []*Input {
	var files []*Input
	for _, m := range ms {
		if m.number != ms[0].number {
			break
		}
		files = append(files, m.in)
	}
	return files
}

// duplicate is the problem of files with one version; all of them are related.
func duplicate(tool, version string, files []*Input) Problem {
	p := Problem{
		Kind:    DuplicateVersion,
		At:      files[1].Start(),
		Message: fmt.Sprintf("version %s is used by %s and by %s, so %s refuses or skips one of them", version, files[0].Path(), files[1].Path(), tool),
	}
	for i, in := range files {
		message := "also version " + version
		if i == 0 {
			message = "version " + version + " is first used here"
		}
		p.Related = append(p.Related, Related{At: in.Start(), Message: message})
	}
	return p
}

// firstStamp is the number from which versions are dates, and not counted.
const firstStamp = 10_000_000

// gaps reports numbers left out of a sequence. Numbers that are no sequence
// (time stamps, steps of ten) have no gaps: a sequence goes up by one at least
// as often as not, or lacks a single number in all. Where a team went over from
// counting to dates, only the counted part is looked at.
func gaps(ms []numbered) []Problem {
	var problems []Problem
	steps, missing := 0, uint64(0)
	for i := 1; i < len(ms); i++ {
		before, after := ms[i-1].number, ms[i].number
		switch {
		case after == before || after >= firstStamp:
			continue
		case after == before+1:
			steps++
			continue
		}
		missing += after - before - 1
		what := fmt.Sprintf("version %d is", before+1)
		if after-before > 2 {
			what = fmt.Sprintf("versions %d to %d are", before+1, after-1)
		}
		problems = append(problems, Problem{
			Kind:    VersionGap,
			At:      ms[i].in.Start(),
			Message: fmt.Sprintf("%s missing between %s and %s", what, ms[i-1].in.Path(), ms[i].in.Path()),
			Related: []Related{{At: ms[i-1].in.Start(), Message: "the version before"}},
		})
	}
	if len(problems) > steps && missing != 1 {
		return nil
	}
	return problems
}

// leadingDigits cuts a name after its leading digits.
func leadingDigits(name string) (digits, rest string) {
	i := 0
	for i < len(name) && '0' <= name[i] && name[i] <= '9' {
		i++
	}
	return name[:i], name[i:]
}

// versionName cuts "0001_name" into version and name, and reads the version;
// ok is false where the part before the first underscore is no number.
func versionName(stem string) (version, name string, number uint64, ok bool) {
	version, name, ok = strings.Cut(stem, "_")
	if !ok {
		return "", "", 0, false
	}
	if digits, rest := leadingDigits(version); digits == "" || rest != "" {
		return "", "", 0, false
	}
	number, err := strconv.ParseUint(version, 10, 64)
	return version, name, number, err == nil
}

// natural compares names with their runs of digits taken as numbers.
func natural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		m, restX := leadingDigits(x)
		n, restY := leadingDigits(y)
		if m != "" && n != "" {
			if c := compareDigits(m, n); c != 0 {
				return c
			}
			x, y = restX, restY
			continue
		}
		if x[0] != y[0] {
			return cmp.Compare(x[0], y[0])
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(a, b))
}

// compareDigits compares numbers of any length.
func compareDigits(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}
