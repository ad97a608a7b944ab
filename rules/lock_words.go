package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/parser/ddl"
)

// describeAll names relations for a message, the first three of them.
func describeAll(relations []*catalog.Relation) string {
	const most = 3
	var words []string
	for _, r := range relations {
		words = append(words, describe(r))
	}
	if more := len(words) - most; more > 0 {
		words = append(words[:most:most], fmt.Sprintf("%d more", more))
	}
	return sentence(words)
}

// ofThem is "of it" or "of them".
func ofThem(relations []*catalog.Relation) string {
	if len(relations) > 1 {
		return "of them"
	}
	return "of it"
}

// under names the locks of an effort: "an ACCESS EXCLUSIVE lock".
func (e effort) under() string {
	var names []string
	for _, m := range e.modes {
		if !slices.Contains(names, m.SQL()) {
			names = append(names, m.SQL())
		}
	}
	switch {
	case len(names) > 1:
		return sentence(names) + " locks"
	case strings.HasPrefix(names[0], "S"):
		return "a " + names[0] + " lock"
	}
	return "an " + names[0] + " lock"
}

// waiters says who waits for an effort: "reads and writes of it".
func (e effort) waiters() string {
	if m := e.modes[0]; !slices.ContainsFunc(e.modes, func(n lock.Mode) bool { return n != m }) {
		return waiting(m) + " " + ofThem(e.tables)
	}
	var words []string
	for i, m := range e.modes {
		words = append(words, waiting(m)+" of "+describe(e.tables[i]))
	}
	return sentence(words)
}

// brief shortens an expression for a message.
func brief(text string) string {
	const most = 60
	if runes := []rune(oneLine(text)); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return oneLine(text)
}

// doing names an operation as the subject of a sentence, and the column,
// constraint or index that it is about.
func (e effort) doing() (words, object string) {
	if len(e.along) > 0 {
		return e.doingAll()
	}
	switch op := e.Op.(type) {
	case *ddl.AddColumn:
		return "adding column " + quoted(op.Column.Name.Name), op.Column.Name.Name
	case *ddl.AlterColumnType:
		return fmt.Sprintf("changing the type of column %s to %s", quoted(op.Column.Name), e.After.ResolveType(op.Type)), op.Column.Name
	case *ddl.SetNotNull:
		return fmt.Sprintf("setting column %s NOT NULL", quoted(op.Column.Name)), op.Column.Name
	case *ddl.SetExpression:
		return "changing the expression of generated column " + quoted(op.Column.Name), op.Column.Name
	case *ddl.AddConstraint:
		name := e.constraintName(op)
		return fmt.Sprintf("adding %s %s", constraintWord(op.Constraint.Kind), quoted(name)), name
	case *ddl.ValidateConstraint:
		return "validating constraint " + quoted(op.Constraint.Name), op.Constraint.Name
	case *ddl.AttachPartition:
		return "attaching partition " + quoted(op.Partition.Name.String()), op.Partition.Name.Name
	case *ddl.CreateTable:
		return "creating partition " + quoted(op.Table.Name.String()), op.Table.Name.Name
	case *ddl.CreateIndex:
		name := e.indexName()
		return strings.TrimSpace("creating index " + quotedIf(name)), name
	case *ddl.AlterDomain:
		domain := quoted(op.Domain.Name.String())
		switch op.Action {
		case "set not null":
			return fmt.Sprintf("setting domain %s NOT NULL", domain), ""
		case "validate constraint":
			return fmt.Sprintf("validating constraint %s of domain %s", quoted(op.Name.Name), domain), op.Name.Name
		}
		return "adding a constraint to domain " + domain, ""
	case *ddl.SetLogged:
		if op.Logged {
			return "SET LOGGED", ""
		}
		return "SET UNLOGGED", ""
	case *ddl.SetTablespace:
		return "moving to tablespace " + quoted(op.Tablespace), ""
	case *ddl.SetAccessMethod:
		return "SET ACCESS METHOD", ""
	case *ddl.Vacuum:
		return "VACUUM FULL", ""
	}
	return e.Kind, ""
}

// doingAll is doing for several columns.
func (e effort) doingAll() (words, object string) {
	first := effort{Step: e.Step}
	_, object = first.doing()
	columns := list(append([]string{object}, e.along...))
	switch e.Op.(type) {
	case *ddl.AlterColumnType:
		return "changing the types of columns " + columns, object
	case *ddl.SetNotNull:
		return fmt.Sprintf("setting columns %s NOT NULL", columns), object
	}
	return "adding columns " + columns, object
}

func quotedIf(name string) string {
	if name == "" {
		return ""
	}
	return quoted(name)
}

// constraintName returns the name of a constraint that is added, which may be
// PostgreSQL's choice.
func (e effort) constraintName(op *ddl.AddConstraint) string {
	for _, c := range e.Changes {
		if c, ok := c.(*catalog.ConstraintAdded); ok && isNamed(c.Relation, op.Relation) {
			return c.Constraint.Name
		}
	}
	return op.Constraint.Name.Name
}

// indexName returns the name of an index that is created, which may be
// PostgreSQL's choice.
func (e effort) indexName() string {
	for _, c := range e.Changes {
		if c, ok := c.(*catalog.RelationCreated); ok && c.Relation.Index != nil {
			return c.Relation.Name
		}
	}
	if op, ok := e.Op.(*ddl.CreateIndex); ok {
		return op.Index.Name
	}
	return ""
}

func constraintWord(k ddl.ConstraintKind) string {
	switch k {
	case ddl.Check:
		return "CHECK constraint"
	case ddl.ForeignKey:
		return "foreign key"
	case ddl.NotNull:
		return "NOT NULL constraint"
	case ddl.PrimaryKey:
		return "primary key"
	case ddl.Unique:
		return "unique constraint"
	case ddl.Exclude:
		return "exclusion constraint"
	}
	return "constraint"
}

// finding returns the finding of an effort, without its message.
func (e effort) finding(message string) Finding {
	table := e.tables[0]
	_, object := e.doing()
	return Finding{
		At:       e.Op.Span(),
		Relation: table.String(),
		Object:   object,
		Related:  createdAt(table.Created, table.Assumed),
		Message:  message,
	}
}
