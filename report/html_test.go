package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// checkHTML holds that a page is well-formed, that it loads nothing and runs
// nothing, that its links lead to pages of rules or into itself, and returns
// its text.
func checkHTML(t *testing.T, out []byte) string {
	t.Helper()
	var text strings.Builder
	ids, anchors := map[string]bool{}, []string{}
	decoder := xml.NewDecoder(bytes.NewReader(out))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err, "%q", out)
		switch token := token.(type) {
		case xml.CharData:
			text.Write(token)
		case xml.Comment, xml.ProcInst:
			t.Fatalf("%q", token)
		case xml.StartElement:
			name := token.Name.Local
			require.NotContains(t, []string{"script", "link", "img", "iframe", "object", "embed", "base", "form", "use", "image"}, name)
			for _, a := range token.Attr {
				switch {
				case a.Name.Local == "id":
					require.False(t, ids[a.Value], "the id %s is there twice", a.Value)
					ids[a.Value] = true
				case a.Name.Local == "href" && strings.HasPrefix(a.Value, "#"):
					anchors = append(anchors, a.Value[1:])
				case a.Name.Local == "href":
					require.Equal(t, "a", name)
					require.True(t, strings.HasPrefix(a.Value, homeURL+"/"), a.Value)
				}
				require.NotEqual(t, "src", a.Name.Local)
				require.NotEqual(t, "style", a.Name.Local)
				require.False(t, strings.HasPrefix(a.Name.Local, "on"), a.Name.Local)
			}
		}
	}
	for _, anchor := range anchors {
		require.True(t, ids[anchor], "nothing has the id %s", anchor)
	}
	require.NotContains(t, htmlStyles, "url(")
	require.NotContains(t, htmlStyles, "@import")
	return text.String()
}

func TestHTMLDocument(t *testing.T) {
	for name, run := range samples(t) {
		t.Run(name, func(t *testing.T) {
			text := checkHTML(t, write(t, HTML, run))
			assert.Contains(t, text, run.summary().line())
			for _, f := range run.findings() {
				assert.Contains(t, strings.ReplaceAll(text, "# #", "##"), oneLine(f.Message))
			}
		})
	}
}

// Markup from outside is text, and what hides or reverses text is seen.
func TestHTMLEscapes(t *testing.T) {
	const evil = "</style><script>alert(1)</script>\"'&<!-- \u202e\x1b[31m ]]> javascript:x"
	run := hostile(evil, "a\"><img src=x>.sql", 3, 20)
	out := write(t, HTML, run)
	text := checkHTML(t, out)
	assert.Contains(t, text, "</style><script>alert(1)</script>\"'&<!-- <U+202E>␛[31m ]]> javascript:x")
	assert.Contains(t, text, `a"><img src=x>.sql`)
	assert.NotContains(t, string(out), "<script")
	assert.NotContains(t, string(out), "\u202e")

	text = checkHTML(t, write(t, HTML, odd(t)))
	assert.Contains(t, text, "<U+202E><U+2066>")
}

