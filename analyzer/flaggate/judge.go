package flaggate

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/migracheck/migracheck/analyzer/featureflag"
	"github.com/migracheck/migracheck/analyzer/gocode"
	"github.com/migracheck/migracheck/parser/source"
)

// A Problem is what is wrong with a use. Each is a rule's name.
type Problem string

// The problems.
const (
	// Ungated: no flag is known to be on.
	Ungated Problem = "ungated-use"
	// Mismatched: a flag is, but not the one that was named for the change.
	Mismatched Problem = "mismatched-flag"
	// FailsOpen: the flag counts as on when its provider does not answer.
	FailsOpen Problem = "flag-fails-open"
	// UseOfRemoved: the release takes away what the code uses.
	UseOfRemoved Problem = "use-of-removed"
	// UseOfRetyped: the release gives a column that the code uses another type.
	UseOfRetyped Problem = "use-of-retyped"
)

// A Finding is a use of what a release changes, at a place where it should not
// be.
type Finding struct {
	Problem Problem
	// Changes are those that the text has to do with; all come from one
	// migration, and belong to one flag.
	Changes []*Change
	// Written is whether the text writes one of them.
	Written bool
	// At is the call that sends the text, or that calls what does.
	At  source.Span
	Pos token.Pos
	// Func names the function that it stands in.
	Func string
	// Query is the text, and where it begins.
	Query gocode.Text
	// Held are the flags known to be on there.
	Held []string
	// Way leads from where code begins to run to the call: calls without the
	// flag, the outermost first.
	Way []Place
	// Checks are the checks of flags in the same function.
	Checks []Place
	// Key is the place of the flag's key as the code writes it, where that is
	// what is wrong; zero if it is not a text of its own.
	Key            source.Span
	KeyPos, KeyEnd token.Pos
}

// A Place is one that explains a finding.
type Place struct {
	At      source.Span
	Message string
}

// verdict is what is wrong with a use where flags are known; "" if nothing is.
func verdict(c *Change, flags []featureflag.Flag) (Problem, []string) {
	switch c.Kind {
	case Removed:
		return UseOfRemoved, nil
	case Retyped:
		return UseOfRetyped, nil
	case Added:
	}
	var on []featureflag.Flag
	for _, f := range flags {
		if f.On {
			on = append(on, f)
		}
	}
	held := keys(on)
	if len(on) == 0 {
		return Ungated, nil
	}
	if c.Flag != "" {
		on = slices.DeleteFunc(on, func(f featureflag.Flag) bool { return f.Key != c.Flag })
		if len(on) == 0 {
			return Mismatched, held
		}
	}
	if !slices.ContainsFunc(on, func(f featureflag.Flag) bool { return !f.FailsOpen }) {
		return FailsOpen, held
	}
	return "", held
}

