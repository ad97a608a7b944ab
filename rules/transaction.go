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
	var steps []*replay.Step
	for _, s := range p.statements {
		if s.Transaction == p.Transaction && !s.Down {
			steps = append(steps, s.Steps...)
		}
	}
	if i := slices.Index(steps, p.Step); i >= 0 {
		steps = steps[i+1:]
	}
	return slices.DeleteFunc(steps, func(s *replay.Step) bool { return s.RolledBack })
}

// earlier returns the steps of the window before this one, whatever their
// transactions, without those that were undone.
func (p *Pass) earlier() []*replay.Step {
	var steps []*replay.Step
	for _, s := range p.statements {
		if s.Down {
			continue
		}
		for _, step := range s.Steps {
			if step == p.Step {
				return steps
			}
			if !step.RolledBack {
				steps = append(steps, step)
			}
		}
	}
	return steps
}
