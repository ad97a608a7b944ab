package report

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/rules"
)

// undone is a run about the rollback of n migrations: a table is made, and then
// loses columns that no down can bring back.
func undone(t testing.TB, n int) *Run {
	files := fstest.MapFS{}
	columns := ""
	for i := 2; i <= n; i++ {
		columns += fmt.Sprintf(", \"c|%d\" text NOT NULL", i)
		files[fmt.Sprintf("%05d_drop_c%d.up.sql", i, i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "ALTER TABLE users DROP COLUMN \"c|%d\";\n", i)}
		files[fmt.Sprintf("%05d_drop_c%d.down.sql", i, i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "ALTER TABLE users ADD COLUMN \"c|%d\" text NOT NULL;\n", i)}
	}
	files["00001_users.up.sql"] = &fstest.MapFile{Data: []byte("CREATE TABLE users (id bigint" + columns + ");\n")}
	files["00001_users.down.sql"] = &fstest.MapFile{Data: []byte("DROP TABLE users;\n")}
	set, err := migration.LoadFS(context.Background(), files, ".", migration.Options{Framework: "golang-migrate"})
	require.NoError(t, err)
	line := replay.Up(set.Migrations, replay.Options{InWindow: func(*migration.Migration) bool { return true }})
	run := &Run{Timeline: line, Sets: []*migration.Set{set}, Rollback: &Rollback{Suggestions: map[*rollback.Migration]*rollback.Suggestion{}}}
	window := line.Windows[len(line.Windows)-1]
	require.Len(t, window.Migrations, n)
	for _, each := range rollback.Window(window, replay.Options{}) {
		run.Rollback.Migrations = append(run.Rollback.Migrations, each)
		if each.Verdict == rollback.Irreversible && len(run.Rollback.Suggestions) < 3 {
			run.Rollback.Suggestions[each] = &rollback.Suggestion{SQL: "-- " + each.ID + "\n::error::`` x\nALTER TABLE users\n\tADD \"```\" text;\n"}
		}
	}
	run.Rollback.Releases = []*rollback.Migration{rollback.JudgeRelease(window.Migrations, window.Base, replay.Options{})}
	return run
}

func TestGoldenMarkdownRollback(t *testing.T) {
	run := undone(t, 3)
	run.Since = []string{"db/migrations: compared with v1.0.0, the newest release"}
	golden(t, "rollback.markdown", write(t, Markdown, run))
	checkMarkdown(t, string(write(t, Markdown, run)))
}

func TestMarkdownLocks(t *testing.T) {
	run := release(t)
	run.Locks = true
	assert.Contains(t, string(write(t, Markdown, run)), "no locks on relations that were there before")
	set, err := migration.LoadFS(context.Background(), fstest.MapFS{
		"1_users.up.sql": {Data: []byte(`CREATE TABLE "u|s" (id int, a text);`)},
		"2_add.up.sql":   {Data: []byte(`ALTER TABLE "u|s" ALTER a TYPE int USING a::int;`)},
	}, ".", migration.Options{Framework: "golang-migrate"})
	require.NoError(t, err)
	run = &Run{Locks: true, Timeline: replay.Up(set.Migrations, replay.Options{InWindow: func(m *migration.Migration) bool { return m.ID == "2" }})}
	out := string(write(t, Markdown, run))
	assert.Contains(t, out, "| public.\"u\\|s\" | ACCESS EXCLUSIVE | rewrite: grows with its size | reads and writes | 2\\_add.up.sql:1 |\n")
	checkMarkdown(t, out)
	run.Locks = false
	assert.NotContains(t, string(write(t, Markdown, run)), "ACCESS EXCLUSIVE")
}

var markdownFinding = regexp.MustCompile(`(?m)^\*\*(error|warning|note)\*\* `)

