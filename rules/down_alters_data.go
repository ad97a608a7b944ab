package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/rollback"
)

var downAltersData = &Rule{
	Name:     "down-alters-data",
	Title:    "The down migration destroys or changes data that is not the up's",
	Category: Rollback,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, m *rollback.Migration) {
		if !undoable(m) || m.Failure != nil {
			return
		}
		var converted []rollback.Loss
		for i, l := range m.Losses {
			f := Finding{At: l.At, Relation: l.Object}
			switch {
			case l.Stage == rollback.ByDown && l.Kind == rollback.RemovedRows && removedAlike(m.Losses[:i], l):
				// one statement, one finding: TRUNCATE … CASCADE names many tables
			case l.Stage == rollback.ByDown && l.Kind == rollback.RemovedRows:
				f.Message, f.Severity = fmt.Sprintf("the down removes rows of %s that were there before the up, so a rollback loses them", list(removedWith(m.Losses, l))), Error
			case l.Stage == rollback.ByDown:
				f.Message, f.Severity = destroyed(l)
			case l.Stage == rollback.ByWrite && l.Kind == rollback.ConvertedValues:
				converted = append(converted, l)
			}
			if f.Message == "" || downDrops(m, l) {
				continue
			}
			p.Report(f)
		}
		if len(converted) == 0 {
			return
		}
		first := converted[0]
		of := "column " + quoted(first.Object)
		if more := len(converted) - 1; more > 0 {
			of = fmt.Sprintf("%s and %d more", of, more)
		}
		p.Report(Finding{
			At: first.At, Relation: first.Object, Severity: Warning,
			Message: fmt.Sprintf("the type that the down gives %s back does not hold all that the new version writes there, so a rollback changes values without a word", of),
		})
	}),
}

// downDrops reports whether down-drops-more speaks of the loss: the object does
// not come back.
func downDrops(m *rollback.Migration, l rollback.Loss) bool {
	if l.Kind != rollback.DroppedTable && l.Kind != rollback.DroppedColumn || !comparable(m) {
		return false
	}
	for _, d := range sure(m) {
		if isMissing(d) && d.Object == l.Object && !dropped(m, d) {
			return true
		}
	}
	return false
}

// removedWith are the tables whose rows one clause of the down removes.
func removedWith(all []rollback.Loss, l rollback.Loss) []string {
	var names []string
	for _, o := range all {
		if o.Stage == l.Stage && o.Kind == l.Kind && o.At == l.At {
			names = append(names, o.Object)
		}
	}
	return names
}

// removedAlike reports whether a clause that removes rows was spoken of.
func removedAlike(before []rollback.Loss, l rollback.Loss) bool {
	return len(removedWith(before, l)) > 0
}

// destroyed says what the down does to data from before the up.
func destroyed(l rollback.Loss) (string, Severity) {
	object := quoted(l.Object)
	switch l.Kind {
	case rollback.DroppedColumn:
		return fmt.Sprintf("the down drops column %s, which was there before the up, so a rollback loses its values", object), Error
	case rollback.DroppedTable:
		return fmt.Sprintf("the down drops table %s, which was there before the up, so a rollback loses its rows", object), Error
	case rollback.OverwrittenValues:
		return fmt.Sprintf("the down overwrites column %s, also in rows from before the up, so a rollback loses its values", object), Error
	case rollback.ConvertedValues:
		return fmt.Sprintf("the down changes the values of column %s, also those from before the up, so a rollback loses them", object), Error
	case rollback.AddedRows:
		return fmt.Sprintf("the down adds rows to %s, which were not there before the up, so after a rollback the previous version meets them", object), Warning
	}
	return "", 0
}

// losses returns a check of the losses of a stage and some kinds, of migrations
// whose down runs.
func losses(stage rollback.Stage, kinds []rollback.LossKind, message func(*rollback.Migration, rollback.Loss) string) Check {
	return On(func(p *Pass, m *rollback.Migration) {
		if !undoable(m) || m.Failure != nil {
			return
		}
		for _, l := range m.Losses {
			if l.Stage != stage || !slices.Contains(kinds, l.Kind) {
				continue
			}
			if words := message(m, l); words != "" {
				p.Report(Finding{At: l.At, Relation: l.Object, Message: words})
			}
		}
	})
}
