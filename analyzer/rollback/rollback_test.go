package rollback_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/analyzer/rollback/pairs"
)

var update = flag.Bool("update", false, "write the golden parts")

// TestPairs compares the judgement on each pair with the one in its archive.
func TestPairs(t *testing.T) {
	for _, p := range pairs.Read(t, "testdata/pairs") {
		t.Run(p.Name, func(t *testing.T) {
			got := describe(rollback.Judge(p.Migration(), p.Catalog(t), replay.Options{Complete: true}))
			if *update {
				p.Update(t, got)
				return
			}
			assert.Equal(t, p.Want, got)
		})
	}
}

func describe(m *rollback.Migration) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", m.Verdict)
	if m.Failure != nil {
		fmt.Fprintf(&b, "fails: %s %s\n", m.Failure.SQLState, m.Failure.Message)
	}
	for _, d := range m.Differences {
		mark := ""
		switch {
		case d.Equivalent:
			mark = " (equivalent)"
		case d.Unsure:
			mark = " (unsure)"
		}
		fmt.Fprintf(&b, "different: %s%s\n", strings.Join(strings.Fields(d.String()), " "), mark)
	}
	stages := [...]string{"up", "down", "write"}
	for _, l := range m.Losses {
		fmt.Fprintf(&b, "loses: by %s %s %s %s: %s\n", stages[l.Stage], l.Kind, l.Object, l.SQLState, l.Detail)
	}
	for _, r := range m.Reasons {
		fmt.Fprintf(&b, "unknown: %s\n", r.Text)
	}
	if m.Again != nil {
		fmt.Fprintf(&b, "again: %s %s\n", m.Again.SQLState, m.Again.Message)
	}
	for _, s := range m.Stops {
		fmt.Fprintf(&b, "stops after %s:", strings.Join(strings.Fields(s.After.Span.Text()), " "))
		if s.Failure != nil {
			fmt.Fprintf(&b, " down fails: %s %s\n", s.Failure.SQLState, s.Failure.Message)
			continue
		}
		fmt.Fprintf(&b, " %d differences\n", len(s.Differences))
	}
	return b.String()
}
