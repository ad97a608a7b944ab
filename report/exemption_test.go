package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// TestExemption: what the configuration allows points into the configuration,
// which is no file of the history.
func TestExemption(t *testing.T) {
	run := release(t)
	config := source.NewFile(".migracheck.yaml", "allow:\n  - rules: [drop-column]\n    reason: never read\n")
	entry := source.Span{File: config, Start: 9, End: 31}
	require.NotEmpty(t, run.Findings)
	allowed := run.Findings[0]
	allowed.Suppressed = &rules.Suppression{At: entry, Reason: "never read", Until: "2027-01-31"}
	complaint := rules.Finding{Rule: rules.Find("unused-allow"), Severity: rules.Warning, At: entry, Message: "drop-table finds nothing that this entry applies to, so it allows nothing"}
	run.Findings = []rules.Finding{allowed, complaint}
	run.IncludeSuppressed, run.Verbose = true, true
	for _, format := range Formats() {
		t.Run(format.Name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, format.Write(&out, run))
			assert.Contains(t, out.String(), ".migracheck.yaml")
		})
	}
	var out bytes.Buffer
	require.NoError(t, SARIF(&out, run))
	var log struct {
		Runs []struct {
			Results []struct {
				RuleID    string
				Locations []struct {
					PhysicalLocation struct{ Region struct{ StartLine int } }
				}
				Suppressions []struct {
					Kind, Justification string
					Location            struct {
						PhysicalLocation struct {
							ArtifactLocation struct{ URI string }
							Region           struct{ StartLine int }
						}
					}
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &log))
	results := log.Runs[0].Results
	require.Len(t, results, 2)
	for _, r := range results {
		if r.RuleID == "unused-allow" {
			assert.Equal(t, 2, r.Locations[0].PhysicalLocation.Region.StartLine)
			continue
		}
		require.Len(t, r.Suppressions, 1)
		s := r.Suppressions[0]
		assert.Equal(t, "external", s.Kind)
		assert.Equal(t, 2, s.Location.PhysicalLocation.Region.StartLine)
		assert.True(t, strings.HasSuffix(s.Location.PhysicalLocation.ArtifactLocation.URI, ".migracheck.yaml"))
	}
}
