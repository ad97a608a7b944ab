package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestJSONL(t *testing.T) {
	for name, run := range samples(t) {
		t.Run(name, func(t *testing.T) {
			var document struct {
				Findings []map[string]any
				Queries  []map[string]any
				Matrix   map[string]any
				Summary  map[string]any
			}
			require.NoError(t, json.Unmarshal(write(t, JSON, run), &document))
			out := string(write(t, JSONL, run))
			require.True(t, strings.HasSuffix(out, "\n"))
			lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
			more := len(document.Queries)
			if document.Matrix != nil {
				more++
			}
			require.Len(t, lines, len(document.Findings)+more+1, "what is allowed has no line")
			for i, line := range lines {
				var object map[string]any
				require.NoError(t, json.Unmarshal([]byte(line), &object))
				kind := object["type"]
				delete(object, "type")
				if i < len(document.Findings) {
					assert.Equal(t, "finding", kind)
					assert.Equal(t, document.Findings[i], object, "as in the json format")
					continue
				}
				if i < len(lines)-1 {
					assert.Contains(t, []string{"query", "matrix"}, kind)
					continue
				}
				assert.Equal(t, "summary", kind)
				assert.NotEmpty(t, object["text"])
				for name, value := range document.Summary {
					assert.Equal(t, value, object[name], name)
				}
			}
		})
	}
}

func TestJSONLRollback(t *testing.T) {
	run := undone(t, 2)
	var kinds, verdicts []string
	for line := range strings.Lines(string(write(t, JSONL, run))) {
		var object struct{ Type, Verdict string }
		require.NoError(t, json.Unmarshal([]byte(line), &object))
		kinds, verdicts = append(kinds, object.Type), append(verdicts, object.Verdict)
	}
	assert.Equal(t, []string{"migration", "migration", "release", "summary"}, kinds)
	assert.Equal(t, []string{"lossless-until-write", "irreversible", "irreversible", ""}, verdicts)
}
