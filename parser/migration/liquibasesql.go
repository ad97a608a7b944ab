package migration

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// The lines that mean something in a formatted SQL changelog. Liquibase
// matches whole lines, whatever their case, and does not know whether they
// stand in a string.
var (
	lineChangeset = pattern.New(`(?i)^\s*--\s*changeset\s+("[^"]+"|[^:]+):\s*("[^"]+"|\S+)`)
	lineRollback  = pattern.New(`(?i)^\s*--\s*rollback (.*)$`)
	lineBlock     = pattern.New(`(?i)^\s*/\*\s*liquibase\s*rollback\s*$`)
	lineBlockEnd  = pattern.New(`\*/\s*$`)
	lineIgnore    = pattern.New(`(?i)^--\s*ignoreLines:(\w+)$`)
	lineProperty  = pattern.New(`(?i)^\s*--\s*property\s`)
	// lineWrong matches what Liquibase takes for a mistake: one hyphen for
	// two, an s too many, a changeset without author and id.
	lineWrong = pattern.New(`(?i)^(-\s*(changeset|comment:?|ignoreLines)\s|\s*-\s*(rollback|property|preconditions)\s|\s*--\s*changeset|--\s*comments:? |--\s*ignore:\w)`)
	// lineLone matches what it refuses before the first changeset.
	lineLone = pattern.New(`(?i)^--\s*comment:? (.*)$`)
)

// The attributes of a changeset, as its line has them; of several, the last
// one counts.
var (
	attrDbms          = pattern.New(`(?i).*\bdbms:([^\s,][\w!,${}]+)`)
	attrIgnore        = pattern.New(`(?i).*ignore:(\w*)`)
	attrInTransaction = pattern.New(`(?i).*runInTransaction:(\w+)`)
	attrSplit         = pattern.New(`(?i).*splitStatements:(\w+)`)
	attrEnd           = pattern.New(`(?i).*\bendDelimiter:(\S*)`)
	attrRollbackSplit = pattern.New(`(?i).*rollbackSplitStatements:(\w+)`)
	attrRollbackEnd   = pattern.New(`(?i).*\brollbackEndDelimiter:(\S*)`)
)

func (s *formattedSet) attribute(re *pattern.Pattern) string {
	m := re.FindStringSubmatch(s.attributes)
	if m == nil {
		return ""
	}
	return m[1]
}

// on reports whether an attribute is true, or absent where that means true.
func (s *formattedSet) on(re *pattern.Pattern) bool {
	value := s.attribute(re)
	return value == "" || strings.EqualFold(value, "true")
}

// formatted is the reader of a formatted SQL changelog.
type formatted struct {
	in *Input
	// up is the file without the lines to ignore, down without the marks of
	// the lines that are rollback SQL; every other byte is where it was. They
	// are the file itself where nothing is left out.
	up, down *source.File
	open     *formattedSet
	sets     []changeset
	problems []Problem
}

// A formattedSet is the changeset that is being read.
type formattedSet struct {
	changeset
	skip bool // not for PostgreSQL, or to be ignored
	// at is the changeset's line; start and end hold its SQL.
	at         source.Span
	start, end int
	attributes string
	// rollbacks are the stretches of rollback lines; the last one is open
	// while no other SQL follows it.
	rollbacks []source.Span
	goesOn    bool
	// comments and commentsEnd hold the comment lines right before this line;
	// meant is set where one of them is meant for migracheck.
	comments, commentsEnd int
	meant                 bool
	// claimed are the comments for migracheck that speak of rollback SQL.
	claimed []source.Span
}

