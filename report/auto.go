package report

// Auto returns the formats, NAME or NAME=FILE, for a run that names none, by
// what the environment says: text is for people, wherever they read it, and
// where a CI system reads commands from the log, those follow it. The first
// ones all go to standard output, one after the other.
//
// On GitHub the job summary is written to the file that there is for it. No
// file is written that nobody asked for: GitLab's report needs a name that its
// job has, too.
func Auto(getenv func(string) string) []string {
	switch {
	case getenv("GITHUB_ACTIONS") == "true":
		formats := []string{"text", "github"}
		if file := getenv("GITHUB_STEP_SUMMARY"); file != "" {
			formats = append(formats, "markdown="+file)
		}
		return formats
	case getenv("TF_BUILD") != "":
		return []string{"text", "azure"}
	case getenv("TEAMCITY_VERSION") != "":
		return []string{"text", "teamcity"}
	}
	return []string{"text"}
}
