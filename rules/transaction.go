package rules

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/replay"
)

// later returns the steps that follow this one in its transaction, without
// those that are undone.
func (p *Pass) later() []*replay.Step {
	if p.Transaction == 0 {
		return nil
	}
	rest := p.after()
	if i := slices.IndexFunc(rest, func(s *replay.Step) bool { return s.Transaction != p.Transaction }); i >= 0 {
		rest = rest[:i]
	}
	return rest
}

// earlier returns the steps of the window before this one, whatever their
// transactions, without those that were undone.
func (p *Pass) earlier() []*replay.Step {
	if i, ok := p.release.places[p.Step]; ok {
		return p.release.steps[:i]
	}
	return p.release.steps
}

// after returns the steps of the window after this one, without those that are
// undone.
func (p *Pass) after() []*replay.Step {
	i, ok := p.release.places[p.Step]
	if !ok {
		return nil
	}
	if !p.RolledBack {
		i++
	}
	return p.release.steps[i:]
}