// keys are the keys of flags, in order, "" for those whose key is not known.
func keys(flags []featureflag.Flag) []string {
	var all []string
	for _, f := range flags {
		all = append(all, f.Key)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// suffices reports whether flags are enough for a change, apart from failing
// open.
func suffices(c *Change) func([]featureflag.Flag) bool {
	return func(flags []featureflag.Flag) bool {
		problem, _ := verdict(c, flags)
		return problem == "" || problem == FailsOpen
	}
}

// Message says what is wrong, and what it leads to.
func (f *Finding) Message() string {
	what := subjects(f.Changes)
	c := f.Changes[0]
	by := "this release"
	if m := c.Migration(); m != "" {
		by = base(m)
	}
	begin := fmt.Sprintf("%s %s %s", f.who(), f.verb(), what)
	switch f.Problem {
	case UseOfRemoved:
		state := "42703"
		if c.Column == "" {
			state = "42P01"
		}
		return fmt.Sprintf("%s, which %s takes away: it fails with %s once that has run", begin, by, state)
	case UseOfRetyped:
		return fmt.Sprintf("%s, whose type %s changes from %s to %s: code of both versions meets both types during the release and after a rollback", begin, by, c.Was, c.Now)
	case Mismatched:
		return fmt.Sprintf("%s, which %s adds behind the flag %s, but here only %s is known to be on: it fails with %s where that is switched on before the migration has run", begin, by, c.Flag, flagList(f.Held), missing(c))
	case FailsOpen:
		return fmt.Sprintf("%s, which %s adds, behind the flag %s, which counts as on when its provider does not answer: it fails with %s before the migration has run", begin, by, flagList(f.Held), missing(c))
	case Ungated:
	}
	flag := "no feature flag"
	if c.Flag != "" {
		flag = "the feature flag " + c.Flag + " is not"
		return fmt.Sprintf("%s, which %s adds, where %s known to be on: it fails with %s before the migration has run, and after it is undone", begin, by, flag, missing(c))
	}
	return fmt.Sprintf("%s, which %s adds, where %s is known to be on: it fails with %s before the migration has run, and after it is undone", begin, by, flag, missing(c))
}

// missing is the SQLSTATE for what a change has yet to add.
func missing(c *Change) string {
	if c.Column == "" {
		return "42P01"
	}
	return "42703"
}

func (f *Finding) who() string {
	if f.Func == "" {
		return "this"
	}
	return f.Func
}

func (f *Finding) verb() string {
	if f.Written {
		return "writes"
	}
	return "reads"
}

// subjects names changes: columns of one relation together.
func subjects(changes []*Change) string {
	const shown = 3
	c := changes[0]
	if c.Column == "" || len(changes) == 1 {
		return c.String()
	}
	var columns []string
	for _, other := range changes {
		columns = append(columns, other.Column)
	}
	if n := len(columns) - shown; n > 1 {
		columns = append(columns[:shown], fmt.Sprintf("%d more", n))
	}
	last := len(columns) - 1
	return fmt.Sprintf("columns %s and %s of %s", strings.Join(columns[:last], ", "), columns[last], c.Relation)
}

// flagList names flags.
func flagList(held []string) string {
	named := slices.DeleteFunc(slices.Clone(held), func(key string) bool { return key == "" })
	if len(named) == 0 {
		return "a flag whose key is not a constant"
	}
	return strings.Join(named, " and ")
}

func base(path string) string { return path[strings.LastIndex(path, "/")+1:] }

// groups puts the uses of one text together that are one problem of one
// migration, relation and flag.
func groups(uses []Use, flags []featureflag.Flag) []*Finding {
	var all []*Finding
	for _, use := range uses {
		problem, held := verdict(use.Change, flags)
		if problem == "" {
			continue
		}
		n := slices.IndexFunc(all, func(f *Finding) bool {
			c := f.Changes[0]
			return f.Problem == problem && c.Relation == use.Relation && c.Flag == use.Flag && c.Migration() == use.Migration() && (problem != UseOfRetyped)
		})
		if n < 0 {
			all = append(all, &Finding{Problem: problem, Held: held})
			n = len(all) - 1
		}
		f := all[n]
		f.Written = f.Written || use.Written
		if !slices.Contains(f.Changes, use.Change) {
			f.Changes = append(f.Changes, use.Change)
		}
	}
	for _, f := range all {
		// The relation says all that its columns would.
		if n := slices.IndexFunc(f.Changes, func(c *Change) bool { return c.Column == "" }); n >= 0 {
			f.Changes = []*Change{f.Changes[n]}
		}
	}
	return all
}

// order puts findings in order of place, and those that are alike together.
func order(findings []*Finding) []*Finding {
	slices.SortStableFunc(findings, func(a, b *Finding) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Problem, b.Problem), compareChanges(a.Changes[0], b.Changes[0]), cmp.Compare(len(b.Changes), len(a.Changes)))
	})
	return slices.CompactFunc(findings, func(a, b *Finding) bool {
		return a.At == b.At && a.Problem == b.Problem && a.Changes[0] == b.Changes[0]
	})
}

// nameOf names a function as "(*Store).User".
func nameOf(fn *ssa.Function) string {
	fn = declared(fn)
	if fn.Synthetic != "" || fn.Signature == nil {
		return ""
	}
	if recv := fn.Signature.Recv(); recv != nil {
		name := recv.Type().String()
		star := strings.HasPrefix(name, "*")
		name, _, _ = strings.Cut(name, "[")
		name = name[strings.LastIndexAny(name, "./*")+1:]
		if star {
			name = "(*" + name + ")"
		}
		return name + "." + fn.Name()
	}
	return fn.Name()
}