func TestHTMLVerdicts(t *testing.T) {
	family := func(names ...rules.Category) []*rules.Rule {
		var all []*rules.Rule
		for _, name := range names {
			all = append(all, &rules.Rule{Name: "r-" + string(name), Category: name})
		}
		return all
	}
	every := family(rules.Compat, rules.Lock, rules.Data, rules.Rollback)
	finding := func(c rules.Category, s rules.Severity) rules.Finding {
		return rules.Finding{Rule: &rules.Rule{Name: "r", Category: c}, Severity: s, Message: "m"}
	}
	down := finding(rules.Lock, rules.Error)
	down.Down = true
	allowed := finding(rules.Compat, rules.Error)
	allowed.Suppressed = &rules.Suppression{Reason: "known"}
	undone := func(verdicts ...rollback.Verdict) *Rollback {
		r := &Rollback{}
		for _, v := range verdicts {
			r.Migrations = append(r.Migrations, &rollback.Migration{Migration: clean(t).Timeline.Windows[0].Migrations[0], Verdict: v})
		}
		return r
	}
	for name, test := range map[string]struct {
		rules    []*rules.Rule
		findings []rules.Finding
		rollback *Rollback
		want     []string
	}{
		"nothing found":           {rules: every, want: []string{"yes", "yes", "not asked"}},
		"no rules":                {want: []string{"not asked", "not asked", "not asked"}},
		"migracheck rollback":     {rules: family(rules.Rollback), rollback: undone(rollback.Lossless), want: []string{"not asked", "not asked", "yes"}},
		"no rules about requests": {rules: family(rules.Lock, rules.Data), want: []string{"unknown", "not asked", "not asked"}},
		"no rules about locks":    {rules: family(rules.Compat, rules.Data), want: []string{"unknown", "yes", "not asked"}},
		"breaks requests":         {rules: every, findings: []rules.Finding{finding(rules.Compat, rules.Error)}, want: []string{"no", "no", "not asked"}},
		"may break requests":      {rules: every, findings: []rules.Finding{finding(rules.Compat, rules.Warning)}, want: []string{"unknown", "unknown", "not asked"}},
		"blocks":                  {rules: every, findings: []rules.Finding{finding(rules.Lock, rules.Error)}, want: []string{"no", "yes", "not asked"}},
		"refused":                 {rules: every, findings: []rules.Finding{finding(rules.Process, rules.Error)}, want: []string{"no", "yes", "not asked"}},
		"notes":                   {rules: every, findings: []rules.Finding{finding(rules.Compat, rules.Note)}, want: []string{"yes", "yes", "not asked"}},
		"practice":                {rules: every, findings: []rules.Finding{finding(rules.Practice, rules.Error)}, want: []string{"yes", "yes", "not asked"}},
		"allowed":                 {rules: every, findings: []rules.Finding{allowed}, want: []string{"yes", "yes", "not asked"}},
		"the down blocks":         {rules: every, findings: []rules.Finding{down}, want: []string{"yes", "yes", "no"}},
		"a rollback finding":      {rules: every, findings: []rules.Finding{finding(rules.Rollback, rules.Error)}, want: []string{"yes", "yes", "no"}},
		"lossless":                {rules: every, rollback: undone(rollback.Lossless), want: []string{"yes", "yes", "yes"}},
		"lossless, but blocks":    {rules: every, findings: []rules.Finding{down}, rollback: undone(rollback.Lossless), want: []string{"yes", "yes", "no"}},
		"lossless until a write":  {rules: every, rollback: undone(rollback.Lossless, rollback.LosslessUntilWrite), want: []string{"yes", "yes", "unknown"}},
		"rows are lost":           {rules: every, rollback: undone(rollback.StructureOnly, rollback.Unknown), want: []string{"yes", "yes", "no"}},
		"irreversible":            {rules: every, rollback: undone(rollback.Irreversible), want: []string{"yes", "yes", "no"}},
		"not known from the text": {rules: every, rollback: undone(rollback.Unknown), want: []string{"yes", "yes", "unknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			run := clean(t)
			run.Rules, run.Findings, run.Rollback = test.rules, test.findings, test.rollback
			var got []string
			for _, v := range run.verdicts() {
				got = append(got, v.Answer)
				assert.NotEmpty(t, v.Why)
			}
			assert.Equal(t, test.want, got)
		})
	}

	for _, v := range empty(t).verdicts()[:2] {
		assert.Equal(t, "unknown", v.Answer, "nothing was checked")
	}
	opaque := release(t)
	opaque.Findings = nil
	assert.Equal(t, "unknown", opaque.verdicts()[1].Answer, "a migration in Go, and statements that nobody can read")
	broken := asked(t).verdicts()[1]
	assert.Equal(t, "no", broken.Answer)
}

