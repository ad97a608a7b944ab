package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/migration"
)

// candidates are the refs, and why for the first.
func candidates(t *testing.T, pairs ...string) (refs, why string) {
	t.Helper()
	env := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		env[pairs[i]] = pairs[i+1]
	}
	var names []string
	all := released(func(name string) string { return env[name] })
	for _, c := range all {
		name := c.Ref
		if c.Exact {
			name += "!"
		}
		if c.Behind {
			name += "?"
		}
		names = append(names, name)
	}
	return strings.Join(names, " "), all[0].Why
}

func TestReleased(t *testing.T) {
	path := filepath.Join(t.TempDir(), "event.json")
	const zeros = "0000000000000000000000000000000000000000"
	push := `{"before":"abc","repository":{"default_branch":"trunk"}}`
	const mainlines = "origin/HEAD? origin/main? origin/master? main? master?"
	for name, test := range map[string]struct {
		event     string
		env       []string
		refs, why string
	}{
		"at home":                       {"", nil, "origin/HEAD origin/main origin/master main master", "the default branch"},
		"CI=false is no CI":             {"", []string{"CI", "false"}, "origin/HEAD origin/main origin/master main master", "the default branch"},
		"some CI":                       {"", []string{"CI", "true"}, mainlines + " latest-tag", "CI: the default branch"},
		"GitHub, pull request":          {push, []string{"GITHUB_ACTIONS", "true", "GITHUB_BASE_REF", "main", "GITHUB_REF", "refs/pull/7/merge", "GITHUB_SHA", "cafe"}, "cafe^1! origin/main main", "GitHub Actions: GITHUB_SHA is a merge into main"},
		"GitHub, pull request target":   {push, []string{"GITHUB_ACTIONS", "true", "GITHUB_BASE_REF", "main", "GITHUB_REF", "refs/heads/main", "GITHUB_SHA", "cafe"}, "origin/main main", "GitHub Actions: GITHUB_BASE_REF"},
		"GitHub, push to default":       {push, []string{"GITHUB_ACTIONS", "true", "GITHUB_REF", "refs/heads/trunk"}, "abc! latest-tag", "GitHub Actions: the commit before the push"},
		"GitHub, push to branch":        {push, []string{"GITHUB_ACTIONS", "true", "GITHUB_REF", "refs/heads/topic"}, "origin/trunk trunk", "GitHub Actions: the default branch"},
		"GitHub, first push":            {strings.Replace(push, "abc", zeros, 1), []string{"GITHUB_ACTIONS", "true", "GITHUB_REF", "refs/heads/trunk"}, "latest-tag", "GitHub Actions: nothing says which commit was built before"},
		"GitHub, merge queue":           {`{"merge_group":{"base_sha":"abc","base_ref":"refs/heads/main"}}`, []string{"GITHUB_ACTIONS", "true", "GITHUB_REF", "refs/heads/gh-readonly-queue/main/pr-1"}, "abc! origin/main main", "GitHub Actions: the base of the merge queue"},
		"GitHub, tag":                   {push, []string{"GITHUB_ACTIONS", "true", "GITHUB_REF", "refs/tags/v1"}, "latest-tag", "GitHub Actions: tag v1 is built"},
		"GitHub, event that is no JSON": {"{", []string{"GITHUB_ACTIONS", "true", "GITHUB_REF", "refs/heads/x"}, mainlines + " latest-tag", "GitHub Actions: the default branch"},
		"Gitea":                         {push, []string{"GITHUB_ACTIONS", "true", "GITEA_ACTIONS", "true", "GITHUB_BASE_REF", "main"}, "origin/main main", "Gitea Actions: GITHUB_BASE_REF"},
		"Forgejo":                       {push, []string{"GITHUB_ACTIONS", "true", "GITEA_ACTIONS", "true", "FORGEJO_ACTIONS", "true", "GITHUB_BASE_REF", "main"}, "origin/main main", "Forgejo Actions: GITHUB_BASE_REF"},
		"GitLab, merge request":         {"", []string{"GITLAB_CI", "true", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main", "CI_MERGE_REQUEST_DIFF_BASE_SHA", "abc", "CI_DEFAULT_BRANCH", "main"}, "abc! origin/main main", "GitLab CI: CI_MERGE_REQUEST_DIFF_BASE_SHA"},
		"GitLab, merged result":         {"", []string{"GITLAB_CI", "true", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main", "CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "def", "CI_MERGE_REQUEST_DIFF_BASE_SHA", "abc"}, "def! abc! origin/main main", "GitLab CI: CI_MERGE_REQUEST_TARGET_BRANCH_SHA"},
		"GitLab, branch":                {"", []string{"GITLAB_CI", "true", "CI_COMMIT_BRANCH", "topic", "CI_DEFAULT_BRANCH", "main", "CI_COMMIT_BEFORE_SHA", zeros}, "origin/main main", "GitLab CI: the default branch"},
		"GitLab, default branch":        {"", []string{"GITLAB_CI", "true", "CI_COMMIT_BRANCH", "main", "CI_DEFAULT_BRANCH", "main", "CI_COMMIT_BEFORE_SHA", "abc"}, "abc! latest-tag", "GitLab CI: CI_COMMIT_BEFORE_SHA"},
		"GitLab, tag":                   {"", []string{"GITLAB_CI", "true", "CI_COMMIT_TAG", "v1", "CI_DEFAULT_BRANCH", "main"}, "latest-tag", "GitLab CI: tag v1 is built"},
		"Bitbucket, pull request":       {"", []string{"BITBUCKET_BUILD_NUMBER", "3", "BITBUCKET_PR_DESTINATION_BRANCH", "main"}, "origin/main main", "Bitbucket Pipelines: BITBUCKET_PR_DESTINATION_BRANCH"},
		"Bitbucket, branch":             {"", []string{"BITBUCKET_BUILD_NUMBER", "3", "BITBUCKET_BRANCH", "x"}, mainlines + " latest-tag", "Bitbucket Pipelines: the default branch"},
		"Azure, pull request":           {"", []string{"TF_BUILD", "True", "SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main", "BUILD_SOURCEBRANCH", "refs/pull/1/merge"}, "origin/main main", "Azure Pipelines: SYSTEM_PULLREQUEST_TARGETBRANCH"},
		"Azure, tag":                    {"", []string{"TF_BUILD", "True", "BUILD_SOURCEBRANCH", "refs/tags/v1"}, "latest-tag", "Azure Pipelines: tag v1 is built"},
		"CircleCI":                      {"", []string{"CIRCLECI", "true", "CIRCLE_BRANCH", "x"}, mainlines + " latest-tag", "CircleCI: the default branch"},
		"Buildkite, pull request":       {"", []string{"BUILDKITE", "true", "BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main", "BUILDKITE_BRANCH", "x"}, "origin/main main", "Buildkite: BUILDKITE_PULL_REQUEST_BASE_BRANCH"},
		"Buildkite, branch":             {"", []string{"BUILDKITE", "true", "BUILDKITE_PIPELINE_DEFAULT_BRANCH", "main", "BUILDKITE_BRANCH", "x"}, "origin/main main", "Buildkite: the default branch"},
		"Jenkins, change":               {"", []string{"JENKINS_URL", "http://x", "CHANGE_TARGET", "main", "BRANCH_NAME", "PR-1"}, "origin/main main", "Jenkins: CHANGE_TARGET"},
		"Jenkins, primary":              {"", []string{"JENKINS_URL", "http://x", "BRANCH_NAME", "main", "BRANCH_IS_PRIMARY", "true", "GIT_PREVIOUS_SUCCESSFUL_COMMIT", "abc"}, "abc! latest-tag", "Jenkins: GIT_PREVIOUS_SUCCESSFUL_COMMIT"},
		"Drone, pull request":           {"", []string{"DRONE", "true", "DRONE_BUILD_EVENT", "pull_request", "DRONE_TARGET_BRANCH", "main", "DRONE_BRANCH", "main", "DRONE_REPO_BRANCH", "main"}, "origin/main main", "Drone: DRONE_TARGET_BRANCH"},
		"Drone, push":                   {"", []string{"DRONE", "true", "DRONE_BUILD_EVENT", "push", "DRONE_TARGET_BRANCH", "main", "DRONE_BRANCH", "main", "DRONE_REPO_BRANCH", "main", "DRONE_COMMIT_BEFORE", "abc"}, "abc! latest-tag", "Drone: DRONE_COMMIT_BEFORE"},
		"Woodpecker":                    {"", []string{"CI", "woodpecker", "CI_COMMIT_TARGET_BRANCH", "main", "CI_COMMIT_BRANCH", "main"}, "origin/main main", "Woodpecker: CI_COMMIT_TARGET_BRANCH"},
		"Travis, pull request":          {"", []string{"TRAVIS", "true", "TRAVIS_PULL_REQUEST", "4", "TRAVIS_BRANCH", "main"}, "origin/main main", "Travis CI: TRAVIS_BRANCH"},
		"Travis, push":                  {"", []string{"TRAVIS", "true", "TRAVIS_PULL_REQUEST", "false", "TRAVIS_BRANCH", "main", "TRAVIS_COMMIT_RANGE", "abc...def"}, mainlines + " abc! latest-tag", "Travis CI: the default branch"},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(path, []byte(test.event), 0o644))
			refs, why := candidates(t, append(test.env, "GITHUB_EVENT_PATH", path)...)
			assert.Equal(t, test.refs, refs)
			assert.Equal(t, test.why, why)
		})
	}
	t.Run("no event", func(t *testing.T) {
		require.NoError(t, os.Remove(path))
		refs, _ := candidates(t, "GITHUB_ACTIONS", "true", "GITHUB_EVENT_PATH", path)
		assert.Contains(t, refs, migration.LatestTag)
	})
}
