package rules

import (
	"fmt"
	"regexp"
	"time"

	"github.com/migracheck/migracheck/parser/source"
)

// An Option is something about a rule that a team may set in its
// configuration.
type Option struct {
	// Name is kebab-case; Help a sentence without full stop.
	Name, Help string
	// Default is an int, a bool, a string or a []string; values that are set
	// have the same type.
	Default any
	// Pattern is set where the value is a regular expression, which has to
	// match a name as a whole.
	Pattern bool
}

// Timeouts are the limits that the tool which runs the migrations sets before
// it does; nil where nothing is known of it, and 0 where it sets none.
type Timeouts struct {
	Lock, Statement *time.Duration
}

// A Size is what is known of how many rows a table has.
type Size uint8

// The sizes.
const (
	// UnknownSize: nobody said; rules take the table to be large.
	UnknownSize Size = iota
	Small
	Large
)

// A Table is what a team knows about a table, and the files do not show.
type Table struct {
	// Name is "schema.name", or a name in any schema; "*" stands for any
	// letters but a dot.
	Name string
	Size Size
	// Rows is the estimated number of rows; 0 where nobody said.
	Rows int64
	// Hot tables are in use all the time: even a brief lock is felt.
	Hot bool
}

// An Exemption is an entry of the configuration that allows findings.
type Exemption struct {
	// At is the entry in the configuration.
	At source.Span
	// Rules are the names of rules, at least one.
	Rules []string
	// Family is the family that was named for them, or "": not each of them
	// needs to find something, but one has to.
	Family string
	// Prefix leads from where Path begins to where paths are shown from.
	Prefix string
	// Path and Relation are patterns, "" for any: "*" stands for any letters
	// but a slash in a path and a dot in a name, "**" for any letters.
	Path, Relation string
	Reason         string
	// Until is a date, YYYY-MM-DD, or "".
	Until string
}

// pattern returns an option that is a regular expression. One that cannot be
// read, which a configuration refuses, matches nothing.
func (p *Pass) pattern(name string) *regexp.Regexp { return wholly(option[string](p, name)) }

func wholly(pattern string) *regexp.Regexp {
	compiled, err := regexp.Compile("^(?:" + pattern + ")$")
	if err != nil {
		return regexp.MustCompile(`^\b\B$`)
	}
	return compiled
}

// option returns the value of an option of the rule that is running.
func option[T any](p *Pass, name string) T {
	for _, o := range p.rule.Options {
		if o.Name != name {
			continue
		}
		if v, ok := p.values[name].(T); ok {
			return v
		}
		return o.Default.(T)
	}
	panic(fmt.Sprintf("rule %s has no option %s", p.rule.Name, name))
}