func TestHTMLPicture(t *testing.T) {
	p := newHTMLPage(released(t, true, map[string]string{
		"1_old.up.sql": "CREATE TABLE a (id int, x int); CREATE TABLE b (id int);",
		"2_new.up.sql": "ALTER TABLE a ALTER COLUMN x TYPE bigint; CREATE INDEX ON b (id); SELECT * FROM a; CREATE TABLE c (); CREATE TABLE d ();",
	}))
	require.NotEmpty(t, p.Migrations)
	last := p.Migrations[len(p.Migrations)-1]
	require.NotNil(t, last.Picture)
	require.NotNil(t, last.Strongest)
	assert.Equal(t, "AX", last.Strongest.Short)
	lanes := map[string][]string{}
	for _, l := range last.Picture.Lanes {
		for _, c := range l.Cells {
			lanes[l.Name] = append(lanes[l.Name], c.Short+" "+c.Work)
		}
	}
	assert.Equal(t, map[string][]string{"public.a": {"AX rewrite", "AS rows"}, "public.b": {"S index"}}, lanes)
	for _, l := range last.Picture.Lanes {
		if l.Name != "public.a" {
			continue
		}
		require.Len(t, l.Bars, 2, "kept from the first statement to the second, and from the second to the last")
		assert.Equal(t, "reads", l.Bars[0].Class)
		assert.Equal(t, "reads", l.Bars[1].Class, "the first lock is still kept")
	}
}

func TestSQLLexer(t *testing.T) {
	for _, test := range []struct{ lines, want []string }{
		{[]string{"DROP t1 1.5 'a''b' \"c\" -- d"}, []string{"kkkk    n n ssssss qqq cccc"}},
		{[]string{"/* a /* b", "*/ SET */ SET"}, []string{"ccccccccc", "ccccccccc kkk"}},
		{[]string{"$x$ DROP $$", "$x$ DROP $1"}, []string{"sssssssssss", "sss kkkk  n"}},
		{[]string{`E'a\'b' x`, `'a\' x`, `type'a\' x`}, []string{" ssssss  ", "ssss  ", "kkkkssss  "}},
		{[]string{"'", "", "' \"", "\" $"}, []string{"s", "", "s q", "q  "}},
		{[]string{"é$a$ \\"}, []string{"       "}},
	} {
		var lex sqlLexer
		for i, line := range test.lines {
			var got strings.Builder
			for _, class := range lex.line(line) {
				got.WriteString((string(class) + " ")[:1])
			}
			assert.Equal(t, test.want[i], got.String(), line)
		}
	}
}

// What is marked is the span, whatever the line is cut to.
func TestHTMLMarks(t *testing.T) {
	file := source.NewFile("a.sql", "ALTER TABLE t -- "+strings.Repeat("x", 2000)+"\n  DROP a,\n\n  DROP b;\n"+strings.Repeat("-- y\n", 40))
	at := func(text string) source.Span {
		start := strings.Index(file.Text, text)
		return source.Span{File: file, Start: start, End: start + len(text)}
	}
	marked := func(at source.Span) (text string, lines int, more string) {
		e := excerptOf(&rules.Finding{At: at})
		require.NotNil(t, e)
		for _, l := range e.Lines {
			for _, r := range l.Runs {
				if r.Marked {
					text += r.Text
				}
			}
			text += "|"
		}
		return text, len(e.Lines), e.More
	}
	text, _, _ := marked(at("DROP a"))
	assert.Equal(t, "DROP a|", text)
	text, lines, _ := marked(at("DROP a,\n\n  DROP b"))
	assert.Equal(t, "DROP a,||  DROP b|", text)
	assert.Equal(t, 3, lines)
	text, _, _ = marked(empties(at("DROP b")))
	assert.Equal(t, "D|", text)
	_, lines, more := marked(file.Whole())
	assert.Equal(t, excerptLines, lines)
	assert.Equal(t, "… 32 more lines", more)
	assert.Nil(t, excerptOf(&rules.Finding{}))
}
