package migracheck_test

import (
	"os"
	"path"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// A release is .goreleaser.yaml, as far as the tests read it.
type release struct {
	Builds []struct {
		ID, Main, Binary string
		Env              []string
		Goos, Goarch     []string
		Flags            []string
	}
	Archives []struct {
		IDs   []string
		Files []string
	}
	Checksum struct {
		NameTemplate string `yaml:"name_template"`
	}
}

// TestReleaseHasEveryCommand: a command that is in cmd is in the archives, for
// the same systems as the others, built without a C compiler.
func TestReleaseHasEveryCommand(t *testing.T) {
	text, err := os.ReadFile(".goreleaser.yaml")
	require.NoError(t, err)
	var r release
	require.NoError(t, yaml.Unmarshal(text, &r))

	var released, commands []string
	for _, b := range r.Builds {
		released = append(released, b.Binary)
		assert.Equal(t, "./cmd/"+b.Binary, b.Main)
		assert.Contains(t, b.Env, "CGO_ENABLED=0", b.ID)
		assert.Contains(t, b.Flags, "-trimpath", b.ID)
		assert.Contains(t, b.Flags, "-buildvcs=true", "%s: the version comes from git", b.ID)
		assert.Equal(t, []string{"linux", "darwin", "windows"}, b.Goos, b.ID)
		assert.Equal(t, []string{"amd64", "arm64"}, b.Goarch, b.ID)
	}
	entries, err := os.ReadDir("cmd")
	require.NoError(t, err)
	for _, entry := range entries {
		if entry.IsDir() {
			commands = append(commands, entry.Name())
		}
	}
	assert.ElementsMatch(t, commands, released)

	require.Len(t, r.Archives, 1)
	assert.Empty(t, r.Archives[0].IDs, "all commands are in one archive")
	for _, file := range r.Archives[0].Files {
		assert.FileExists(t, file)
	}
}

// TestReleaseWorkflow: only pinned actions, no permission that is not asked
// for, and what is attested is what was released.
func TestReleaseWorkflow(t *testing.T) {
	text, err := os.ReadFile(".github/workflows/release.yml")
	require.NoError(t, err)
	var workflow struct {
		Permissions map[string]string
		Jobs        map[string]struct {
			Permissions map[string]string
			Steps       []struct {
				Uses, Run string
				With      map[string]string
			}
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &workflow))
	assert.NotNil(t, workflow.Permissions)
	assert.Empty(t, workflow.Permissions, "each job says what it needs")
	require.Contains(t, workflow.Jobs, "binaries")
	job := workflow.Jobs["binaries"]
	assert.Equal(t, map[string]string{"contents": "write", "id-token": "write", "attestations": "write"}, job.Permissions)
	pinned := regexp.MustCompile(`^[\w-]+/[\w-]+@[0-9a-f]{40}$`)
	attested := ""
	for _, step := range job.Steps {
		assert.NotContains(t, step.Run, "${{")
		if step.Uses != "" {
			assert.Regexp(t, pinned, step.Uses)
		}
		if step.With["subject-checksums"] != "" {
			attested = step.With["subject-checksums"]
		}
	}

	config, err := os.ReadFile(".goreleaser.yaml")
	require.NoError(t, err)
	var r release
	require.NoError(t, yaml.Unmarshal(config, &r))
	assert.Equal(t, path.Join("dist", r.Checksum.NameTemplate), attested)
}
