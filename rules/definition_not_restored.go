package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/rollback"
)

var definitionNotRestored = &Rule{
	Name:     "definition-not-restored",
	Title:    "After the down migration an object is defined otherwise than before the up",
	Category: Rollback,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, m *rollback.Migration) {
		if !comparable(m) {
			return
		}
		all := slices.DeleteFunc(sure(m), func(d catalog.Difference) bool {
			return isLeft(d) || isMissing(d) || isAttribute(d) || len(moreLabels(m, d)) > 0
		})
		if len(all) == 0 {
			return
		}
		f := Finding{Severity: Warning, Relation: all[0].Object}
		f.At, f.Related = startOfDown(m)
		f.Message = "after the down, " + otherwise(all)
		words, at := again(m)
		switch i := slices.IndexFunc(all, func(d catalog.Difference) bool { return stricter(m, d) != "" }); {
		case i >= 0:
			f.Severity = Error
			f.Message += ", so after a rollback " + stricter(m, all[i])
		case words != "" && len(all) == len(sure(m)): // else what is left, or missing, is why
			f.Severity = Error
			f.Message += ", so after a rollback " + words
			f.Related = append(f.Related, at...)
		default:
			f.Message += ", so a rollback does not end with the schema of the previous version"
		}
		p.Report(f)
	}),
}

// otherwise says what is otherwise, of the first two.
func otherwise(all []catalog.Difference) string {
	const most = 2
	var words []string
	for _, d := range all {
		words = append(words, otherOne(d))
	}
	if more := len(words) - most; more > 0 {
		words = append(words[:most:most], fmt.Sprintf("%d more differences are there", more))
	}
	return sentence(words)
}

// otherOne says what is otherwise.
func otherOne(d catalog.Difference) string {
	is, one := "is", "the one"
	if strings.HasSuffix(d.Kind, "s") {
		is, one = "are", "those"
	}
	object := quoted(d.Object)
	switch {
	case d.Kind == "nullability":
		return fmt.Sprintf("%s is %s, and was %s before the up", object, nullable(d.After), nullable(d.Before))
	case d.Before == "none":
		return fmt.Sprintf("%s has %s %s, and none before the up", object, d.Kind, brief(d.After))
	case d.After == "none":
		return fmt.Sprintf("%s has lost its %s %s", object, d.Kind, brief(d.Before))
	case long(d):
		return fmt.Sprintf("the %s of %s %s not %s before the up", d.Kind, object, is, one)
	}
	return fmt.Sprintf("the %s of %s %s %s instead of %s", d.Kind, object, is, oneLine(d.After), oneLine(d.Before))
}

// nullable says whether a column may be NULL.
func nullable(nullability string) string {
	if nullability == "NULL" {
		return "nullable"
	}
	return nullability
}

// long reports whether what differs is too much to say.
func long(d catalog.Difference) bool {
	const most = 80
	return d.Kind == "body" || len(oneLine(d.Before))+len(oneLine(d.After)) > most
}

// stricter says which requests of the previous version fail; "" where none does
// for certain.
func stricter(m *rollback.Migration, d catalog.Difference) string {
	r := m.Down.End.RelationByOID(d.Relation)
	if r == nil || !holdsData(r) {
		return ""
	}
	for _, a := range r.Attributes {
		if d.Object != r.String()+"."+catalog.Quoted(a.Name) || !a.NotNull || a.HasDefault() {
			continue
		}
		if d.Kind == "nullability" || d.Kind == "default" || d.Kind == "identity" {
			return fmt.Sprintf("an INSERT of the previous version that does not name %s fails with 23502", quoted(d.Object))
		}
	}
	return ""
}
