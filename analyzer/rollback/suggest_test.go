package rollback_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/analyzer/rollback/pairs"
)

// suggestion takes the down of a pair away, and suggests one.
func suggestion(t *testing.T, p *pairs.Pair) *rollback.Suggestion {
	t.Helper()
	before, options := p.Catalog(t), replay.Options{Complete: true}
	m := p.Migration()
	m.Down = nil
	judged := rollback.Judge(m, before, options)
	if judged.Up.Refused() != nil {
		t.Skip("the up fails")
	}
	return rollback.Suggest(judged, before, options)
}

// TestSuggest compares what is suggested with the script in each archive.
func TestSuggest(t *testing.T) {
	for _, p := range pairs.Read(t, "testdata/suggest") {
		t.Run(p.Name, func(t *testing.T) {
			s := suggestion(t, p)
			if *update {
				p.Update(t, s.SQL)
				return
			}
			assert.Equal(t, p.Want, s.SQL)
		})
	}
}

// TestSuggestSays holds every suggestion to what it is for: it runs on tables
// with rows, and what it does not restore stands in its comments.
func TestSuggestSays(t *testing.T) {
	words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	for _, dir := range []string{"testdata/pairs", "testdata/suggest"} {
		for _, p := range pairs.Read(t, dir) {
			t.Run(p.Name, func(t *testing.T) {
				s := suggestion(t, p)
				assert.Nil(t, s.Judged.Failure)
				restores := true
				for _, d := range s.Remaining {
					assert.Contains(t, words(s.SQL), words(d.String()))
					restores = restores && d.Equivalent
				}
				if s.Restores {
					assert.True(t, restores)
				}
				for _, l := range s.Lost {
					assert.Contains(t, words(s.SQL), words(l.Detail))
				}
			})
		}
	}
}
