package config

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// statisticsQuery exports what [readStatistics] reads.
//
//go:embed statistics.sql
var statisticsQuery string

// A statistic is what a server knows of a table. Numbers that it does not know
// are nil.
type statistic struct {
	Table   string `json:"table"`
	Rows    *int64 `json:"rows"`
	Bytes   *int64 `json:"bytes"`
	Scans   *int64 `json:"scans"`
	Writes  *int64 `json:"writes"`
	Seconds *int64 `json:"seconds"`
}

// columns are the columns of the CSV; only the first must be there.
var columns = []string{"table", "rows", "bytes", "scans", "writes", "seconds"}

// table judges a statistic. A table is small if nothing that is known of its
// size says otherwise, and something is known.
func (s *statistic) table(limits thresholds) rules.Table {
	t := rules.Table{Name: s.Table}
	if s.Rows != nil {
		t.Rows = *s.Rows
	}
	switch {
	case s.Rows != nil && *s.Rows > int64(limits.smallRows), s.Bytes != nil && *s.Bytes > limits.smallBytes:
		t.Size = rules.Large
	case s.Rows != nil || s.Bytes != nil:
		t.Size = rules.Small
	}
	if s.Seconds != nil && *s.Seconds > 0 {
		var uses int64
		for _, n := range []*int64{s.Scans, s.Writes} {
			if n != nil {
				uses += *n
			}
		}
		t.Hot = float64(uses)*60/float64(*s.Seconds) >= float64(limits.hotPerMinute)
	}
	return t
}

// readStatistics reads the output of the query, as CSV with a header or as a
// JSON array.
func readStatistics(path string) ([]statistic, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the statistics of tables: %w", err)
	}
	f := source.NewFile(filepath.ToSlash(path), string(text))
	body := bytes.TrimPrefix(text, []byte("\ufeff"))
	read := csvStatistics
	if strings.HasPrefix(strings.TrimSpace(string(body)), "[") {
		read = jsonStatistics
	}
	known, err := read(f, body)
	if err == nil && len(known) == 0 {
		err = &Error{Path: f.Path, Message: "there is no table in these statistics"}
	}
	return known, err
}

func csvStatistics(f *source.File, text []byte) ([]statistic, error) {
	r := csv.NewReader(bytes.NewReader(text))
	fail := func(field int, format string, args ...any) error {
		line, column := r.FieldPos(field)
		return &Error{Path: f.Path, At: source.Position{Line: line, Column: column}, Message: fmt.Sprintf(format, args...)}
	}
	malformed := func(err error) error {
		if p, ok := errors.AsType[*csv.ParseError](err); ok {
			return &Error{Path: f.Path, At: source.Position{Line: p.Line, Column: p.Column}, Message: p.Err.Error()}
		}
		return fmt.Errorf("reading the statistics of tables: %w", err)
	}
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, malformed(err)
	}
	for i, name := range header {
		switch {
		case !slices.Contains(columns, name):
			return nil, fail(i, "unknown column %q: known are %s", name, strings.Join(columns, ", "))
		case slices.Contains(header[:i], name):
			return nil, fail(i, "column %q is given twice", name)
		}
	}
	if !slices.Contains(header, columns[0]) {
		return nil, fail(0, "the column %q is missing", columns[0])
	}
	var known []statistic
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return known, nil
		}
		if err != nil {
			return nil, malformed(err)
		}
		var s statistic
		for i, value := range record {
			if header[i] == columns[0] {
				if s.Table = value; value == "" {
					return nil, fail(i, "expected the name of a table")
				}
				continue
			}
			if value == "" {
				continue // not known
			}
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil || n < 0 {
				return nil, fail(i, "expected a number of %s, or nothing", header[i])
			}
			*s.field(header[i]) = &n
		}
		known = append(known, s)
	}
}

// field returns the number of that name.
func (s *statistic) field(name string) **int64 {
	return map[string]**int64{"rows": &s.Rows, "bytes": &s.Bytes, "scans": &s.Scans, "writes": &s.Writes, "seconds": &s.Seconds}[name]
}

func jsonStatistics(f *source.File, text []byte) ([]statistic, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	fail := func(message string) error {
		return &Error{Path: f.Path, At: f.Position(len(f.Text) - len(text) + int(d.InputOffset())), Message: message}
	}
	if _, err := d.Token(); err != nil { // the bracket
		return nil, fail(err.Error())
	}
	var known []statistic
	for d.More() {
		var s statistic
		if err := d.Decode(&s); err != nil {
			return nil, fail(strings.TrimPrefix(err.Error(), "json: "))
		}
		if s.Table == "" {
			return nil, fail("expected the name of a table, as \"table\"")
		}
		for _, name := range columns[1:] {
			if n := *s.field(name); n != nil && *n < 0 {
				return nil, fail("expected a number of " + name + " from 0 on")
			}
		}
		known = append(known, s)
	}
	if _, err := d.Token(); err != nil {
		return nil, fail("the array does not end")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fail("expected one array, and nothing after it")
	}
	return known, nil
}
