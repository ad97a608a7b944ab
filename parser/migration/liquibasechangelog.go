package migration

import (
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// A logEntry of a changelog in XML, YAML or JSON: a file or a directory to
// include, or a changeset.
type logEntry struct {
	at source.Span
	// file and all are the paths of include and includeAll.
	file, all string
	// relative: the path is one from the changelog's own directory.
	relative bool
	// id, author and dbms are a changeset's.
	id, author, dbms string
	ignore, outside  bool // outside of a transaction
	// sqlFile is the one thing that the changeset does, and rollback how it
	// is taken back; zero where there is more, or other things.
	sqlFile, rollback sqlScript
}

// A sqlScript is a sqlFile change.
type sqlScript struct {
	path     string
	relative bool
	split    bool
	end      string
}

var changelogWord = pattern.New(`databaseChangeLog\b`)

// structuredName reports whether a file may be such a changelog. JSON is too
// often something else, and large, to look into all of it.
func structuredName(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".xml", ".yaml", ".yml":
		return true
	case ".json":
		return strings.Contains(strings.ToLower(name), "changelog")
	}
	return false
}

// changelogs returns the changelogs of the directory itself that no other one
// includes; of several, the one that is called so.
func changelogs(dir *Dir) []*Input {
	var all []*Input
	included := map[string]bool{}
	for _, in := range dir.Files() {
		if !structuredName(in.Name) || in.Opaque() != "" || !changelogWord.MatchString(in.Text()) {
			continue
		}
		all = append(all, in)
		entries, _ := entriesOf(in)
		for _, e := range entries {
			if base := path.Base(e.file); e.file != "" && base != in.Name {
				included[base] = true
			}
		}
	}
	roots := slices.DeleteFunc(all, func(in *Input) bool { return included[in.Name] })
	for _, in := range roots {
		if name := strings.ToLower(in.Name); strings.Contains(name, "master") || strings.Contains(name, "root") {
			return []*Input{in}
		}
	}
	return roots
}

// structured walks a changelog in XML, YAML or JSON.
func (c *changelog) structured(in *Input) {
	if in.Opaque() != "" {
		return
	}
	entries, err := entriesOf(in)
	if err != nil {
		c.problems = append(c.problems, Problem{Kind: BadMarker, At: in.Start(), Message: in.Path() + " cannot be read as a changelog: " + err.Error()})
	}
	for _, e := range entries {
		switch {
		case e.file != "":
			c.include(in, e)
		case e.all != "":
			for _, other := range c.among(in, e) {
				c.visit(other, true)
			}
		case e.id != "" && forPostgres(e.dbms) && !e.ignore:
			c.change(in, e)
		}
	}
}

func (c *changelog) include(in *Input, e logEntry) {
	if other := c.find(in, e.file, e.relative); other != nil {
		c.visit(other, true)
		return
	}
	c.sets = append(c.sets, changeset{
		Migration: &Migration{Up: &Script{Span: e.at}, Opaque: "changelog outside of the directory"},
		id:        e.file, author: "include", in: in,
	})
}

