package migration

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// A DownWriter is a layout that has a place for down scripts.
type DownWriter interface {
	Layout
	// addDown says where the down of a migration goes that has none. The text
	// of its up file is given.
	addDown(m *Migration, text, sql string) (Addition, error)
}

// An Addition is a down script in the form of its layout: a new file, or a
// section behind a file that has none.
type Addition struct {
	// Path is the file as it is shown to the user.
	Path string
	// Append: Text goes behind what the file has, of which no byte changes.
	Append bool
	Text   string

	// was is the text of the file that is appended to.
	was string
}

// An ExistingError is an Addition that would take the place of a script that is
// there.
type ExistingError struct{ Path string }

func (e *ExistingError) Error() string {
	return e.Path + " has a down already, which is not overwritten"
}

// AddDown says where a down script for a migration of the set goes, and in what
// form. It writes nothing.
func (s *Set) AddDown(m *Migration, sql string) (Addition, error) {
	if m.Down != nil {
		return Addition{}, &ExistingError{m.Down.Span.File.Path}
	}
	l, err := named(s.Layout)
	if err != nil {
		return Addition{}, err
	}
	w, ok := l.(DownWriter)
	if !ok {
		return Addition{}, fmt.Errorf("%s has no place for down scripts", s.Layout)
	}
	a, err := w.addDown(m, m.Up.Span.File.Text, sql)
	if err != nil {
		return Addition{}, err
	}
	a.was = m.Up.Span.File.Text
	if r, ok := l.(sectioned); ok && a.Append {
		return a, a.verify(r, m, sql)
	}
	return a, nil
}

// A sectioned layout has both directions in one file.
type sectioned interface {
	Layout
	read(in *Input) (up, down *Script, problems []Problem)
}

// verify reads the file as the tool will: the up must be what it was, and the
// down what it is meant to be.
func (a Addition) verify(l sectioned, m *Migration, sql string) error {
	in := &Input{Name: filepath.Base(a.Path), dir: &Dir{}, raw: []byte(m.Up.Span.File.Text + a.Text)}
	up, down, problems := l.read(in)
	if len(problems) > 0 {
		return fmt.Errorf("%s would not be read as it is meant: %s", a.Path, problems[0].Message)
	}
	count := func(s *Script) (n int) {
		for _, p := range s.Pieces {
			n += len(parser.Parse(p.Span).Statements)
		}
		return n
	}
	wanted := len(parser.Parse(source.NewFile("down.sql", sql).Whole()).Statements)
	if down == nil && wanted > 0 || down != nil && count(down) != wanted || count(up) != count(m.Up) {
		return fmt.Errorf("%s would read the script in %s as another one", l.Name(), a.Path)
	}
	return nil
}

// Write writes the addition: whole or not at all, and never in place of a file
// that is there, or behind one that has changed since it was read.
func (a Addition) Write() error {
	if !a.Append {
		return create(a.Path, a.Text)
	}
	old, err := os.ReadFile(a.Path)
	if err != nil {
		return cause(err)
	}
	if string(old) != a.was {
		return fmt.Errorf("%s has changed since it was read", a.Path)
	}
	info, err := os.Stat(a.Path)
	if err != nil {
		return cause(err)
	}
	name, err := temporary(a.Path, string(old)+a.Text, info.Mode().Perm())
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(name) }()
	target, err := filepath.EvalSymlinks(a.Path)
	if err != nil {
		return cause(err)
	}
	return os.Rename(name, target)
}

// create makes a file that is not there yet: a link to a finished one, which
// fails where the name is taken.
func create(path, text string) error {
	name, err := temporary(path, text, 0o644)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(name) }()
	err = os.Link(name, path)
	if errors.Is(err, fs.ErrExist) {
		return &ExistingError{path}
	}
	if err == nil {
		return nil
	}
	// A file system without links.
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return &ExistingError{path}
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, cause(err))
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}

// temporary writes a file beside another one, and returns its name.
func temporary(path, text string, mode os.FileMode) (string, error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return "", fmt.Errorf("cannot write %s: %w", path, cause(err))
	}
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Chmod(mode), file.Sync(), file.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("cannot write %s: %w", path, cause(err)), os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// beside is a down file named after its up file.
func beside(m *Migration, up *pattern.Pattern, down, sql string) (Addition, error) {
	path := m.Up.Span.File.Path
	dir, name := filepath.Split(path)
	if !up.MatchString(name) {
		return Addition{}, fmt.Errorf("%s is not named like an up file, so that its down has no name", path)
	}
	return Addition{Path: dir + up.ReplaceAllString(name, down), Text: sql}, nil
}

// behind is a section at the end of the up's file.
func behind(m *Migration, text, section string) Addition {
	gap := "\n"
	if !strings.HasSuffix(text, "\n") {
		gap = "\n\n"
	}
	if strings.Contains(text, "\r\n") {
		gap, section = strings.ReplaceAll(gap, "\n", "\r\n"), strings.ReplaceAll(section, "\n", "\r\n")
	}
	return Addition{Path: m.Up.Span.File.Path, Append: true, Text: gap + section}
}

