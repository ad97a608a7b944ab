package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// An input is a history of one shape, in a directory of its own.
type input struct {
	name string
	// files are relative to dir, in order.
	dir   string
	files []string
	bytes int
	// ours is set for inputs that are given to migracheck alone.
	ours bool
}

// inputs writes the histories that are timed below a directory. They are the
// same at each run.
func inputs(below string, large bool) ([]input, error) {
	all := []struct {
		name  string
		files []string
		ours  bool
	}{
		{"one small file", split(steps(1)), false},
		{"1,000 files", split(steps(1000)), false},
		{"one file of 5 MB", []string{sized(5)}, false},
		{"10,000 files, 2,000 tables", split(changes(10_000, 2000)), true},
	}
	if large {
		for _, megabytes := range []int{50, 100, 200} {
			all = append(all, struct {
				name  string
				files []string
				ours  bool
			}{fmt.Sprintf("one file of %d MB", megabytes), []string{sized(megabytes)}, true})
		}
	}
	var written []input
	for i, a := range all {
		in := input{name: a.name, dir: filepath.Join(below, fmt.Sprintf("%d", i)), ours: a.ours}
		if err := os.MkdirAll(in.dir, 0o755); err != nil {
			return nil, err
		}
		for n, text := range a.files {
			name := fmt.Sprintf("%05d_step.up.sql", n+1)
			if err := os.WriteFile(filepath.Join(in.dir, name), []byte(text), 0o600); err != nil {
				return nil, err
			}
			in.files = append(in.files, name)
			in.bytes += len(text)
		}
		written = append(written, in)
	}
	return written, nil
}

// steps returns n migrations: each makes a table with an index, and changes the
// table of ten migrations before.
func steps(n int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for i := range n {
			if !yield(fmt.Sprintf(`CREATE TABLE t%[1]d (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    state      varchar(20) DEFAULT 'new',
    amount     numeric(12,2) CHECK (amount >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX t%[1]d_created_idx ON t%[1]d (created_at) WHERE state = 'new';
ALTER TABLE t%[2]d ADD COLUMN note%[1]d text;
ALTER TABLE t%[2]d ADD CONSTRAINT c%[1]d CHECK (length(note%[1]d) < 200) NOT VALID;
ALTER TABLE t%[2]d VALIDATE CONSTRAINT c%[1]d;
`, i, max(0, i-10))) {
				return
			}
		}
	}
}

// changes returns n migrations: the first make the tables, the others change
// them, one after the other and again and again.
func changes(n, tables int) func(yield func(string) bool) {
	kinds := []string{
		"ALTER TABLE t%[1]d ADD COLUMN c%[2]d text;\n",
		"CREATE INDEX i%[2]d ON t%[1]d (state);\n",
		"UPDATE t%[1]d SET state = 'x' WHERE id = %[2]d;\n",
		"ALTER TABLE t%[1]d ADD CONSTRAINT k%[2]d CHECK (length(state) < %[2]d);\n",
	}
	return func(yield func(string) bool) {
		for i := range n {
			text := fmt.Sprintf(kinds[i/tables%len(kinds)], i%tables, i)
			if i < tables {
				text = fmt.Sprintf("CREATE TABLE t%d (id bigint PRIMARY KEY, name text NOT NULL, state text);\n", i)
			}
			if !yield(text) {
				return
			}
		}
	}
}

// split makes each migration a file.
func split(migrations func(yield func(string) bool)) []string {
	var files []string
	for text := range migrations {
		files = append(files, text)
	}
	return files
}

// sized is one file of many steps, of a size in MB.
func sized(megabytes int) string {
	var b strings.Builder
	for text := range steps(1 << 30) {
		if b.Len()+len(text) > megabytes*1_000_000 {
			break
		}
		b.WriteString(text)
	}
	return b.String()
}