// readFormatted cuts a formatted SQL changelog into changesets.
func readFormatted(in *Input) ([]changeset, []Problem) {
	r := &formatted{in: in, up: in.Source(), down: in.Source()}
	r.mask()
	early, ignore, block := false, 0, false
	body := in.Body()
	for l := range lines(body) {
		switch {
		case block:
			block = r.blockLine(l)
			continue
		case ignore != 0:
			if m := lineIgnore.FindStringSubmatch(l.text); ignore < 0 && m != nil && m[1] == "end" {
				ignore = 0
			} else if ignore > 0 {
				ignore--
			}
			continue
		case lineProperty.MatchString(l.text):
			continue
		}
		if m := lineIgnore.FindStringSubmatch(l.text); m != nil {
			ignore = ignored(m[1])
			continue
		}
		if m := lineChangeset.FindStringSubmatchIndex(l.text); m != nil {
			r.changeset(l, m)
			continue
		}
		if lineWrong.MatchString(l.text) || r.open == nil && lineLone.MatchString(l.text) {
			r.problem(l.span(r.in.Source()), "liquibase takes this line for a mistake in one of its own and refuses the changelog")
			continue
		}
		if r.open == nil {
			if !early && strings.TrimSpace(l.text) != "" && !l.isComment() {
				early = true
				r.problem(l.span(r.in.Source()), "SQL stands before the first --changeset, so liquibase passes over it")
			}
			continue
		}
		block = r.line(l)
	}
	if block {
		r.problem(source.Span{File: in.Source(), Start: body.End, End: body.End}, "the comment with rollback SQL is not closed, so liquibase refuses the changelog")
	}
	r.close()
	return r.sets, r.problems
}

