package main

import (
	"encoding/json"
	"os"
	"strings"

	"github.com/migracheck/migracheck/parser/migration"
)

// A build is what a CI system says of the build that we are part of.
type build struct {
	// system is its name.
	system string
	// target is the branch that the change is to be merged into, with the name
	// of the variable that says so.
	target, targetVariable string
	// merged are commits that say exactly what the change is merged with.
	merged []known
	// branch is what is built, and mainline the repository's default branch.
	branch, mainline string
	// before is the commit that the branch was at before.
	before known
	// tag is the tag that is built.
	tag string
}

// A known is a commit and the variable that says it.
type known struct{ commit, variable string }

// released returns, the best first, what may have been released before: for a
// change that is to be merged, what it is merged with; for the default branch,
// where it was before, or the newest release; for a tag, the release before.
// Outside CI it is the default branch as far as this repository knows it.
func released(env func(string) string) []migration.Candidate {
	b, ci := building(env)
	why := func(reason string) string { return b.system + ": " + reason }
	newest := migration.Candidate{Ref: migration.LatestTag, Why: why("nothing says which commit was built before"), Guess: true}
	var all []migration.Candidate
	add := func(k known, exact bool) {
		if k.commit != "" && strings.Trim(k.commit, "0") != "" {
			all = append(all, migration.Candidate{Ref: k.commit, Why: why(k.variable), Exact: exact})
		}
	}
	switch {
	case !ci:
		return mainlines("the default branch", false)
	case b.tag != "":
		newest.Why, newest.Guess = why("tag "+b.tag+" is built"), false
		return []migration.Candidate{newest}
	case b.target != "":
		for _, k := range b.merged {
			add(k, true)
		}
		return append(all, migration.Candidate{Ref: "origin/" + b.target, Why: why(b.targetVariable)}, migration.Candidate{Ref: b.target, Why: why(b.targetVariable)})
	case b.branch != "" && b.mainline != "" && b.branch != b.mainline:
		return append(all, migration.Candidate{Ref: "origin/" + b.mainline, Why: why("the default branch")}, migration.Candidate{Ref: b.mainline, Why: why("the default branch")})
	case b.branch != "" && b.branch == b.mainline:
		add(b.before, true)
		newest.Guess = len(all) > 0
		return append(all, newest)
	}
	all = mainlines(why("the default branch"), true)
	if b.before.commit != "" {
		add(b.before, true)
	}
	return append(all, newest)
}

// mainlines are the names that a default branch has. In CI, HEAD may be on it,
// and it says nothing then.
func mainlines(why string, ci bool) []migration.Candidate {
	var all []migration.Candidate
	for _, ref := range []string{"origin/HEAD", "origin/main", "origin/master", "main", "master"} {
		all = append(all, migration.Candidate{Ref: ref, Why: why, Behind: ci, Guess: true})
	}
	return all
}

// building reads what CI systems put into the environment; each line of them is
// from the system's manual.
func building(env func(string) string) (b build, ci bool) {
	is := func(name string) bool { return env(name) != "" && env(name) != "false" }
	switch {
	case is("GITLAB_CI"):
		return gitlab(env), true
	case is("DRONE"):
		return drone(env), true
	case env("CI") == "woodpecker", is("CI_SYSTEM_NAME") && env("CI_SYSTEM_NAME") == "woodpecker":
		return woodpecker(env), true
	case is("GITHUB_ACTIONS"), is("GITEA_ACTIONS"), is("FORGEJO_ACTIONS"):
		return actions(env), true
	case is("BITBUCKET_BUILD_NUMBER"):
		return build{
			system: "Bitbucket Pipelines", target: env("BITBUCKET_PR_DESTINATION_BRANCH"), targetVariable: "BITBUCKET_PR_DESTINATION_BRANCH",
			branch: env("BITBUCKET_BRANCH"), tag: env("BITBUCKET_TAG"),
		}, true
	case is("TF_BUILD"):
		return azure(env), true
	case is("CIRCLECI"):
		return build{system: "CircleCI", branch: env("CIRCLE_BRANCH"), tag: env("CIRCLE_TAG")}, true
	case is("BUILDKITE"):
		return buildkite(env), true
	case is("TRAVIS"):
		return travis(env), true
	case is("JENKINS_URL"):
		return jenkins(env), true
	case is("CI"):
		return build{system: "CI"}, true
	}
	return build{}, false
}

// https://docs.gitlab.com/ci/variables/predefined_variables/
func gitlab(env func(string) string) build {
	b := build{
		system: "GitLab CI", target: env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"), targetVariable: "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
		branch: env("CI_COMMIT_BRANCH"), mainline: env("CI_DEFAULT_BRANCH"), tag: env("CI_COMMIT_TAG"),
		before: known{env("CI_COMMIT_BEFORE_SHA"), "CI_COMMIT_BEFORE_SHA"},
	}
	// The first is set where HEAD is a merge of both branches; without it HEAD
	// is the source branch, which left its target at the second.
	for _, name := range []string{"CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "CI_MERGE_REQUEST_DIFF_BASE_SHA"} {
		b.merged = append(b.merged, known{env(name), name})
	}
	if b.target == "" {
		b.target, b.targetVariable = env("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME"), "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME"
	}
	return b
}

