package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/rollback"
)

var dataNotRestored = &Rule{
	Name:     "data-not-restored",
	Title:    "The up migration destroys data, and the down brings back an empty shell",
	Category: Rollback,
	Severity: Warning,
	Since:    "0.1",
	Off:      true,
	Check: losses(rollback.ByUp, []rollback.LossKind{
		rollback.DroppedColumn, rollback.DroppedTable, rollback.DroppedSequence, rollback.RemovedRows, rollback.ConvertedValues,
	}, func(m *rollback.Migration, l rollback.Loss) string {
		object := quoted(l.Object)
		if slices.ContainsFunc(m.Differences, func(d catalog.Difference) bool { return isMissing(d) && d.Object == l.Object }) {
			return "" // object-not-restored
		}
		switch l.Kind {
		case rollback.DroppedColumn:
			return fmt.Sprintf("the down brings column %s back without the values that it had, so after a rollback the previous version does not find them", object)
		case rollback.DroppedTable:
			return fmt.Sprintf("the down brings table %s back without its rows, so after a rollback the previous version does not find them", object)
		case rollback.DroppedSequence:
			return fmt.Sprintf("the down brings sequence %s back at its start, so after a rollback it hands out values that rows already have", object)
		case rollback.ConvertedValues:
			return fmt.Sprintf("the down does not bring back what the up loses of the values of column %s, so after a rollback the previous version reads others", object)
		}
		return fmt.Sprintf("the down does not bring back the rows that the up removes from %s, so after a rollback the previous version does not find them", object)
	}),
}