// ignored returns how many lines to ignore, or -1 for those up to the end mark.
func ignored(word string) int {
	n := 0
	for _, c := range word {
		if c < '0' || c > '9' || n > 1<<20 {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

func (r *formatted) problem(at source.Span, message string) {
	r.problems = append(r.problems, Problem{Kind: BadMarker, At: at, Message: message})
}

// mask makes the two files in which what does not count is blank.
func (r *formatted) mask() {
	text := r.in.Source().Text
	var up, down []byte
	cover := func(b *[]byte, start, end int) {
		if *b == nil {
			*b = []byte(text)
		}
		blank((*b)[start:end])
	}
	ignore := 0
	for l := range lines(r.in.Body()) {
		m := lineIgnore.FindStringSubmatch(l.text)
		switch {
		case ignore < 0 && m != nil && m[1] == "end":
			ignore = 0
		case ignore != 0:
			cover(&up, l.start, l.end)
			cover(&down, l.start, l.end)
			ignore = max(ignore-1, min(ignore, 0))
		case m != nil:
			ignore = ignored(m[1])
		}
		if m := lineRollback.FindStringSubmatchIndex(l.text); m != nil {
			cover(&down, l.start, l.start+m[2])
		}
	}
	if up != nil {
		r.up = source.NewFile(r.in.Path(), string(up))
	}
	if down != nil {
		r.down = source.NewFile(r.in.Path(), string(down))
	}
}

// without returns the file with a stretch of it blank.
func without(f *source.File, at source.Span) *source.File {
	text := []byte(f.Text)
	blank(text[at.Start:at.End])
	return source.NewFile(f.Path, string(text))
}

// blank leaves nothing of a text but its line ends.
func blank(text []byte) {
	for i, c := range text {
		if c != '\n' && c != '\r' {
			text[i] = ' '
		}
	}
}

// changeset begins a changeset at its line.
func (r *formatted) changeset(l line, m []int) {
	r.close()
	author, id := l.text[m[2]:m[3]], l.text[m[4]:m[5]]
	at := l.span(r.in.Source())
	if m[4] != m[3]+1 {
		r.problem(at, "a blank stands before the changeset's id, so liquibase refuses the changelog")
	}
	rest := l.text[m[5]:]
	s := &formattedSet{
		changeset:  changeset{&Migration{}, strings.Trim(id, `"`), strings.Trim(author, `"`), r.in},
		at:         at,
		start:      l.end,
		end:        l.end,
		attributes: rest,
		comments:   -1,
	}
	s.skip = !forPostgres(s.attribute(attrDbms)) || strings.EqualFold(s.attribute(attrIgnore), "true")
	r.open = s
}

// line takes a line into the changeset; block is set where a comment with
// rollback SQL begins.
func (r *formatted) line(l line) (block bool) {
	s := r.open
	if m := lineRollback.FindStringSubmatchIndex(l.text); m != nil {
		r.rollback(l.start+m[2], l.end)
		return false
	}
	if lineBlock.MatchString(l.text) {
		s.rollbacks = append(s.rollbacks, source.Span{File: r.down, Start: l.end, End: l.end})
		s.goesOn = false
		return true
	}
	switch {
	case strings.TrimSpace(l.text) == "":
		return false
	case l.isComment():
		if m := lineLone.FindStringSubmatch(l.text); m != nil {
			s.Name = strings.TrimSpace(m[1])
		}
		if s.comments < 0 {
			s.comments = l.start
		}
		s.commentsEnd = l.end
		s.meant = s.meant || strings.Contains(l.text, directivePrefix)
		if !s.meant {
			s.end = l.end
		}
		return false
	}
	s.comments, s.meant, s.goesOn = -1, false, false
	s.end = l.end
	return false
}

// rollback adds a line of rollback SQL. Comments for migracheck right before
// it speak of it.
func (r *formatted) rollback(start, end int) {
	s := r.open
	if s.meant {
		s.claimed = append(s.claimed, source.Span{File: r.down, Start: s.comments, End: s.commentsEnd})
		start = s.comments
	}
	if s.goesOn {
		s.rollbacks[len(s.rollbacks)-1].End = end
	} else {
		s.rollbacks = append(s.rollbacks, source.Span{File: r.down, Start: start, End: end})
		s.goesOn = true
	}
	s.comments, s.meant = -1, false
}

// blockLine takes a line of a comment with rollback SQL, and reports whether
// the comment goes on.
func (r *formatted) blockLine(l line) bool {
	s := r.open
	last := &s.rollbacks[len(s.rollbacks)-1]
	if m := lineBlockEnd.FindStringIndex(l.text); m != nil {
		last.End = l.start + m[0]
		return false
	}
	last.End = l.end
	return true
}

// close makes a migration of the changeset that is open.
func (r *formatted) close() {
	s := r.open
	if s == nil || s.skip {
		return
	}
	if s.meant {
		s.end = max(s.end, s.commentsEnd)
	}
	for _, at := range s.claimed {
		if at.Start < s.end {
			r.up = without(r.up, at)
		}
	}
	t := Wrapped
	if !s.on(attrInTransaction) {
		t = Autocommit
	}
	s.Up = &Script{Span: source.Span{File: r.up, Start: s.at.Start, End: s.end}}
	sql := source.Span{File: r.up, Start: s.start, End: s.end}
	split, end := s.on(attrSplit), s.attribute(attrEnd)
	s.Up.Pieces = r.pieces(sql, t, split, end)
	if split && end == "" {
		r.cutBodies(sql)
	}
	r.goBack(s, t)
	r.sets = append(r.sets, s.changeset)
}

// goBack makes the down script of the rollback lines; without any, Liquibase
// does not know a way back from SQL.
func (r *formatted) goBack(s *formattedSet, t Transaction) {
	if len(s.rollbacks) == 0 {
		return
	}
	first, last := s.rollbacks[0], s.rollbacks[len(s.rollbacks)-1]
	s.Down = &Script{Span: source.Span{File: r.down, Start: first.Start, End: last.End}}
	var all strings.Builder
	for _, at := range s.rollbacks {
		all.WriteString(at.Text())
	}
	text := strings.ToLower(strings.TrimSpace(all.String()))
	switch {
	case text == "":
		s.Down = nil
		return
	case strings.HasPrefix(text, "not required"), strings.HasPrefix(text, "empty"):
		return // a way back that does nothing
	case strings.Contains(text, "changesetid"):
		s.Down.Opaque = "rollback by what another changeset does"
		return
	}
	split, end := s.on(attrRollbackSplit), s.attribute(attrRollbackEnd)
	for _, at := range s.rollbacks {
		s.Down.Pieces = append(s.Down.Pieces, r.pieces(at, t, split, end)...)
	}
}

// pieces cuts SQL as Liquibase does. What it does not cut and what runs in no
// transaction is one simple query.
func (r *formatted) pieces(sql source.Span, t Transaction, split bool, end string) []Piece {
	if strings.TrimSpace(sql.Text()) == "" {
		return nil
	}
	if !split && t == Autocommit {
		return []Piece{{Span: sql, Transaction: Implicit}}
	}
	if !split || end == ";" {
		return []Piece{{Span: sql, Transaction: t}}
	}
	if t == Autocommit && end != "" {
		t = Implicit
	}
	var out []Piece
	start := sql.Start
	add := func(stop int) {
		cut := source.Span{File: sql.File, Start: start, End: stop}
		if strings.TrimSpace(cut.Text()) != "" {
			out = append(out, Piece{Span: cut, Transaction: t})
		}
	}
	for _, m := range delimiter(end).FindAllStringSubmatchIndex(sql.Text(), -1) {
		add(sql.Start + m[2])
		start = sql.Start + m[3]
	}
	add(sql.End)
	return out
}

// delimiter returns the expression whose group is what ends statements instead
// of the semicolon, or besides it: a slash or GO alone on a line.
func delimiter(end string) *regexp.Regexp {
	switch {
	case end == "", end == "/":
		pattern := `/`
		if end == "" {
			pattern = `/|go`
		}
		return regexp.MustCompile(`(?im)^[ \t]*(` + pattern + `)[ \t]*\r?$`)
	case len(end) == 1:
		return regexp.MustCompile(`(` + regexp.QuoteMeta(end) + `)`)
	}
	if re, err := regexp.Compile(`(?im)((?:` + end + `))`); err == nil && !re.MatchString("") {
		return re
	}
	return regexp.MustCompile(`(?i)(` + regexp.QuoteMeta(end) + `)`)
}

// cutBodies reports texts in dollar quotes, which Liquibase does not know, and
// which it therefore cuts at their semicolons. A semicolon between BEGIN and
// END it leaves alone, and takes END IF for an end, too.
// https://github.com/liquibase/liquibase/blob/master/liquibase-standard/src/main/java/liquibase/util/StringUtil.java
func (r *formatted) cutBodies(sql source.Span) {
	text := sql.Text()
	cuts := liquibaseCuts(text)
	for i := 0; i < len(text) && len(cuts) > 0; {
		n, dollar := skipToken(text[i:])
		for len(cuts) > 0 && cuts[0] < i {
			cuts = cuts[1:]
		}
		if dollar && len(cuts) > 0 && cuts[0] < i+n {
			at := source.Span{File: r.in.Source(), Start: sql.Start + i, End: sql.Start + i + len(dollarTag(text[i:]))}
			line := r.in.Source().Position(sql.Start + cuts[0]).Line
			r.problem(at, fmt.Sprintf("liquibase does not know dollar quotes and cuts this text at the semicolon in line %d, so PostgreSQL refuses the parts; splitStatements:false keeps it whole", line))
		}
		i += n
	}
}

// skipToken returns the length of what text begins with, as PostgreSQL has it,
// and whether that is a text in dollar quotes.
func skipToken(text string) (n int, dollar bool) {
	switch {
	case strings.HasPrefix(text, "--"):
		return until(text, "\n"), false
	case strings.HasPrefix(text, "/*"):
		return blockComment(text), false
	case text[0] == '\'', text[0] == '"':
		return quoted(text, text[0], false), false
	case wordByte(text[0]):
		for n < len(text) && (wordByte(text[n]) || text[n] == '$') {
			n++
		}
		return n, false
	}
	if tag := dollarTag(text); text[0] == '$' && tag != "" {
		return len(tag) + until(text[len(tag):], tag), true
	}
	return 1, false
}

// liquibaseCuts returns the offsets of the semicolons at which Liquibase cuts.
func liquibaseCuts(text string) (cuts []int) {
	var words []string // the tokens, and where they begin
	var starts []int
	for i := 0; i < len(text); {
		n := 1
		c := text[i]
		switch {
		case strings.HasPrefix(text[i:], "--"):
			n = until(text[i:], "\n")
		case strings.HasPrefix(text[i:], "/*"):
			n = until(text[i+2:], "*/") + 2
		case c == '\'', c == '"':
			n = quoted(text[i:], c, true)
		case c == '$' || c == '@' || c == '#' || wordByte(c):
			for i+n < len(text) && (strings.IndexByte("$@#", text[i+n]) >= 0 || wordByte(text[i+n])) {
				n++
			}
		case isBlank(c):
			i++
			continue
		}
		words, starts = append(words, text[i:i+n]), append(starts, i)
		i += n
	}
	depth := 0
	for i, w := range words {
		next := ""
		if i+1 < len(words) {
			next = strings.ToLower(words[i+1])
		}
		named := next == "transaction" || next == "trans" || next == "tran"
		switch {
		case strings.EqualFold(w, "begin") && !named:
			depth++
		case strings.EqualFold(w, "end") && !named && depth > 0:
			depth--
		case w == ";" && depth == 0:
			cuts = append(cuts, starts[i])
		}
	}
	return cuts
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
