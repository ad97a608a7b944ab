package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/rollback"
)

var dataChangeWithoutReverse = &Rule{
	Name:     "data-change-without-reverse",
	Title:    "The up migration changes rows, and the down does not change them back",
	Category: Rollback,
	Severity: Warning,
	Since:    "0.1",
	Off:      true,
	Check: losses(rollback.ByUp, []rollback.LossKind{rollback.OverwrittenValues, rollback.AddedRows}, func(_ *rollback.Migration, l rollback.Loss) string {
		if l.Kind == rollback.AddedRows {
			return fmt.Sprintf("the down does not remove the rows that the up adds to %s, so after a rollback the previous version meets them", quoted(l.Object))
		}
		return fmt.Sprintf("the down does not give column %s the values back that the up overwrites, so after a rollback the previous version reads the new ones", quoted(l.Object))
	}),
}
