package flaggate

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/migracheck/migracheck/analyzer/featureflag"
	"github.com/migracheck/migracheck/analyzer/gocode"
)

// A reaches is the fact that a package, or one that it imports, may send
// queries or ask for flags.
type reaches struct{ Database, Flags bool }

// A flagged is the fact that a comment makes an object a flag.
type flagged struct{ Key string }

// A wraps is the fact of what a function's results say about flags.
type wraps struct{ Wrappers []featureflag.Wrapper }

// A sends is the fact that a function sends a parameter as a query.
type sends struct{ Sink gocode.Sink }

// A touches is the fact that a function uses what is new, and leaves it to its
// callers to ask for the flag.
type touches struct {
	Names   []touched
	Written bool
}

// A touched is the name of a relation or column that is new.
type touched struct{ Relation, Column string }

// AFact marks facts.
func (*reaches) AFact() {}

// AFact marks facts.
func (*flagged) AFact() {}

// AFact marks facts.
func (*wraps) AFact() {}

// AFact marks facts.
func (*sends) AFact() {}

// AFact marks facts.
func (*touches) AFact() {}

func (r *reaches) String() string { return fmt.Sprintf("reaches(%t, %t)", r.Database, r.Flags) }
func (f *flagged) String() string { return "flag(" + f.Key + ")" }
func (w *wraps) String() string   { return fmt.Sprintf("wraps(%d)", len(w.Wrappers)) }
func (s *sends) String() string   { return fmt.Sprintf("sends(%d)", s.Sink.Text) }
func (t *touches) String() string { return fmt.Sprintf("touches(%d)", len(t.Names)) }

// facts are those that the analyzer keeps.
func factTypes() []analysis.Fact {
	return []analysis.Fact{new(reaches), new(flagged), new(wraps), new(sends), new(touches)}
}

// changes are the changes that a fact is about.
func (g *Gate) changes(t *touches) []*Change {
	var found []*Change
	for _, r := range g.Releases {
		for _, n := range t.Names {
			if c := r.added[name{n.Relation, n.Column}]; c != nil {
				found = append(found, c)
			}
		}
	}
	return found
}

// touching is the fact about changes.
func touching(changes []*Change, written bool) *touches {
	t := &touches{Written: written}
	for _, c := range changes {
		t.Names = append(t.Names, touched{c.Relation, c.Column})
	}
	return t
}

// promising are the methods of interfaces of a package that a method stands
// behind.
func promising(pkg *types.Package, method *types.Func) []*types.Func {
	recv := method.Signature().Recv()
	if recv == nil {
		return nil
	}
	var found []*types.Func
	for _, name := range pkg.Scope().Names() {
		object, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok {
			continue
		}
		declared, ok := object.Type().Underlying().(*types.Interface)
		if !ok || !types.Implements(recv.Type(), declared) {
			continue
		}
		for m := range declared.Methods() {
			if m.Name() == method.Name() && m.Pkg() == pkg {
				found = append(found, m)
			}
		}
	}
	return found
}
