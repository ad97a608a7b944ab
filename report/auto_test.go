package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAuto(t *testing.T) {
	for _, test := range []struct {
		name string
		env  map[string]string
		want []string
	}{
		{"a terminal", nil, []string{"text"}},
		{"GitHub Actions", map[string]string{"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "/tmp/a=b.md"}, []string{"text", "github", "markdown=/tmp/a=b.md"}},
		{"GitHub Actions without a summary", map[string]string{"GITHUB_ACTIONS": "true"}, []string{"text", "github"}},
		{"a summary elsewhere", map[string]string{"GITHUB_STEP_SUMMARY": "/tmp/s.md"}, []string{"text"}},
		{"GitLab", map[string]string{"CI": "true", "GITLAB_CI": "true"}, []string{"text"}},
		{"Azure Pipelines", map[string]string{"TF_BUILD": "True"}, []string{"text", "azure"}},
		{"TeamCity", map[string]string{"TEAMCITY_VERSION": "2025.07"}, []string{"text", "teamcity"}},
		{"another CI", map[string]string{"CI": "true"}, []string{"text"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			formats := Auto(func(name string) string { return test.env[name] })
			assert.Equal(t, test.want, formats)
			for _, f := range formats {
				name, _, _ := strings.Cut(f, "=")
				assert.NotNil(t, ByName(name), f)
			}
		})
	}
}
