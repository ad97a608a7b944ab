package report

import (
	"encoding/xml"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheckstyle(t *testing.T) {
	for name, run := range samples(t) {
		t.Run(name, func(t *testing.T) {
			var document checkstyle
			require.NoError(t, xml.Unmarshal(write(t, Checkstyle, run), &document))
			assert.NotEmpty(t, document.Version)
			files, n := map[string]bool{}, 0
			for _, f := range document.Files {
				assert.False(t, files[f.Name], "a file is there once")
				files[f.Name] = true
				for _, e := range f.Errors {
					assert.Contains(t, []string{"ignore", "info", "warning", "error"}, e.Severity)
					assert.Positive(t, e.Line)
					assert.NotEmpty(t, e.Message)
					assert.Regexp(t, `^migracheck(\.[a-z]+\.[a-z-]+)?$`, e.Source)
					n++
				}
			}
			want := len(run.findings())
			if run.nothing() != "" {
				want++
			}
			assert.Equal(t, want, n)
		})
	}
}
