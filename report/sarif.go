package report

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// What GitHub accepts and shows.
// https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
const (
	sarifMaxResults  = 25_000 // more, and the file is rejected
	sarifMaxShown    = 5_000  // the others are dropped, mildest first
	sarifMaxText     = 1024   // characters of a description
	sarifMaxRelated  = 100
	sarifMaxNotices  = 100
	sarifMaxSnippet  = 1000 // bytes; ours, to keep the file small
	sarifSourceRoot  = "%SRCROOT%"
	sarifSchema      = "https://json.schemastore.org/sarif-2.1.0.json"
	lineHashKey      = "primaryLocationLineHash"
	findingHashKey   = "migracheckFindingHash/v1"
	sarifColumnKind  = "utf16CodeUnits"
	sarifRootMeaning = "The root of the repository."
)

// SARIF writes SARIF 2.1.0 in the form that GitHub code scanning needs: one
// run, every rule that ran, places relative to the root of the repository,
// columns in UTF-16 code units, and the hash by which GitHub follows an alert
// from commit to commit. Allowed findings are left out, because GitHub would
// open alerts for them.
func SARIF(w io.Writer, run *Run) error {
	s := &sarifWriter{run: run, ruleIndex: map[string]uint{}, lineHashes: map[*source.File][]string{}, pairs: map[*source.File][]int{}}
	results, cut := s.results()
	r := sarif.NewRunWithInformationURI(command, homeURL)
	r.Tool.Driver.Rules = s.rules()
	if version := strings.TrimPrefix(run.Version, "v"); semanticVersion.MatchString(version) {
		r.Tool.Driver.WithVersion(version).WithSemanticVersion(version) // validators want a number first
	} else if run.Version != "" {
		r.Tool.Driver.WithVersion(run.Version)
	}
	r.AddInvocation(true).ToolExecutionNotifications = s.notifications(cut)
	r.WithColumnKind(sarifColumnKind)
	r.OriginalUriBaseIDs = map[string]*sarif.ArtifactLocation{
		sarifSourceRoot: sarif.NewArtifactLocation().WithDescriptionText(sarifRootMeaning),
	}
	log := sarifLog{Schema: sarifSchema, Version: string(sarif.Version210)}
	log.Runs = []sarifRun{{Run: r, Results: s.write(results)}}
	return writeJSON(w, log)
}

// https://semver.org/#is-there-a-suggested-regular-expression-regex-to-check-a-semver-string
var semanticVersion = pattern.New(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)

// The types below stand in for the library's where it writes null, or cannot
// write an empty array.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		*sarif.Run
		Results []sarifResult `json:"results"`
	}
	sarifResult struct {
		*sarif.Result
		// Suppressions are nil in all results of a run or in none.
		Suppressions *[]sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifSuppression struct {
		Kind          string          `json:"kind"`
		Status        string          `json:"status"`
		Justification string          `json:"justification,omitempty"`
		Location      *sarif.Location `json:"location,omitempty"`
	}
)

type sarifWriter struct {
	run       *Run
	ruleIndex map[string]uint
	// lineHashes and pairs are kept for each file.
	lineHashes map[*source.File][]string
	pairs      map[*source.File][]int
}

// A located finding has its fingerprint, and its path in the repository.
type located struct {
	*rules.Finding
	path, fingerprint string
}

