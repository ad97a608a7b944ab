package rules

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// A givenName is a name that an operation gives to an object.
type givenName struct {
	// kind is what the name is of: "table", "column", "primary key" …
	kind string
	ddl.Ident
	// table is that of a column, constraint, index, trigger or policy, and
	// columns are those of a constraint or index; else empty.
	table   string
	columns []string
}

// article returns the kind as a message has it: an index, a check constraint.
func (n givenName) article() string {
	switch n.kind {
	case "index":
		return "an index"
	case "exclusion":
		return "an exclusion constraint"
	case "check", "unique":
		return "a " + n.kind + " constraint"
	}
	return "a " + n.kind
}

// onOperations returns a check of the operations that a statement of an up half
// performs and that are not undone, one by one. Report places what is found in a
// routine's body at the call.
func onOperations(check func(p *Pass, step *replay.Step)) Check {
	return On(func(p *Pass, s *replay.Statement) {
		for _, step := range s.Steps {
			if step.Refusal != nil || step.RolledBack {
				continue
			}
			p.Step = step
			check(p, step)
		}
		p.Step = p.shown
	})
}

// onGivenNames returns a check of the names that objects get in the window. Those
// that are of interest are to be asked whether they last, see [Pass.lasts].
func onGivenNames(check func(p *Pass, n givenName)) Check {
	return onOperations(func(p *Pass, step *replay.Step) {
		if len(step.Changes) == 0 {
			return // IF NOT EXISTS, and it does
		}
		given(step.Op, func(n givenName) {
			if !n.At.IsZero() {
				check(p, n)
			}
		})
	})
}

// lasts reports whether what got a name still has it at the end of the window and
// is not temporary, as far as that can be told by name.
func (p *Pass) lasts(n givenName) bool {
	switch n.kind {
	case "table", "view", "index", "sequence":
		return slices.ContainsFunc(p.Changes, func(c catalog.Change) bool {
			var r *catalog.Relation
			switch c := c.(type) {
			case *catalog.RelationCreated:
				r = c.Relation
			case *catalog.RelationRenamed:
				r = c.After
			}
			if r == nil || r.Name != n.Name {
				return false
			}
			end := p.end(r)
			return end != nil && end.Name == n.Name && !end.Temporary
		})
	case "column", "primary key", "unique", "foreign key", "check", "exclusion":
		return slices.ContainsFunc(p.Changes, func(c catalog.Change) bool {
			r := relationOf(c)
			if created, ok := c.(*catalog.RelationCreated); ok {
				r = created.Relation
			}
			if r == nil || r.Index != nil || p.end(r) == nil || p.end(r).Temporary {
				return false
			}
			if n.kind == "column" {
				return p.end(r).Attribute(n.Name) != nil
			}
			return p.end(r).Constraint(n.Name) != nil
		})
	}
	return true
}

// given calls give with the names that an operation gives.
func given(op ddl.Op, give func(givenName)) {
	switch op := op.(type) {
	case *ddl.CreateTable:
		table := op.Table.Name.Name
		give(givenName{kind: "table", Ident: last(op.Table)})
		for _, c := range op.Columns {
			giveColumn(table, c, give)
		}
		for _, c := range op.Constraints {
			give(constraintName(table, c))
		}
	case *ddl.CreateTableAs:
		kind := "table"
		if op.Materialized {
			kind = "view"
		}
		give(givenName{kind: kind, Ident: last(op.Table)})
	case *ddl.CreateView:
		give(givenName{kind: "view", Ident: last(op.View)})
	case *ddl.AddColumn:
		giveColumn(op.Relation.Name.Name, op.Column, give)
	case *ddl.AddConstraint:
		give(constraintName(op.Relation.Name.Name, op.Constraint))
	case *ddl.CreateIndex:
		n := givenName{kind: "index", Ident: op.Index, table: op.Table.Name.Name}
		for _, e := range op.Elements {
			if e.Column != "" {
				n.columns = append(n.columns, e.Column)
			}
		}
		give(n)
	case *ddl.CreateSequence:
		give(givenName{kind: "sequence", Ident: last(op.Sequence)})
	case *ddl.CreateSchema:
		give(givenName{kind: "schema", Ident: op.Schema})
	case *ddl.CreateEnum:
		give(givenName{kind: "type", Ident: last(op.Type)})
	case *ddl.CreateComposite:
		give(givenName{kind: "type", Ident: last(op.Type)})
	case *ddl.CreateRange:
		give(givenName{kind: "type", Ident: last(op.Type)})
	case *ddl.CreateDomain:
		give(givenName{kind: "type", Ident: last(op.Domain)})
	case *ddl.CreateFunction:
		give(givenName{kind: "function", Ident: last(op.Function)})
	case *ddl.CreateTrigger:
		give(givenName{kind: "trigger", Ident: op.Trigger, table: op.Table.Name.Name})
	case *ddl.CreatePolicy:
		give(givenName{kind: "policy", Ident: op.Policy, table: op.Table.Name.Name})
	case *ddl.RenameRelation:
		if kind := relationWords[op.Kind]; kind != "" {
			give(givenName{kind: kind, Ident: op.NewName})
		}
	case *ddl.RenameColumn:
		give(givenName{kind: "column", Ident: op.NewName, table: op.Relation.Name.Name})
	case *ddl.RenameObject:
		if kind := objectWords[op.Object.Kind]; kind != "" {
			give(givenName{kind: kind, Ident: op.NewName})
		}
	}
}

// giveColumn calls give with the names of a column and of its constraints.
func giveColumn(table string, c *ddl.Column, give func(givenName)) {
	give(givenName{kind: "column", Ident: c.Name, table: table})
	for _, k := range c.Constraints {
		give(constraintName(table, k))
	}
}

// relationWords are the kinds of relations that can be renamed, and objectWords
// those of other objects.
var (
	relationWords = map[ddl.Kind]string{ddl.Table: "table", ddl.View: "view", ddl.MaterializedView: "view", ddl.Index: "index", ddl.Sequence: "sequence"}
	objectWords   = map[ddl.Kind]string{ddl.Type: "type", ddl.Domain: "type", ddl.Function: "function", ddl.Procedure: "function", ddl.Schema: "schema", ddl.Trigger: "trigger", ddl.Policy: "policy"}
)

// constraintWords are the kinds of constraints.
var constraintWords = map[ddl.ConstraintKind]string{
	ddl.Check: "check", ddl.Exclude: "exclusion", ddl.ForeignKey: "foreign key", ddl.NotNull: "not null", ddl.PrimaryKey: "primary key", ddl.Unique: "unique",
}

func constraintName(table string, c *ddl.Constraint) givenName {
	n := givenName{kind: constraintWords[c.Kind], Ident: c.Name, table: table}
	for _, column := range c.Columns {
		n.columns = append(n.columns, column.Name)
	}
	return n
}

// last returns the part of a name behind the schema.
func last(ref ddl.Ref) ddl.Ident {
	at := ref.At
	if ref.Schema != "" && !at.IsZero() {
		at.Start += lastDot(at)
	}
	return ddl.Ident{Name: ref.Name.Name, At: at}
}

// lastDot returns where behind the last dot outside of quotes a name goes on.
func lastDot(at source.Span) int {
	quotes, behind := false, 0
	for i, c := range []byte(at.Text()) {
		switch {
		case c == '"':
			quotes = !quotes
		case c == '.' && !quotes:
			behind = i + 1
		}
	}
	return behind
}