var (
	upSQL       = pattern.New(`\.up\.([^.]+)$`)
	upSQLFile   = pattern.New(`^up\.sql$`)
	upOfEither  = pattern.New(`(^|\.)up\.sql$`)
	anyDownMark = pattern.New(`(?i)\bdown\b`)
)

func (golangMigrate) addDown(m *Migration, _, sql string) (Addition, error) {
	return beside(m, upSQL, ".down.$1", sql)
}

func (bun) addDown(m *Migration, _, sql string) (Addition, error) {
	return beside(m, upSQL, ".down.$1", sql)
}

func (goPg) addDown(m *Migration, _, sql string) (Addition, error) {
	return beside(m, upSQL, ".down.$1", sql)
}

func (popx) addDown(m *Migration, _, sql string) (Addition, error) {
	return beside(m, upSQL, ".down.$1", sql)
}

func (morph) addDown(m *Migration, _, sql string) (Addition, error) {
	return beside(m, upSQL, ".down.$1", sql)
}

func (maragudk) addDown(m *Migration, _, sql string) (Addition, error) {
	return beside(m, upSQL, ".down.$1", sql)
}

// addDown implements [DownWriter]: a project either has both directions or one,
// so that a file without direction gets none. The comment that turns the
// transaction off must be the very first text.
func (sqlx) addDown(m *Migration, text, sql string) (Addition, error) {
	if strings.HasPrefix(text, sqlxNoTransaction) {
		sql = sqlxNoTransaction + "\n" + sql
	}
	a, err := beside(m, upSQL, ".down.$1", sql)
	if err != nil {
		return a, fmt.Errorf("%w: sqlx has downs only for files named NNN_name.up.sql", err)
	}
	return a, nil
}

func (diesel) addDown(m *Migration, _, sql string) (Addition, error) {
	return beside(m, upSQLFile, "down.sql", sql)
}

func (hasura) addDown(m *Migration, _, sql string) (Addition, error) {
	return beside(m, upOfEither, "${1}down.sql", sql)
}

func (goose) addDown(m *Migration, text, sql string) (Addition, error) { //nolint:unparam // others have one
	return behind(m, text, "-- +goose Down\n"+blocks(sql, "-- +goose StatementBegin", "-- +goose StatementEnd")), nil
}

func (sqlMigrate) addDown(m *Migration, text, sql string) (Addition, error) { //nolint:unparam // others have one
	how := ""
	if len(m.Up.Pieces) > 0 && m.Up.Pieces[0].Transaction == Autocommit {
		how = " notransaction"
	}
	return behind(m, text, "-- +migrate Down"+how+"\n"+blocks(sql, "-- +migrate StatementBegin", "-- +migrate StatementEnd")), nil
}

func (dbmate) addDown(m *Migration, text, sql string) (Addition, error) { //nolint:unparam // others have one
	how := ""
	if len(m.Up.Pieces) > 0 && m.Up.Pieces[0].Transaction == Implicit {
		how = " transaction:false"
	}
	return behind(m, text, "-- migrate:down"+how+"\n"+sql), nil
}

// addDown implements [DownWriter]. A separator with nothing below is there
// already.
func (tern) addDown(m *Migration, text, sql string) (Addition, error) {
	if strings.Contains(sql, "{{") {
		return Addition{}, errors.New("the script has braces, which tern takes for a template")
	}
	section := ternSeparator + "\n"
	if strings.Contains(text, ternSeparator) {
		section = ""
	}
	if len(m.Up.Pieces) > 0 && m.Up.Pieces[0].Transaction == Autocommit {
		section += "---- tern: disable-tx ----\n"
	}
	return behind(m, text, section+sql), nil
}

func (nodePgMigrate) addDown(m *Migration, text, sql string) (Addition, error) {
	if upOfEither.MatchString(filepath.Base(m.Up.Span.File.Path)) {
		return beside(m, upSQL, ".down.$1", sql)
	}
	if anyDownMark.MatchString(sql) && nodePgDown.MatchString(sql) {
		return Addition{}, errors.New("the script has a comment that node-pg-migrate takes for a marker")
	}
	section := "-- Down Migration\n" + sql
	if !nodePgUp.MatchString(text) {
		return Addition{}, fmt.Errorf("%s has no -- Up Migration, and a marker before it would change the file: add it, then the down goes behind", m.Up.Span.File.Path)
	}
	return behind(m, text, section), nil
}

// blocks puts markers around the statements that a tool would cut at a
// semicolon at the end of a line.
func blocks(sql, begin, end string) string {
	span := source.NewFile("down.sql", sql).Whole()
	var b strings.Builder
	at := 0
	for _, st := range parser.Parse(span).Statements {
		from, to := st.Span.Start, st.Span.End
		for to < len(sql) && strings.ContainsRune(" \t", rune(sql[to])) {
			to++
		}
		if to < len(sql) && sql[to] == ';' {
			to++
		}
		b.WriteString(sql[at:from])
		if strings.Contains(strings.TrimRight(sql[from:to], "; \n"), ";") {
			b.WriteString(begin + "\n" + sql[from:to] + "\n" + end)
		} else {
			b.WriteString(sql[from:to])
		}
		at = to
	}
	return b.String() + sql[at:]
}