// What does not fit is left out: whole findings, the mildest, and it is said how
// many.
func TestMarkdownLimits(t *testing.T) {
	for _, test := range []struct {
		name                    string
		format                  Format
		limit                   int
		errors, warnings, notes int
		message                 string
		full                    bool
	}{
		{"a comment that fits", Comment, commentLimit, 10, 10, 10, "m", true},
		{"too many notes for a comment", Comment, commentLimit, 10, 10, 2000, "m", false},
		{"too many errors for a comment", Comment, commentLimit, 1000, 10, 10, "m", false},
		{"long messages", Comment, commentLimit, 30, 30, 30, strings.Repeat("🐘$", 5000), false},
		{"a job summary has more room", Markdown, markdownLimit, 500, 500, 1000, "m", true},
		{"too many for a job summary", Markdown, markdownLimit, 2000, 2000, 4000, "m", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHistory(t)
			var migrations []*migration.Migration
			var statements []*replay.Statement
			for i := range 20 {
				m := h.migration(fmt.Sprintf("db/%02d_a.sql", i), "SELECT 1;")
				migrations, statements = append(migrations, m), append(statements, h.statement(m, "SELECT", "SELECT 1"))
			}
			// The mildest first: the worst must stay all the same.
			for _, kind := range []struct {
				rule *rules.Rule
				n    int
			}{{setDefault, test.notes}, {addIndex, test.warnings}, {dropColumn, test.errors}} {
				for i := range kind.n {
					h.found(statements[i%20], rules.Finding{Rule: kind.rule, At: h.at(migrations[i%20], "1"), Message: test.message})
				}
			}
			out := string(write(t, test.format, h.run))
			assert.LessOrEqual(t, len(out), test.limit)
			checkMarkdown(t, out)
			shown := map[string]int{}
			for _, m := range markdownFinding.FindAllStringSubmatch(out, -1) {
				shown[m[1]]++
			}
			all := map[string]int{"error": test.errors, "warning": test.warnings, "note": test.notes}
			if test.full {
				assert.Equal(t, all, shown)
				assert.NotContains(t, out, "left out")
				return
			}
			assert.Greater(t, len(out), test.limit*9/10, "the room is used")
			// Nothing is shown while something worse is not.
			assert.True(t, shown["warning"] == 0 || shown["error"] == test.errors)
			assert.True(t, shown["note"] == 0 || shown["warning"] == test.warnings)
			rest := summary{Error: test.errors - shown["error"], Warning: test.warnings - shown["warning"], Note: test.notes - shown["note"]}
			assert.Contains(t, out, "*"+rest.found()+" left out: there is no room for more.*")
		})
	}
}

func TestMarkdownRollbackLimits(t *testing.T) {
	run := undone(t, 400)
	h := newHistory(t)
	m := h.migration("db/a.sql", "SELECT 1;")
	s := h.statement(m, "SELECT", "SELECT 1")
	for range 1000 {
		h.found(s, rules.Finding{Rule: dropColumn, At: s.Span, Message: "m"})
	}
	run.Findings = h.run.Findings
	for i := range 1000 {
		run.Since = append(run.Since, fmt.Sprint(i, strings.Repeat("x", 500)))
	}
	out := string(write(t, Comment, run))
	assert.LessOrEqual(t, len(out), commentLimit)
	checkMarkdown(t, out)
	assert.Contains(t, out, "- and 980 more\n")
	assert.Regexp(t, `\*\d+ rows left out`, out)
	assert.Regexp(t, `\*\d+ errors left out`, out)
	assert.NotContains(t, out, "lossless until write |", "the best verdicts are left out first")
	assert.Positive(t, strings.Count(out, "**error**"))
}

// Without an error in it, a migration is folded.
func TestMarkdownFolds(t *testing.T) {
	h := newHistory(t)
	bad := h.migration("1_bad.sql", "DROP a;")
	mild := h.migration("2_mild.sql", "DROP a;")
	h.found(h.statement(bad, "DROP", "DROP a"), rules.Finding{Rule: dropColumn, At: h.at(bad, "a"), Message: "m"})
	h.found(h.statement(mild, "DROP", "DROP a"), rules.Finding{Rule: addIndex, At: h.at(mild, "a"), Message: "m"})
	out := string(write(t, Markdown, h.run))
	assert.Contains(t, out, "<details open>\n<summary><code>1_bad.sql</code>: 1 error</summary>\n")
	assert.Contains(t, out, "<details>\n<summary><code>2_mild.sql</code>: 1 warning</summary>\n")
}

// A finding in a down is with those of its up.
func TestMarkdownGroupsDowns(t *testing.T) {
	h := newHistory(t)
	up := h.migration("1_a.up.sql", "ADD a;")
	other := h.migration("1_a.down.sql", "DROP a;")
	h.win.Migrations = h.win.Migrations[:1]
	up.Down = other.Up
	h.found(h.statement(up, "ALTER", "ADD a"), rules.Finding{Rule: dropColumn, At: h.at(up, "a"), Message: "m"})
	h.found(h.statement(other, "ALTER", "DROP a"), rules.Finding{Rule: dropColumn, At: h.at(other, "a"), Message: "m"})
	out := string(write(t, Markdown, h.run))
	assert.Equal(t, 1, strings.Count(out, "<details"))
	assert.Contains(t, out, "`1_a.down.sql:1:6`")
}

