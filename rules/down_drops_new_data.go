package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/rollback"
)

var downDropsNewData = &Rule{
	Name:     "down-drops-new-data",
	Title:    "The down migration drops what the new version has written",
	Category: Rollback,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: losses(rollback.ByWrite, []rollback.LossKind{
		rollback.NewColumn, rollback.NewTable, rollback.OverwrittenValues, rollback.RemovedRows,
	}, func(_ *rollback.Migration, l rollback.Loss) string {
		object := quoted(l.Object)
		switch l.Kind {
		case rollback.NewTable:
			return fmt.Sprintf("the down drops table %s, so a rollback loses the rows that the new version has written into it", object)
		case rollback.RemovedRows:
			return fmt.Sprintf("the down removes rows of %s that the new version has written, so a rollback loses them", object)
		case rollback.OverwrittenValues:
			return fmt.Sprintf("the down overwrites values of column %s that the new version has written, so a rollback changes them", object)
		}
		return fmt.Sprintf("the down drops column %s, so a rollback loses the values that the new version has written into it", object)
	}),
}
