package rollback

import (
	"strings"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/pattern"
)

// raised returns the failure of a statement that is there to fail: where there
// is no way back, some scripts say so by an error. It is nil for all others,
// also where the error depends on what the database has.
func raised(s *replay.Statement) *Failure {
	if s.Err != nil || s.Refused != nil || s.Kind != "SELECT" && s.Kind != "DO" {
		return nil
	}
	text := anyComment.ReplaceAllString(s.Span.Text(), " ")
	if s.Kind == "SELECT" {
		if byZero.MatchString(text) {
			return &Failure{Statement: s, SQLState: "22012", Message: "division by zero", Raised: true}
		}
		return nil
	}
	if handler.MatchString(text) {
		return nil
	}
	m := raisesFirst.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	rest := strings.TrimSpace(m[1])
	switch word, _, _ := strings.Cut(strings.ToLower(rest), " "); word {
	case "debug", "log", "info", "notice", "warning":
		return nil
	case "exception":
		rest = strings.TrimSpace(rest[len(word):])
	}
	f := &Failure{Statement: s, SQLState: "P0001", Raised: true}
	if m := raisedMessage.FindStringSubmatch(rest); m != nil {
		f.Message = strings.ReplaceAll(m[1], "''", "'")
	}
	if m := raisedState.FindStringSubmatch(rest); m != nil {
		f.SQLState = strings.ToUpper(m[1])
	} else if !strings.HasPrefix(rest, "'") && !strings.HasPrefix(rest, "$") || raisedName.MatchString(rest) {
		f.SQLState = "" // of a condition's name
	}
	return f
}

// mayRaise reports whether a DO block has a RAISE that ends it, behind a
// condition.
func mayRaise(s *replay.Statement) bool {
	if s.Kind != "DO" || s.Err != nil || raised(s) != nil {
		return false
	}
	text := anyComment.ReplaceAllString(s.Span.Text(), " ")
	return raisesError.MatchString(text) && !handler.MatchString(text)
}

var (
	raisesError = pattern.New(`(?i)\bRAISE\s+(?:EXCEPTION\b|SQLSTATE\b|')`)
	anyComment  = pattern.New(`(?s)--[^\n]*|/\*.*?\*/`)
	byZero      = pattern.New(`(?i)^\s*SELECT\s+\d+\s*/\s*0\s*;?\s*$`)
	handler     = pattern.New(`(?i)\bEXCEPTION\s+WHEN\b`)
	// The first statement of the block, which nothing comes before.
	raisesFirst   = pattern.New(`(?is)^\s*DO\s+(?:LANGUAGE\s+plpgsql\s+)?(?:\$\w*\$|')\s*BEGIN\s+RAISE\s+([^;]+);`)
	raisedMessage = pattern.New(`(?s)^'((?:[^']|'')*)'`)
	raisedState   = pattern.New(`(?i)\b(?:SQLSTATE|ERRCODE\s*=)\s*'(\w{5})'`)
	raisedName    = pattern.New(`(?i)\bERRCODE\s*=`)
)

// Step returns the operation that PostgreSQL refuses; nil where it is not one.
func (f *Failure) Step() *replay.Step {
	for _, step := range f.Statement.Steps {
		if step.Refusal != nil && step.Refusal == f.Statement.Refused {
			return step
		}
	}
	return f.step
}