func TestPlainMarkdown(t *testing.T) {
	for text, want := range map[string]string{
		"plain text, (of) words.":  "plain text, (of) words.",
		"*a* _b_ `c` ~d~ [e](f) |": `\*a\* \_b\_ \` + "`c\\`" + ` \~d\~ \[e\](f) \|`,
		`a\b`:                      `a\\b`,
		"<script>&amp;":            "&lt;script&gt;&amp;amp;",
		"@all #12 GH !3 # ! @":     "@&#8203;all #&#8203;12 GH !&#8203;3 # ! @",
		"https://x.org www.x.org":  "https:&#8203;//x.org www&#8203;.x.org",
		"$1 and $2":                "<span>$</span>1 and <span>$</span>2",
		"a\nb\x1b":                 "a␊b␛",
		"x::int":                   "x::int",
	} {
		assert.Equal(t, want, plainMarkdown(text), "%q", text)
	}
}

func TestCodeSpan(t *testing.T) {
	assert.Equal(t, "`a`", codeSpan("a"))
	assert.Equal(t, "``a`b``", codeSpan("a`b"))
	assert.Equal(t, "``` ``a`b` ```", codeSpan("``a`b`"))
	assert.Equal(t, "````sql\n```\n````\n", fenced("sql", "```"))
}

var (
	markdownSpan  = regexp.MustCompile("`+")
	markdownOwn   = regexp.MustCompile(`</?details( open)?>|</?summary>|<code>|</code>|<br>|<span>\$</span>|<!-- migracheck -->`)
	markdownLink  = regexp.MustCompile(`\[[a-z-]+\]\(https://github\.com/migracheck/migracheck/blob/main/docs/rules/[a-z-]+\.md\)`)
	markdownTaken = regexp.MustCompile(`\\.|&(?:lt|gt|amp);`)
)

// checkMarkdown holds that there is no markup but ours: fences and folds close,
// and outside of code there is no tag, no link, no picture and no mention.
func checkMarkdown(t *testing.T, text string) {
	t.Helper()
	fence, folds := "", 0
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence != "" && line == fence:
			fence = ""
			continue
		case fence != "":
			require.Less(t, len(strings.TrimLeft(line, " "))-len(strings.TrimLeft(line, " `")), len(fence), "%q ends the block", line)
			continue
		case len(ticks) >= 3 && line == ticks+"sql":
			fence = ticks
			continue
		}
		require.False(t, strings.HasPrefix(line, "/"), "%q is a quick action", line)
		plain := strings.ReplaceAll(withoutSpans(line), noWidth, "\x00")
		folds += strings.Count(plain, "<details") - strings.Count(plain, "</details")
		for _, harmless := range []*regexp.Regexp{markdownOwn, markdownLink, markdownTaken} {
			plain = harmless.ReplaceAllString(plain, " ")
		}
		require.NotRegexp(t, `[<>\[\]$~`+"`"+`]`, plain, "%q", line)
		require.NotRegexp(t, `[@#!][\pL\pN_]|://|(?i:www)\.`, plain, "%q", line)
		require.NotContains(t, strings.Trim(plain, "*"), "_", "%q", line)
	}
	require.Empty(t, fence, "a block of code is open: %s", text)
	require.Zero(t, folds)
}

// withoutSpans takes spans of code out of a line, and, in a summary, what stands
// in its code.
func withoutSpans(line string) string {
	if before, rest, ok := strings.Cut(line, "<code>"); ok && strings.Contains(before, "<summary>") {
		_, after, _ := strings.Cut(rest, "</code>")
		return before + after
	}
	var b strings.Builder
	for {
		at := markdownSpan.FindStringIndex(line)
		if at == nil {
			return b.String() + line
		}
		if at[0] > 0 && line[at[0]-1] == '\\' {
			b.WriteString(line[:at[0]+1])
			line = line[at[0]+1:]
			continue
		}
		ticks, rest := line[at[0]:at[1]], line[at[1]:]
		closing := -1
		for _, end := range markdownSpan.FindAllStringIndex(rest, -1) {
			if end[1]-end[0] == len(ticks) {
				closing = end[1]
				break
			}
		}
		if closing < 0 {
			return b.String() + line
		}
		b.WriteString(line[:at[0]])
		line = rest[closing:]
	}
}
