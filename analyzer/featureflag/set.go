package featureflag

import (
	"maps"

	"golang.org/x/tools/go/ssa"
)

// A fact says that a flag is on or off.
type fact struct {
	key   string         // "" for some flag
	param *ssa.Parameter // the parameter that is the key, if it is one
	on    bool
}

// A set is what is known at a place: everything, if it is never reached.
// The facts map to whether the check may have failed open.
type set struct {
	all   bool
	facts map[fact]bool
}

// everything is what is known where nothing ever comes.
var everything = set{all: true}

// nothing reports whether nothing is known, which does not change any more:
// sets only shrink.
func (s set) nothing() bool { return !s.all && len(s.facts) == 0 }

// known is the set of one fact, and of the weaker one that there is a flag.
// The weaker is what two paths with different flags have in common.
func known(f fact, open bool) set {
	return set{facts: map[fact]bool{f: open, {on: f.on}: open}}
}

// both is what is known when two things are known at once.
func both(a, b set) set {
	switch {
	case a.all || b.all:
		return everything
	case len(a.facts) == 0:
		return b
	case len(b.facts) == 0:
		return a
	}
	facts := maps.Clone(a.facts)
	for f, open := range b.facts {
		if before, ok := facts[f]; ok {
			open = open && before
		}
		facts[f] = open
	}
	return set{facts: facts}
}

// either is what is known when one of two things is, and not which.
func either(a, b set) set {
	switch {
	case a.all:
		return b
	case b.all:
		return a
	case a.nothing() || b.nothing():
		return set{}
	}
	facts := map[fact]bool{}
	for f, open := range a.facts {
		if other, ok := b.facts[f]; ok {
			facts[f] = open || other
		}
	}
	return set{facts: facts}
}

func equal(a, b set) bool {
	return a.all == b.all && maps.Equal(a.facts, b.facts)
}

// anonymous is the set for somebody who does not see the parameters: of flags
// that they name it is known only that there are some.
func anonymous(s set) set {
	return substitute(s, func(*ssa.Parameter) (string, *ssa.Parameter) { return "", nil })
}

// substitute puts keys in place of parameters.
func substitute(s set, key func(*ssa.Parameter) (string, *ssa.Parameter)) set {
	if s.all {
		return s
	}
	result := set{facts: map[fact]bool{}}
	for f, open := range s.facts {
		if f.param != nil {
			f.key, f.param = key(f.param)
		}
		result = both(result, set{facts: map[fact]bool{f: open}})
	}
	return result
}
