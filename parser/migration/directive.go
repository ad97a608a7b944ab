package migration

import (
	"fmt"
	"strings"
	"time"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// directivePrefix begins a directive, after the comment sign.
const directivePrefix = "migracheck:"

// usage is the form that messages ask for.
const usage = "-- migracheck:allow RULE[,RULE]: reason [until YYYY-MM-DD]"

// flagUsage is the form of a directive that names a feature flag.
const flagUsage = "-- migracheck:flag KEY"

// directives reads the directives among the comments of a script and binds
// each to its statement. Those that name a feature flag are no suppressions and
// come apart.
func directives(comments []source.Span, statements []ddl.Statement) ([]Directive, []FlagName) {
	var out []Directive
	var flags []FlagName
	for _, c := range comments {
		d, key, ok := parseDirective(c)
		if !ok {
			continue
		}
		d.Statement = bind(d.At, statements)
		if key != "" {
			flags = append(flags, FlagName{At: d.At, Key: key, Statement: d.Statement})
			continue
		}
		out = append(out, d)
	}
	return out, flags
}

// CodeDirective reads the comment "//migracheck:allow RULE: reason" of other code than
// SQL; ok is false where it is no directive, or another one. Which place it
// speaks of is for the caller to say.
func CodeDirective(comment source.Span) (d Directive, ok bool) {
	const prefix = "//" + directivePrefix + "allow"
	text := strings.TrimRight(comment.Text(), " \t\r\n")
	rest, ok := strings.CutPrefix(text, prefix)
	if !ok || rest != "" && !strings.ContainsAny(rest[:1], " \t:") {
		return Directive{}, false
	}
	d.At = source.Span{File: comment.File, Start: comment.Start, End: comment.Start + len(text)}
	d.allow(rest, comment.Start+len(prefix))
	d.Err = strings.ReplaceAll(d.Err, usage, "//"+strings.TrimPrefix(usage, "-- "))
	return d, true
}

// bind returns the statement that a comment speaks of: the one that it stands
// in, the one that ends before it on its line when nothing follows there, else
// the next one.
func bind(at source.Span, statements []ddl.Statement) source.Span {
	text := at.File.Text
	rest, _, _ := strings.Cut(text[at.End:], "\n")
	var next source.Span
	for _, s := range statements {
		switch {
		case s.Span.File != at.File: // of a file that is included
		case s.Span.Start <= at.Start && at.End <= s.Span.End:
			return s.Span
		case s.Span.End <= at.Start && strings.TrimSpace(rest) == "" && !strings.Contains(text[s.Span.End:at.Start], "\n") && last(s, at, statements):
			return s.Span
		case s.Span.Start >= at.End && next.IsZero():
			next = s.Span
		}
	}
	return next
}

// last reports whether no other statement stands between s and the comment.
func last(s ddl.Statement, at source.Span, statements []ddl.Statement) bool {
	for _, o := range statements {
		if o.Span.File == s.Span.File && o.Span.Start >= s.Span.End && o.Span.Start < at.Start {
			return false
		}
	}
	return true
}

// parseDirective reads a comment; ok is false where it is no directive. The key
// is that of a feature flag, where that is all it names.
func parseDirective(comment source.Span) (d Directive, key string, ok bool) {
	text := comment.Text()
	trimmed := strings.TrimRight(text, " \t\r\n")
	body := trimmed
	switch {
	case strings.HasPrefix(body, "--"):
		body = strings.TrimLeft(body, "-")
	case strings.HasPrefix(body, "/*") && strings.HasSuffix(body, "*/") && len(body) >= 4:
		body = body[2 : len(body)-2]
	default:
		return Directive{}, "", false
	}
	// offset of body in text; what was cut off the end does not count
	offset := strings.Index(text, body)
	lead := len(body) - len(strings.TrimLeft(body, " \t"))
	body, offset = strings.TrimSpace(body), offset+lead
	if !strings.HasPrefix(body, directivePrefix) {
		return Directive{}, "", false
	}
	d = Directive{At: source.Span{File: comment.File, Start: comment.Start, End: comment.Start + len(trimmed)}}
	word, rest := body[len(directivePrefix):], ""
	if n := strings.IndexAny(word, " \t:"); n >= 0 {
		word, rest = word[:n], word[n:]
	}
	switch word {
	case "flag":
		if fields := strings.Fields(strings.TrimLeft(rest, " \t:")); len(fields) == 1 {
			return d, fields[0], true
		}
		d.Err = "migracheck:flag takes the key of one feature flag; write " + flagUsage
	case "allow":
		d.allow(rest, comment.Start+offset+len(body)-len(rest))
	case "":
		d.Err = "no word follows migracheck: directly; write " + usage
	default:
		d.Err = fmt.Sprintf("unknown directive migracheck:%s; write %s", word, usage)
	}
	return d, "", true
}

// Flag returns the feature flag that a statement's script says its work is
// behind: the one named last before it, or beside it; "" where none is.
func (s *Script) Flag(statement source.Span) string {
	key := ""
	for _, f := range s.Flags {
		if f.Statement.File == statement.File && !f.Statement.IsZero() && f.Statement.Start <= statement.Start {
			key = f.Key
		}
	}
	return key
}

// allow reads " RULE[,RULE]: reason"; start is its offset in the file.
func (d *Directive) allow(text string, start int) {
	names, reason, colon := strings.Cut(text, ":")
	if strings.TrimSpace(names) == "" {
		d.Err = "it names no rule; write " + usage
		return
	}
	for name := range strings.SplitSeq(names, ",") {
		word := strings.TrimSpace(name)
		at := start + len(name) - len(strings.TrimLeft(name, " \t"))
		start += len(name) + 1
		if word == "" {
			d.Err = "a rule is missing beside a comma; write " + usage
			continue
		}
		if strings.ContainsAny(word, " \t\n") {
			d.Err = fmt.Sprintf("%q is no rule name; a comma stands between rules and a colon before the reason", word)
			if !colon {
				d.Err = "a colon and a reason are missing after the rule; write " + usage
			}
			word = strings.Fields(word)[0]
		}
		d.Rules = append(d.Rules, word)
		d.RuleAt = append(d.RuleAt, source.Span{File: d.At.File, Start: at, End: at + len(word)})
	}
	d.reason(reason)
}

// until matches an expiry date, right or wrong, at the end of a reason.
var untilDate = pattern.New(`(?i)(?:^|\s)\[?until\s+(\d[^\s\]]*|YYYY-MM-DD)\]?$`)

func (d *Directive) reason(text string) {
	d.Reason = strings.TrimSpace(text)
	if m := untilDate.FindStringSubmatchIndex(d.Reason); m != nil {
		d.Until = d.Reason[m[2]:m[3]]
		d.Reason = strings.TrimSpace(d.Reason[:m[0]])
		if _, err := time.Parse(time.DateOnly, d.Until); err != nil && d.Err == "" {
			d.Err = fmt.Sprintf("%q after until is no date; write until YYYY-MM-DD", d.Until)
		}
	}
	if d.Reason == "" && d.Err == "" {
		d.Err = "a reason is missing after the rule; write " + usage
	}
}
