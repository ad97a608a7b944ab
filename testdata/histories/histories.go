// Package histories makes migrations by the thousand, for what measures: the
// benchmarks and the comparison with other linters. They are the same at each
// run. Histories that show something stand in directories of their own.
package histories

import (
	"fmt"
	"iter"
)

// Steps yields n migrations: each makes a table with an index, and changes the
// table of ten migrations before.
func Steps(n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range n {
			if !yield(fmt.Sprintf(`CREATE TABLE t%[1]d (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    state      varchar(20) DEFAULT 'new',
    amount     numeric(12,2) CHECK (amount >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX t%[1]d_created_idx ON t%[1]d (created_at) WHERE state = 'new';
ALTER TABLE t%[2]d ADD COLUMN note%[1]d text;
ALTER TABLE t%[2]d ADD CONSTRAINT c%[1]d CHECK (length(note%[1]d) < 200) NOT VALID;
ALTER TABLE t%[2]d VALIDATE CONSTRAINT c%[1]d;
`, i, max(0, i-10))) {
				return
			}
		}
	}
}
