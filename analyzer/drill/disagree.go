package drill

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/rollback"
)

// disagreements are where what happened is not what the files say. Rows of the
// drill that came through are no objection to a loss that other rows suffer;
// all else is.
func disagreements(judged *rollback.Migration, r *Migration) []string {
	if judged.Verdict == rollback.Unknown {
		return nil
	}
	var all []string
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	different := slices.ContainsFunc(r.Differences, func(d catalog.Difference) bool { return !d.Equivalent })
	switch failure := judged.Failure; {
	case failure == nil && r.Down != nil:
		say("the files say that the down runs, and it failed: %s", r.Down)
	case failure != nil && r.Down == nil && r.HasDown && !needsRows(failure, r):
		say("the files say that the down fails with %s, and it ran", failure.SQLState)
	case failure != nil && r.Down != nil && failure.SQLState != r.Down.SQLState:
		say("the files say that the down fails with %s, and it failed: %s", failure.SQLState, r.Down)
	case failure == nil && different && judged.RestoresSchema:
		say("the files say that the down restores the schema, and it did not: %s", first(r.Differences))
	case failure == nil && !different && !judged.RestoresSchema && r.Down == nil:
		say("the files say that the down does not restore the schema, and it did: %s", first(judged.Differences))
	case judged.Verdict < rollback.StructureOnly && len(r.Rows) > 0 && r.Down == nil && !different:
		say("the files say that rows come back as they were, and they did not: %s", strings.Join(r.Rows, ", "))
	case judged.Verdict == rollback.Lossless && r.Verdict == rollback.LosslessUntilWrite && r.AfterWrite != nil:
		say("the files say that nothing written stands in the way, and the down failed: %s", r.AfterWrite)
	case judged.Verdict == rollback.Lossless && r.Verdict == rollback.LosslessUntilWrite:
		say("the files say that nothing written is lost, and it was: %s", strings.Join(r.Lost, ", "))
	case r.AfterWrite != nil && judged.Verdict == rollback.LosslessUntilWrite && !expected(judged, r.AfterWrite.SQLState):
		say("the files do not say that the down fails with %s once something is written: %s", r.AfterWrite.SQLState, r.AfterWrite.Message)
	}
	return all
}

// needsRows reports whether a failure shows only on a table with rows, while
// the drill could not put any into some.
func needsRows(f *rollback.Failure, r *Migration) bool {
	return strings.HasPrefix(f.SQLState, "23") && len(r.Empty)+len(r.Emptied) > 0
}

// expected reports whether the files say that a write makes the down fail so.
func expected(judged *rollback.Migration, state string) bool {
	return slices.ContainsFunc(judged.Losses, func(l rollback.Loss) bool {
		return l.SQLState == state || l.Kind == rollback.UnfittingValue && strings.HasPrefix(state, "22")
	})
}

func first(all []catalog.Difference) string {
	for _, d := range all {
		if !d.Equivalent {
			return strings.Join(strings.Fields(d.String()), " ")
		}
	}
	return ""
}