// find returns the file that a path means. A path that is not relative begins
// at a root that only the program knows, somewhere above the directory or in
// it.
func (c *changelog) find(from *Input, name string, relative bool) *Input {
	name = strings.TrimPrefix(path.Clean(strings.ReplaceAll(strings.TrimPrefix(name, "classpath:"), `\`, "/")), "/")
	own := path.Join(path.Dir(from.Name), name)
	var best *Input
	for _, in := range c.all {
		switch {
		case in.Name == own:
			return in
		case relative:
		case in.Name == name, strings.HasSuffix("/"+name, "/"+in.Name), strings.HasSuffix("/"+in.Path(), "/"+name):
			if best == nil || len(in.Name) > len(best.Name) {
				best = in
			}
		}
	}
	return best
}

// among returns the changelogs of an includeAll, in order of path.
func (c *changelog) among(from *Input, e logEntry) []*Input {
	name := strings.TrimPrefix(path.Clean(strings.TrimPrefix(e.all, "classpath:")), "/")
	own := path.Join(path.Dir(from.Name), name)
	var found []*Input
	for _, in := range c.all {
		dir := path.Dir(in.Name) + "/"
		within := own == "." || strings.HasPrefix(dir, own+"/")
		if !within && !e.relative {
			within = strings.Contains("/"+path.Dir(in.Path())+"/", "/"+name+"/")
		}
		if within && in != from && (in.isSQL() || structuredName(in.Name) && in.Opaque() == "" && changelogWord.MatchString(in.Text())) {
			found = append(found, in)
		}
	}
	slices.SortStableFunc(found, func(a, b *Input) int { return strings.Compare(a.Name, b.Name) })
	return found
}

// change makes a migration of a changeset: opaque, unless it runs a SQL file.
func (c *changelog) change(in *Input, e logEntry) {
	s := changeset{&Migration{Up: &Script{Span: e.at}}, e.id, e.author, in}
	c.sets = append(c.sets, s)
	kind := strings.ToUpper(strings.TrimPrefix(path.Ext(in.Name), "."))
	if kind == "YML" {
		kind = "YAML"
	}
	s.Opaque = "changeset in " + kind
	if e.sqlFile.path == "" {
		return
	}
	up := c.find(in, e.sqlFile.path, e.sqlFile.relative)
	if up == nil {
		s.Opaque = "SQL file outside of the directory"
		return
	}
	t := Wrapped
	if e.outside {
		t = Autocommit
	}
	s.Up, s.Opaque = c.script(up, e.sqlFile, t)
	if e.rollback.path == "" {
		return
	}
	if down := c.find(in, e.rollback.path, e.rollback.relative); down != nil {
		var opaque string
		s.Down, opaque = c.script(down, e.rollback, t)
		s.Down.Opaque = opaque
	}
}

func (c *changelog) script(in *Input, as sqlScript, t Transaction) (*Script, string) {
	c.used[in] = true
	s, opaque, problems := whole(in, plain{}, t)
	c.problems = append(c.problems, problems...)
	if len(s.Pieces) > 0 {
		s.Pieces = (&formatted{in: in}).pieces(s.Span, t, as.split, as.end)
	}
	return s, opaque
}

func entriesOf(in *Input) ([]logEntry, error) {
	if strings.EqualFold(path.Ext(in.Name), ".xml") {
		return xmlEntries(in)
	}
	return yamlEntries(in)
}

// A logElement is what is read of XML.
type logElement struct {
	name     string
	attrs    map[string]string
	children []*logElement
	at       source.Span
}

// xmlEntries reads as far as the XML is well formed.
func xmlEntries(in *Input) ([]logEntry, error) {
	body := in.Body()
	d := xml.NewDecoder(strings.NewReader(body.Text()))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	root := &logElement{}
	open := []*logElement{root}
	var failed error
	for {
		start := body.Start + int(d.InputOffset())
		token, err := d.Token()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				failed = err
			}
			break
		}
		switch t := token.(type) {
		case xml.StartElement:
			e := &logElement{name: t.Name.Local, attrs: map[string]string{}, at: source.Span{File: body.File, Start: start, End: start}}
			for _, a := range t.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			last := open[len(open)-1]
			last.children = append(last.children, e)
			open = append(open, e)
		case xml.EndElement:
			if len(open) > 1 {
				open = open[:len(open)-1]
			}
		}
	}
	var entries []logEntry
	for _, log := range root.children {
		if log.name == "databaseChangeLog" {
			for _, e := range log.children {
				entries = appendEntry(entries, e)
			}
		}
	}
	return entries, failed
}

// yamlEntries reads YAML, and JSON, which is YAML.
func yamlEntries(in *Input) ([]logEntry, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(in.Text()), &doc); err != nil {
		return nil, err
	}
	var entries []logEntry
	if len(doc.Content) == 0 {
		return nil, nil
	}
	log := yamlChild(doc.Content[0], "databaseChangeLog")
	if log == nil || log.Kind != yaml.SequenceNode {
		return nil, nil
	}
	for _, item := range log.Content {
		for _, e := range yamlElements(in, item) {
			entries = appendEntry(entries, e)
		}
	}
	return entries, nil
}

func yamlChild(n *yaml.Node, key string) *yaml.Node {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return n.Content[i+1]
			}
		}
	}
	return nil
}

// yamlElements makes elements of a map of one key or more: values that are
// text are attributes, lists and maps are children.
func yamlElements(in *Input, n *yaml.Node) []*logElement {
	var all []*logElement
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		e := &logElement{name: key.Value, attrs: map[string]string{}, at: lineStart(in, key.Line)}
		switch value.Kind {
		case yaml.MappingNode:
			scalars(e, value)
			e.children = yamlElements(in, value)
		case yaml.SequenceNode:
			for _, item := range value.Content { // maps of one key each, or of more
				if item.Kind == yaml.MappingNode {
					scalars(e, item)
					e.children = append(e.children, yamlElements(in, item)...)
				}
			}
		}
		e.children = slices.DeleteFunc(e.children, func(c *logElement) bool {
			_, scalar := e.attrs[c.name]
			return scalar
		})
		all = append(all, e)
	}
	return all
}

// scalars makes attributes of the values of a map that are text.
func scalars(e *logElement, n *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i+1].Kind == yaml.ScalarNode {
			e.attrs[n.Content[i].Value] = n.Content[i+1].Value
		}
	}
}

// lineStart returns the place of the first text of a line.
func lineStart(in *Input, number int) source.Span {
	text, offset := in.Source().Line(number)
	at := offset + len(text) - len(strings.TrimLeft(text, " \t-{"))
	return source.Span{File: in.Source(), Start: at, End: at}
}

// appendEntry adds what an element says, if it is one that counts.
func appendEntry(entries []logEntry, e *logElement) []logEntry {
	relative := strings.EqualFold(e.attrs["relativeToChangelogFile"], "true")
	switch e.name {
	case "include":
		return append(entries, logEntry{at: e.at, file: e.attrs["file"], relative: relative})
	case "includeAll":
		return append(entries, logEntry{at: e.at, all: e.attrs["path"], relative: relative})
	case "changeSet":
		set := logEntry{
			at: e.at, id: e.attrs["id"], author: e.attrs["author"], dbms: e.attrs["dbms"],
			ignore: strings.EqualFold(e.attrs["ignore"], "true"), outside: strings.EqualFold(e.attrs["runInTransaction"], "false"),
		}
		set.sqlFile, set.rollback = sqlFiles(e)
		return append(entries, set)
	}
	return entries
}

// sqlFiles returns the SQL file of a changeset that does nothing but run one,
// and that of its way back.
func sqlFiles(e *logElement) (up, down sqlScript) {
	changes := 0
	var walk func(e *logElement)
	walk = func(e *logElement) {
		for _, child := range e.children {
			switch child.name {
			case "comment", "preConditions", "validCheckSum", "property", "modifySql":
			case "changes":
				walk(child)
			case "rollback":
				if len(child.children) == 1 && child.children[0].name == "sqlFile" {
					down = sqlFile(child.children[0])
				}
			case "sqlFile":
				changes++
				if forPostgres(child.attrs["dbms"]) {
					up = sqlFile(child)
				}
			default:
				changes++
			}
		}
	}
	walk(e)
	if changes != 1 {
		return sqlScript{}, sqlScript{}
	}
	return up, down
}

func sqlFile(e *logElement) sqlScript {
	return sqlScript{
		path:     e.attrs["path"],
		relative: strings.EqualFold(e.attrs["relativeToChangelogFile"], "true"),
		split:    !strings.EqualFold(e.attrs["splitStatements"], "false"),
		end:      e.attrs["endDelimiter"],
	}
}