// results returns the findings to write in order of place, and how many were
// left out because there are too many. The worst stay.
func (s *sarifWriter) results() (results []located, cut int) {
	prints := Fingerprints(s.run.Findings)
	for i := range s.run.Findings {
		f := &s.run.Findings[i]
		// A result without a place would make GitHub reject the whole file.
		if f.At.IsZero() || f.Suppressed != nil && !s.run.IncludeSuppressed {
			continue
		}
		results = append(results, located{f, s.path(f.At.File), prints[i]})
	}
	if len(results) > sarifMaxResults {
		slices.SortStableFunc(results, func(a, b located) int { return cmp.Compare(b.Severity, a.Severity) })
		cut = len(results) - sarifMaxResults
		results = results[:sarifMaxResults]
	}
	slices.SortStableFunc(results, func(a, b located) int {
		return cmp.Or(
			cmp.Compare(a.path, b.path),
			cmp.Compare(a.At.Start, b.At.Start),
			cmp.Compare(a.Rule.Name, b.Rule.Name),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return results, cut
}

// rules returns the rules that ran, and numbers them.
func (s *sarifWriter) rules() []*sarif.ReportingDescriptor {
	byName := map[string]*rules.Rule{}
	for _, r := range s.run.Rules {
		byName[r.Name] = r
	}
	for i := range s.run.Findings {
		byName[s.run.Findings[i].Rule.Name] = s.run.Findings[i].Rule
	}
	names := make([]string, 0, len(byName))
	for name := range byName {
		names = append(names, name)
	}
	slices.Sort(names)
	descriptors := make([]*sarif.ReportingDescriptor, 0, len(names))
	for i, name := range names {
		s.ruleIndex[name] = uint(i)
		descriptors = append(descriptors, s.rule(byName[name]))
	}
	return descriptors
}

func (s *sarifWriter) rule(r *rules.Rule) *sarif.ReportingDescriptor {
	title := sentence(r.Title)
	full := title
	if remedy := s.run.remedy(r); remedy != "" {
		full += " " + sentence(remedy)
	}
	text, markdown := full+" See "+pageURL(r)+".", full+" [More]("+pageURL(r)+")."
	if s.run.Page != nil {
		if pageText, pageMarkdown := s.run.Page(r.Name); pageText != "" && pageMarkdown != "" {
			text, markdown = pageText, pageMarkdown
		}
	}
	d := sarif.NewRule(r.Name).
		WithName(camelCase(r.Name)).
		WithShortDescription(sarif.NewMultiformatMessageString(limit(title, sarifMaxText))).
		WithFullDescription(sarif.NewMultiformatMessageString(limit(full, sarifMaxText))).
		WithHelpURI(pageURL(r)).
		WithHelp(sarif.NewMultiformatMessageString(text).WithMarkdown(markdown)).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(r.Severity.String())).
		WithProperties(sarif.Properties{
			"precision":        precision(r.Severity),
			"problem.severity": problemSeverity(r.Severity),
			"tags":             []string{categoryTag(r.Category), "migration", "postgresql"},
		})
	d.DeprecatedIds = r.Aliases
	return d
}

// problemSeverity is GitHub's word for a severity.
func problemSeverity(s rules.Severity) string {
	if s == rules.Note {
		return "recommendation"
	}
	return s.String()
}

// precision says how often a finding is true of the database it will meet: an
// error follows from the files, a warning depends on what they do not show.
func precision(s rules.Severity) string {
	if s == rules.Error {
		return "very-high"
	}
	return "high"
}

// categoryTag is what a category is called among the tags of other tools.
// None is "security": that would put migrations into security dashboards.
func categoryTag(c rules.Category) string {
	switch c {
	case rules.Compat:
		return "compatibility"
	case rules.Lock:
		return "locking"
	case rules.Data:
		return "data-loss"
	case rules.Gate:
		return "feature-flag"
	}
	return string(c)
}

func camelCase(kebab string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(kebab, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

func (s *sarifWriter) write(results []located) []sarifResult {
	written := make([]sarifResult, 0, len(results))
	for _, f := range results {
		written = append(written, s.result(f))
	}
	return written
}

func (s *sarifWriter) result(f located) sarifResult {
	text, related := s.message(f.Finding)
	r := sarif.NewRuleResult(f.Rule.Name).
		WithRuleIndex(int(s.ruleIndex[f.Rule.Name])).
		WithLevel(f.Severity.String()).
		WithMessage(sarif.NewTextMessage(text)).
		WithLocations([]*sarif.Location{s.location(f.At)}).
		WithPartialFingerPrints(map[string]any{
			lineHashKey:    s.lineHash(f.At),
			findingHashKey: f.fingerprint,
		})
	r.RelatedLocations = related
	r.CodeFlows = s.flows(f.Way)
	r.Fixes = s.fixes(f.Fixes)
	r.Properties = properties(f.Finding)
	switch {
	case baselined(f.Finding):
		r.WithBaselineState("unchanged")
	case s.run.Baseline != "":
		r.WithBaselineState("new")
	}
	result := sarifResult{Result: r}
	if s.run.IncludeSuppressed {
		result.Suppressions = s.suppressions(f.At.File, f.Suppressed)
	}
	return result
}

func properties(f *rules.Finding) sarif.Properties {
	p := sarif.Properties{}
	for name, value := range map[string]string{"migration": f.Migration, "relation": f.Relation, "object": f.Object} {
		if value != "" {
			p[name] = value
		}
	}
	if f.Migration != "" {
		p["direction"] = direction(f.Down)
	}
	return p
}

// message is the finding's message, followed by a link to each related place;
// GitHub shows only what is linked.
func (s *sarifWriter) message(f *rules.Finding) (text string, related []*sarif.Location) {
	var b strings.Builder
	b.WriteString(stop(noLinks.Replace(f.Message)))
	for _, r := range f.Related {
		if r.At.IsZero() || len(related) == sarifMaxRelated {
			continue
		}
		id := len(related) + 1
		fmt.Fprintf(&b, " See [%s](%d).", linkText.Replace(r.Message), id)
		location := s.location(r.At).WithId(id).WithMessage(sarif.NewTextMessage(stop(r.Message)))
		related = append(related, location)
	}
	return b.String(), related
}

// flows is the way that leads to a finding, as GitHub shows paths.
func (s *sarifWriter) flows(way []rules.Related) []*sarif.CodeFlow {
	if len(way) == 0 {
		return nil
	}
	flow := sarif.NewThreadFlow()
	for _, r := range way {
		flow.Locations = append(flow.Locations, sarif.NewThreadFlowLocation().WithLocation(s.location(r.At).WithMessage(sarif.NewTextMessage(stop(r.Message)))))
	}
	return []*sarif.CodeFlow{sarif.NewCodeFlow().WithThreadFlows([]*sarif.ThreadFlow{flow})}
}

var (
	// noLinks keeps names in a message from making a link.
	noLinks = strings.NewReplacer("](", "] (")
	// linkText escapes what would end the text of a link.
	linkText = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`)
)

// sentence returns prose as a whole sentence.
func sentence(prose string) string {
	if prose != "" && prose[0] >= 'a' && prose[0] <= 'z' {
		prose = strings.ToUpper(prose[:1]) + prose[1:]
	}
	return stop(prose)
}

// stop ends a message with a full stop. Its first word may be a name, and stays
// as it is.
func stop(message string) string {
	return strings.TrimSuffix(message, ".") + "."
}

// limit cuts a text to a number of characters.
func limit(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}

func (s *sarifWriter) location(at source.Span) *sarif.Location {
	return sarif.NewLocationWithPhysicalLocation(sarif.NewPhysicalLocation().
		WithArtifactLocation(s.artifact(at.File)).
		WithRegion(s.region(at, true)))
}

func (s *sarifWriter) artifact(f *source.File) *sarif.ArtifactLocation {
	return sarif.NewSimpleArtifactLocation(escapePath(s.path(f))).WithUriBaseId(sarifSourceRoot)
}

// path is a file's name in the repository. A place outside of it makes GitHub
// reject the whole report.
func (s *sarifWriter) path(f *source.File) string { return s.run.hostPath(f.Path) }

// escapePath percent-encodes a path. Colons too: a first segment that has one
// would be a scheme.
func escapePath(p string) string {
	segments := strings.Split(p, "/")
	for i, segment := range segments {
		segments[i] = strings.ReplaceAll(url.PathEscape(segment), ":", "%3A")
	}
	return strings.Join(segments, "/")
}

// region is a span in lines and columns.
func (s *sarifWriter) region(at source.Span, snippet bool) *sarif.Region {
	startLine, startColumn := s.position(at.File, at.Start)
	endLine, endColumn := s.position(at.File, at.End)
	r := sarif.NewSimpleRegion(startLine, endLine).WithStartColumn(startColumn).WithEndColumn(endColumn)
	if text := at.Text(); snippet && text != "" && len(text) <= sarifMaxSnippet && utf8.ValidString(text) {
		r.WithSnippet(sarif.NewArtifactContent().WithText(text))
	}
	return r
}

// position is [source.File.Position] with columns in UTF-16 code units: a
// character outside the basic plane is two.
func (s *sarifWriter) position(f *source.File, offset int) (line, column int) {
	pairs, ok := s.pairs[f]
	if !ok {
		pairs = surrogatePairs(f.Text)
		s.pairs[f] = pairs
	}
	p := f.Position(offset)
	_, start := f.Line(p.Line)
	before := sort.SearchInts(pairs, start)
	// A character counts when all of it is before the offset.
	within := sort.SearchInts(pairs, offset-utf8.UTFMax+1)
	return p.Line, p.Column + max(within-before, 0)
}

// surrogatePairs returns the offsets of the characters that UTF-16 needs two
// units for. Their UTF-8, and no other, begins with a byte from F0 on.
func surrogatePairs(text string) []int {
	var pairs []int
	for i := 0; i < len(text); i++ {
		if text[i] < 0xf0 {
			continue
		}
		if _, size := utf8.DecodeRuneInString(text[i:]); size == utf8.UTFMax {
			pairs = append(pairs, i)
		}
	}
	return pairs
}

func (s *sarifWriter) lineHash(at source.Span) string {
	hashes, ok := s.lineHashes[at.File]
	if !ok {
		hashes = lineHashes(at.File.Text)
		s.lineHashes[at.File] = hashes
	}
	return hashes[at.From().Line-1]
}

// fixes returns those that change something: a fix without changes is invalid.
func (s *sarifWriter) fixes(fixes []rules.Fix) []*sarif.Fix {
	var all []*sarif.Fix
	for _, fix := range fixes {
		var changes []*sarif.ArtifactChange
		changeOf := map[*source.File]*sarif.ArtifactChange{}
		for _, e := range fix.Edits {
			if e.At.IsZero() {
				continue
			}
			change := changeOf[e.At.File]
			if change == nil {
				change = sarif.NewArtifactChange(s.artifact(e.At.File))
				changeOf[e.At.File] = change
				changes = append(changes, change)
			}
			change.Replacements = append(change.Replacements, sarif.NewReplacement(s.region(e.At, false)).
				WithInsertedContent(sarif.NewArtifactContent().WithText(e.NewText)))
		}
		if len(changes) > 0 {
			all = append(all, &sarif.Fix{
				Description:     sarif.NewTextMessage(sentence(fix.Title)),
				ArtifactChanges: changes,
			})
		}
	}
	return all
}

// suppressions is empty, not absent, for a result that nothing allows. What
// stands in another file than the result, as in the configuration, is external.
func (s *sarifWriter) suppressions(in *source.File, by *rules.Suppression) *[]sarifSuppression {
	if by == nil {
		return &[]sarifSuppression{}
	}
	allowed := sarifSuppression{Kind: "external", Status: "accepted", Justification: by.Reason}
	if by.Until != "" {
		allowed.Justification += " (until " + by.Until + ")"
	}
	if !by.At.IsZero() {
		allowed.Location = s.location(by.At)
		if by.At.File == in {
			allowed.Kind = "inSource"
		}
	}
	return &[]sarifSuppression{allowed}
}

// notifications say what could not be analysed, and what was left out.
func (s *sarifWriter) notifications(cut int) []*sarif.Notification {
	var all []*sarif.Notification
	note := func(level, text string, at source.Span) {
		n := sarif.NewNotification().WithLevel(level).WithTextMessage(text)
		if !at.IsZero() {
			n.AddLocation(s.location(at))
		}
		all = append(all, n)
	}
	total := s.run.summary()
	if total.Statements == 0 && !s.run.Idle {
		note("warning", sentence(total.nothing()), source.Span{})
	}
	if cut > 0 {
		note("warning", fmt.Sprintf("%d results were left out, the mildest: GitHub accepts %d.", cut, sarifMaxResults), source.Span{})
	} else if n := total.Error + total.Warning + total.Note; n > sarifMaxShown {
		note("note", fmt.Sprintf("There are %d results; GitHub shows the worst %d.", n, sarifMaxShown), source.Span{})
	}
	unknown := 0
	for _, m := range s.run.migrations() {
		if m.Opaque != "" {
			if unknown++; unknown <= sarifMaxNotices {
				note("note", fmt.Sprintf("Migration %s cannot be analysed: %s.", m.ID, m.Opaque), m.Up.Span)
			}
		}
	}
	for _, statement := range s.run.statements() {
		if reason, ok := statement.Unanalysable(); ok {
			if unknown++; unknown <= sarifMaxNotices {
				note("note", "This statement cannot be analysed: "+reason+".", statement.Span)
			}
		}
	}
	if unknown > sarifMaxNotices {
		note("note", fmt.Sprintf("%d more cannot be analysed.", unknown-sarifMaxNotices), source.Span{})
	}
	return all
}