// https://docs.github.com/actions/reference/workflows-and-actions/variables,
// which Gitea and Forgejo follow.
func actions(env func(string) string) build {
	b := build{system: "GitHub Actions", target: env("GITHUB_BASE_REF"), targetVariable: "GITHUB_BASE_REF"}
	switch {
	case env("FORGEJO_ACTIONS") != "":
		b.system = "Forgejo Actions"
	case env("GITEA_ACTIONS") != "":
		b.system = "Gitea Actions"
	}
	ref := env("GITHUB_REF")
	b.branch, _ = strings.CutPrefix(ref, "refs/heads/")
	if b.branch == ref {
		b.branch = ""
	}
	b.tag = cutTag(ref)
	if sha := env("GITHUB_SHA"); sha != "" && strings.HasPrefix(ref, "refs/pull/") && strings.HasSuffix(ref, "/merge") {
		// A merge of the change into its target, which is the first parent.
		b.merged = []known{{sha + "^1", "GITHUB_SHA is a merge into " + b.target}}
	}
	event := payload(env("GITHUB_EVENT_PATH"))
	b.mainline = event.Repository.DefaultBranch
	b.before = known{event.Before, "the commit before the push"}
	if queue := event.MergeGroup; queue.BaseSHA != "" {
		b.target = strings.TrimPrefix(queue.BaseRef, "refs/heads/")
		b.targetVariable = "the base of the merge queue"
		b.merged = []known{{queue.BaseSHA, b.targetVariable}}
	}
	return b
}

// An event is what we want of a webhook's payload.
// https://docs.github.com/webhooks/webhook-events-and-payloads
type event struct {
	Before     string `json:"before"`
	Repository struct {
		DefaultBranch string `json:"default_branch"`
	} `json:"repository"`
	MergeGroup struct {
		BaseSHA string `json:"base_sha"`
		BaseRef string `json:"base_ref"`
	} `json:"merge_group"`
}

// payload reads the event; nothing where there is none to read.
func payload(path string) event {
	var e event
	text, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(text, &e) != nil {
		return event{}
	}
	return e
}

// https://learn.microsoft.com/azure/devops/pipelines/build/variables
func azure(env func(string) string) build {
	source := env("BUILD_SOURCEBRANCH")
	b := build{
		system: "Azure Pipelines", target: strings.TrimPrefix(env("SYSTEM_PULLREQUEST_TARGETBRANCH"), "refs/heads/"), targetVariable: "SYSTEM_PULLREQUEST_TARGETBRANCH",
		tag: cutTag(source),
	}
	if branch, ok := strings.CutPrefix(source, "refs/heads/"); ok {
		b.branch = branch
	}
	return b
}

// https://buildkite.com/docs/pipelines/configure/environment-variables
func buildkite(env func(string) string) build {
	b := build{
		system: "Buildkite", target: env("BUILDKITE_PULL_REQUEST_BASE_BRANCH"), targetVariable: "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
		branch: env("BUILDKITE_BRANCH"), mainline: env("BUILDKITE_PIPELINE_DEFAULT_BRANCH"), tag: env("BUILDKITE_TAG"),
	}
	if queue := env("BUILDKITE_MERGE_QUEUE_BASE_BRANCH"); queue != "" {
		b.target, b.targetVariable = queue, "BUILDKITE_MERGE_QUEUE_BASE_BRANCH"
		b.merged = []known{{env("BUILDKITE_MERGE_QUEUE_BASE_COMMIT"), "BUILDKITE_MERGE_QUEUE_BASE_COMMIT"}}
	}
	return b
}

// https://www.jenkins.io/doc/book/pipeline/multibranch/#additional-environment-variables
// and https://plugins.jenkins.io/git/#plugin-content-environment-variables
func jenkins(env func(string) string) build {
	b := build{
		system: "Jenkins", target: env("CHANGE_TARGET"), targetVariable: "CHANGE_TARGET",
		branch: env("BRANCH_NAME"), tag: env("TAG_NAME"),
		before: known{env("GIT_PREVIOUS_SUCCESSFUL_COMMIT"), "GIT_PREVIOUS_SUCCESSFUL_COMMIT"},
	}
	if env("BRANCH_IS_PRIMARY") == "true" {
		b.mainline = b.branch
	}
	return b
}

// https://docs.drone.io/pipeline/environment/reference/
func drone(env func(string) string) build {
	b := build{
		system: "Drone", branch: env("DRONE_BRANCH"), mainline: env("DRONE_REPO_BRANCH"), tag: env("DRONE_TAG"),
		before: known{env("DRONE_COMMIT_BEFORE"), "DRONE_COMMIT_BEFORE"},
	}
	if env("DRONE_BUILD_EVENT") == "pull_request" || env("DRONE_PULL_REQUEST") != "" {
		b.target, b.targetVariable = env("DRONE_TARGET_BRANCH"), "DRONE_TARGET_BRANCH"
	}
	return b
}

// https://woodpecker-ci.org/docs/usage/environment
func woodpecker(env func(string) string) build {
	return build{
		system: "Woodpecker", target: env("CI_COMMIT_TARGET_BRANCH"), targetVariable: "CI_COMMIT_TARGET_BRANCH",
		branch: env("CI_COMMIT_BRANCH"), mainline: env("CI_REPO_DEFAULT_BRANCH"), tag: env("CI_COMMIT_TAG"),
		before: known{env("CI_PREV_COMMIT_SHA"), "CI_PREV_COMMIT_SHA"},
	}
}

// https://docs.travis-ci.com/user/environment-variables/#default-environment-variables
func travis(env func(string) string) build {
	b := build{system: "Travis CI", branch: env("TRAVIS_BRANCH"), tag: env("TRAVIS_TAG")}
	if pull := env("TRAVIS_PULL_REQUEST"); pull != "" && pull != "false" {
		b.target, b.targetVariable = env("TRAVIS_BRANCH"), "TRAVIS_BRANCH"
	}
	before, _, _ := strings.Cut(env("TRAVIS_COMMIT_RANGE"), "..")
	b.before = known{before, "TRAVIS_COMMIT_RANGE"}
	return b
}

func cutTag(ref string) string {
	tag, ok := strings.CutPrefix(ref, "refs/tags/")
	if !ok {
		return ""
	}
	return tag
}
