package queries

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// Read returns the queries of a file, whose content says what it is: JSON with
// members called query and CSV with a column of that name are exports of
// pg_stat_statements, SQL with comments like "-- name: GetUser :one" is a file
// of named queries, and other SQL a list of statements.
//
// What the server hides from the role that asked is unresolved.
func Read(f *source.File) ([]Query, []Unresolved, error) {
	var found []Query
	var err error
	text := strings.TrimLeft(strings.TrimPrefix(f.Text, "\ufeff"), " \t\r\n")
	switch {
	case strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{"):
		found, err = readJSON(f)
	case header.MatchString(firstLine(text)):
		found, err = readCSV(f)
	default:
		return readSQL(f), nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", f.Path, err)
	}
	var hidden []Unresolved
	found = slices.DeleteFunc(found, func(q Query) bool {
		if q.SQL != "<insufficient privilege>" {
			return false
		}
		hidden = append(hidden, Unresolved{At: q.At, Reason: Hidden})
		return true
	})
	return found, hidden, nil
}

// header matches the first line of a CSV file that has queries: names
// separated by commas, query among them.
var header = pattern.New(`^(?i)("?\w+"?,)*"?query"?(,"?\w+"?)*\s*$`)

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// readCSV reads the column called query.
func readCSV(f *source.File) ([]Query, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(f.Text, "\ufeff")))
	columns, err := r.Read()
	if err != nil {
		return nil, err
	}
	column := slices.IndexFunc(columns, func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), "query") })
	if column < 0 {
		return nil, errors.New("no column is called query")
	}
	var found []Query
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		line, at := r.FieldPos(column)
		_, start := f.Line(line)
		start += at - 1
		found = append(found, Query{
			SQL:    record[column],
			At:     source.Span{File: f, Start: start, End: fieldEnd(f.Text, start)},
			Source: Statistics,
		})
	}
}

// fieldEnd returns the end of the CSV field that starts at an offset.
func fieldEnd(text string, start int) int {
	if start >= len(text) || text[start] != '"' {
		if i := strings.IndexAny(text[min(start, len(text)):], ",\r\n"); i >= 0 {
			return start + i
		}
		return len(text)
	}
	for i := start + 1; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		if i+1 == len(text) || text[i+1] != '"' {
			return i + 1
		}
		i++
	}
	return len(text)
}

// readJSON reads the members called query, however deep they are.
func readJSON(f *source.File) ([]Query, error) {
	mark := mark(f)
	text := f.Text[mark:]
	d := json.NewDecoder(strings.NewReader(text))
	var found []Query
	var objects []bool // whether the values around are objects
	key := true        // within an object, whether a key comes next
	member := ""
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && len(objects) == 0 {
			return found, nil
		}
		if errors.Is(err, io.EOF) {
			return nil, io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
		inObject := len(objects) > 0 && objects[len(objects)-1]
		if delim, is := token.(json.Delim); is {
			switch delim {
			case '{', '[':
				objects = append(objects, delim == '{')
				key = true
			default:
				objects = objects[:len(objects)-1]
				key = true
			}
			continue
		}
		value, isString := token.(string)
		if inObject && key {
			member, key = value, false
			continue
		}
		key = true
		if !inObject || !isString || !strings.EqualFold(member, "query") {
			continue
		}
		end := int(d.InputOffset())
		found = append(found, Query{
			SQL:    value,
			At:     source.Span{File: f, Start: mark + stringStart(text, end), End: mark + end},
			Source: Statistics,
		})
	}
}

// stringStart returns the offset of the JSON string that ends at an offset.
func stringStart(text string, end int) int {
	for i := end - 2; i >= 0; i-- {
		if text[i] != '"' {
			continue
		}
		slashes := 0
		for i-1-slashes >= 0 && text[i-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return i
		}
	}
	return 0
}

// annotation matches the comment before a named query.
var annotation = pattern.New(`(?m)^\x{FEFF}?[ \t]*(?:--|/\*)[ \t]*name:[ \t]*([\w.-]+)(?:[ \t]+:\w+)?[^\n]*$`)

// Name returns what the annotation that a text begins with calls the query,
// and whether sqlc reads it as one of its own, with a command like ":one".
func Name(sql string) (name string, command bool) {
	m := annotation.FindStringSubmatchIndex(sql)
	if m == nil || strings.TrimSpace(sql[:m[0]]) != "" {
		return "", false
	}
	return sql[m[2]:m[3]], strings.Contains(sql[m[3]:m[1]], " :")
}

// readSQL reads named queries, or statements where nothing is named.
func readSQL(f *source.File) []Query {
	marks := annotation.FindAllStringSubmatchIndex(f.Text, -1)
	var found []Query
	add := func(from, to int, name string) {
		for _, at := range statements(f.Text[from:to]) {
			span := source.Span{File: f, Start: from + at[0], End: from + at[1]}
			sql := Parameters(span.Text(), fileStyle(span.Text()))
			found = append(found, Query{SQL: sql, At: span, Name: name, Source: File, Partial: strings.Contains(sql, Unknown)})
		}
	}
	if len(marks) == 0 {
		add(mark(f), len(f.Text), "")
		return found
	}
	for i, m := range marks {
		to := len(f.Text)
		if i+1 < len(marks) {
			to = marks[i+1][0]
		}
		add(m[1], to, f.Text[m[2]:m[3]])
	}
	return found
}

// mark returns the length of the byte order mark.
func mark(f *source.File) int {
	return len(f.Text) - len(strings.TrimPrefix(f.Text, "\ufeff"))
}

// fileStyle returns how a query of a file writes its parameters. A query that
// numbers them uses names for nothing else.
func fileStyle(sql string) Style {
	style := At | Macros
	if Last(sql) == 0 {
		style |= Colon
	}
	return style
}
