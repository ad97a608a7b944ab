package parser

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// dump prints operations one a line, without the fields that are empty. A
// place is printed as its text, «so»; that of a name only where the two
// differ.
func dump(ops []ddl.Op) string {
	var b strings.Builder
	for _, op := range ops {
		v := reflect.ValueOf(op).Elem()
		fmt.Fprintf(&b, "%s%s\n", v.Type().Name(), dumpStruct(v, ""))
	}
	return b.String()
}

func dumpValue(v reflect.Value, within string) string {
	switch x := v.Interface().(type) {
	case source.Span:
		return place(x)
	case ddl.Ref:
		return x.Name.String() + unless(x.Name.String(), x.At)
	case ddl.Ident:
		return query.Quote(x.Name) + unless(query.Quote(x.Name), x.At)
	case ddl.TypeName:
		return x.String() + unless(x.String(), x.At)
	case ddl.Name:
		return x.String()
	case query.ColumnRef:
		return dumpColumn(x)
	case query.Call:
		s := fmt.Sprintf("%s/%d", x.Name, x.Args)
		if x.Literal != "" {
			s += fmt.Sprintf("(%q)", x.Literal)
		}
		if x.Over {
			s += " over"
		}
		return s + place(x.At)
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return dumpValue(v.Elem(), within)
	case reflect.Struct:
		return dumpStruct(v, within)
	case reflect.Slice:
		var all []string
		for i := range v.Len() {
			all = append(all, dumpValue(v.Index(i), within))
		}
		return "[" + strings.Join(all, " ") + "]"
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	case reflect.Uint8:
		return fmt.Sprintf("%c", v.Uint())
	}
	return fmt.Sprint(v.Interface())
}

// dumpStruct prints the fields of a struct; the place of the whole first,
// unless it is that of what it stands within.
func dumpStruct(v reflect.Value, within string) string {
	at := within
	var fields []string
	if f := v.FieldByName("At"); f.IsValid() {
		at = place(f.Interface().(source.Span))
		if at != within {
			fields = append(fields, at)
		}
	}
	return "{" + strings.Join(append(fields, dumpFields(v, at)...), " ") + "}"
}

func dumpFields(v reflect.Value, at string) []string {
	var fields []string
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		switch {
		case v.Type() == reflect.TypeFor[query.Expr]() && name == "Steps" || v.Type() == reflect.TypeFor[query.Query]() && (name == "Conditions" || name == "Sorted" || name == "Limits"):
			// Tests of their own show them.
		case f.IsZero() || name == "At" || name == "Text" && v.FieldByName("At").IsValid() && place(source.Span{}) != at && "«"+oneLine(f.String())+"»" == at:
		case f.Kind() == reflect.Slice && f.Len() == 0:
		case v.Type().Field(i).Anonymous && f.Kind() == reflect.Struct && f.Type() != reflect.TypeFor[ddl.Name]():
			fields = append(fields, dumpFields(f, at)...)
		case f.Kind() == reflect.Bool:
			fields = append(fields, name)
		default:
			fields = append(fields, name+"="+dumpValue(f, at))
		}
	}
	return fields
}

func dumpColumn(c query.ColumnRef) string {
	name := query.Quote(c.Column)
	if c.Star {
		name = "*"
	}
	if c.Qualifier != (ddl.Name{}) {
		name = c.Qualifier.String() + "." + name
	}
	return name + unless(name, c.At)
}

func place(s source.Span) string {
	if s.IsZero() {
		return "«nowhere»"
	}
	return "«" + oneLine(s.Text()) + "»"
}

func unless(name string, at source.Span) string {
	if !at.IsZero() && at.Text() == name {
		return ""
	}
	return place(at)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
